"""What keeps a run from harming a target: limits on requests, rate and time; patience with it.

Decides whether and when a request may go out, and whether it may go out again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

from conformance.exchange import Request, Response
from conformance.judging import Unmet
from conformance.transports import Transport, Unreachable
from conformance.witness import TRANSIENT

IDEMPOTENT: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
"""Methods that do no more when they are sent again (RFC 9110, section 9.2.2)."""

RETRIES: Final = 3
_LONGEST_PAUSE: Final = 120.0
"""Seconds; a target that asks for more is left alone."""


class TransportFailure(Exception):
    """The target could not be asked: an error of the run, not a failure of the target."""


class LimitReached(Unmet):
    """A limit of the run forbids further requests."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may use up; None means no limit."""

    requests: int | None = None
    rate: float | None = None
    """Requests in a second."""
    seconds: float | None = None


@dataclass(slots=True)
class Counts:
    """What was used up."""

    requests: int = 0
    retries: int = 0
    throttled: int = 0
    """How often the target asked to slow down (429)."""
    waited: float = 0.0
    """Seconds spent waiting for effects."""


class Governor:
    """Lets requests out, one at a time."""

    def __init__(self, transport: Transport, limits: Limits) -> None:
        self._transport = transport
        self._limits = limits
        self._started = transport.now()
        self._next = 0.0
        self.counts = Counts()

    def send(self, request: Request, *, urgent: bool = False) -> Response:
        """Send a request, again where that is harmless.

        When it may have been carried out and nobody knows, only safe methods are sent again:
        the second answer to a PUT or DELETE (204, 404) would be true and look wrong. `urgent`
        requests clean up: what they are answered is not judged, and no limit but the rate
        holds for them. Raises LimitReached and TransportFailure.
        """
        return self.sending(lambda: self._transport.send(request), request, urgent=urgent)

    def sending(
        self, send: Callable[[], Response], request: Request, *, urgent: bool = False
    ) -> Response:
        """Do what `send` does, with some other way to send the same request."""
        repeatable = request.is_safe or (urgent and request.method in IDEMPOTENT)
        for attempt in range(RETRIES + 1):
            if not urgent:
                self._allow()
            self._pace()
            self.counts.requests += 1
            last = attempt == RETRIES
            try:
                response = send()
            except Unreachable as trouble:
                if last or trouble.lasting or (trouble.sent and not repeatable):
                    raise TransportFailure(str(trouble)) from trouble
                pause = 0.5 * 2**attempt
            else:
                throttled = response.status == 429
                if not throttled and response.status not in TRANSIENT:
                    return response
                self.counts.throttled += throttled
                untouched = throttled or response.status == 503
                if last or not (untouched or repeatable):
                    raise TransportFailure(_complaint(request, response, attempt))
                pause = self._asked_pause(response, 0.5 * 2**attempt)
            self.counts.retries += 1
            if not urgent:
                self._allow(after=pause)
            self._transport.wait(pause)
        raise AssertionError("the last attempt returns or raises")

    def _allow(self, after: float = 0.0) -> None:
        """Raise LimitReached where a request, sent after some seconds, would break a limit."""
        limits = self._limits
        if limits.requests is not None and self.counts.requests >= limits.requests:
            raise LimitReached(f"the limit of {limits.requests} requests was reached")
        if limits.seconds is not None:
            used = self._transport.now() - self._started + after
            if used >= limits.seconds:
                raise LimitReached(f"the time limit of {limits.seconds:g} s was reached")

    def _pace(self) -> None:
        if self._limits.rate is None:
            return
        now = self._transport.now()
        if now < self._next:
            self._transport.wait(self._next - now)
        self._next = max(now, self._next) + 1 / self._limits.rate

    def _asked_pause(self, response: Response, otherwise: float) -> float:
        """Return the seconds that the target asks to wait (RFC 9110, section 10.2.3)."""
        asked = response.header("retry-after")
        if asked is None:
            return otherwise
        if asked.strip().isdecimal():
            seconds = float(asked)
        else:
            try:
                seconds = parsedate_to_datetime(asked).timestamp() - self._transport.now()
            except ValueError:
                return otherwise
        if seconds > _LONGEST_PAUSE:
            raise TransportFailure(
                f"the target asks to wait {seconds:g} s, which is longer than {_LONGEST_PAUSE:g} s"
            )
        return max(seconds, 0.0)


def _complaint(request: Request, response: Response, attempt: int) -> str:
    what = f"{request.method} {request.url.partition('?')[0]}"
    if attempt == 0:
        return f"{what} was answered with {response.status}"
    return f"{what} is still answered with {response.status} after some patience"
