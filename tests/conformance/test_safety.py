"""What keeps a run from harming a target."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from conformance.exchange import Request, Response
from conformance.judging import Unmet
from conformance.safety import (
    RETRIES,
    Governor,
    LimitReached,
    Limits,
    TransportFailure,
)
from conformance.transports import Unreachable

START = 1_795_262_400.0
"""2026-11-21T12:00:00Z."""

GET = Request("GET", "/things?token=x")
POST = Request("POST", "/things")


class Target:
    """Answers from a list, the last answer for ever; its clock moves by waiting alone."""

    base_url = "http://target"

    def __init__(self, *answers: Response | Unreachable | int) -> None:
        self.answers: list[Response | Unreachable | int] = list(answers) or [200]
        self.sent: list[Request] = []
        self.waited: list[float] = []
        self.seconds = START

    def send(self, request: Request) -> Response:
        """Return or raise the next answer."""
        self.sent.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Unreachable):
            raise answer
        return Response(answer) if isinstance(answer, int) else answer

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.waited.append(seconds)
        self.seconds += seconds

    def now(self) -> float:
        """Return the time."""
        return self.seconds


def governor(target: Target, **limits: float) -> Governor:
    """Return a governor before a target."""
    return Governor(target, Limits(**limits))  # type: ignore[arg-type]


def slow_down(after: str) -> Response:
    """Return a 429 that asks for patience."""
    return Response(429, (("Retry-After", after),))


NOT_SENT = Unreachable("nobody there", sent=False)
LOST = Unreachable("no answer", sent=True)


# --- answers and failures ---


@pytest.mark.parametrize("status", [200, 201, 302, 404, 409, 500, 501])
def test_an_answer_is_an_answer(status: int) -> None:
    """Whatever its status: it is sent once and judged elsewhere."""
    target = Target(status)
    assert governor(target).send(POST).status == status
    assert len(target.sent) == 1
    assert target.waited == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("trouble", [LOST, NOT_SENT, 502, 503, 504])
def test_what_is_safe_is_sent_again(method: str, trouble: Unreachable | int) -> None:
    """With pauses that double."""
    target = Target(trouble, trouble, trouble, 200)
    guard = governor(target)
    assert guard.send(Request(method, "/")).status == 200
    assert target.waited == [0.5, 1.0, 2.0]
    assert (guard.counts.requests, guard.counts.retries, guard.counts.throttled) == (4, 3, 0)


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
@pytest.mark.parametrize("trouble", [LOST, 502, 504])
def test_what_may_have_arrived_is_not_sent_twice(method: str, trouble: Unreachable | int) -> None:
    """The second answer would be true and look wrong: 204 for a PUT that created."""
    target = Target(trouble, 204)
    with pytest.raises(TransportFailure):
        governor(target).send(Request(method, "/"))
    assert len(target.sent) == 1
    assert target.waited == []


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("trouble", [LOST, 502, 504])
def test_cleaning_up_is_sent_again(method: str, trouble: Unreachable | int) -> None:
    """Its answer is not judged, and being gone twice is as good as once."""
    target = Target(trouble, 404)
    assert governor(target).send(Request(method, "/"), urgent=True).status == 404


def test_a_lost_answer_is_told_in_its_own_words() -> None:
    """The reason is the failure's."""
    with pytest.raises(TransportFailure, match=r"^no answer$"):
        governor(Target(LOST)).send(POST)


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_what_never_left_is_sent_again(method: str) -> None:
    """Whatever it does."""
    target = Target(NOT_SENT, 201)
    assert governor(target).send(Request(method, "/")).status == 201
    assert len(target.sent) == 2


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_what_a_service_had_no_time_for_is_sent_again(method: str) -> None:
    """503 says that the request was not handled (RFC 9110, section 15.6.4)."""
    target = Target(503, 201)
    assert governor(target).send(Request(method, "/")).status == 201
    assert len(target.sent) == 2


def test_a_gateway_that_fails_a_post_is_an_error() -> None:
    """It may have arrived behind the gateway; nobody claims to have been patient."""
    target = Target(502)
    with pytest.raises(TransportFailure) as failure:
        governor(target).send(POST)
    assert str(failure.value) == "POST /things was answered with 502"
    assert len(target.sent) == 1


def test_what_cannot_end_otherwise_is_tried_once() -> None:
    """A certificate does not become good within seconds."""
    target = Target(Unreachable("not accepted", sent=False, lasting=True), 200)
    with pytest.raises(TransportFailure, match="not accepted"):
        governor(target).send(GET)
    assert len(target.sent) == 1


def test_nobody_waits_beyond_the_time_limit() -> None:
    """A pause that would outlast the run ends it at once; cleaning up still waits."""
    target = Target(503, 200, 503, 200)
    guard = Governor(target, Limits(seconds=0.4))
    with pytest.raises(LimitReached, match=r"time limit of 0\.4 s"):
        guard.send(GET)
    assert target.waited == []
    assert guard.send(GET, urgent=True).status == 200


def test_patience_ends() -> None:
    """After some tries the target is an error; the query is not shown."""
    target = Target(503)
    with pytest.raises(TransportFailure) as failure:
        governor(target).send(GET)
    assert str(failure.value) == "GET /things is still answered with 503 after some patience"
    assert len(target.sent) == RETRIES + 1


def test_nobody_there_for_long() -> None:
    """After some tries the reason is told."""
    target = Target(NOT_SENT)
    with pytest.raises(TransportFailure, match=r"^nobody there$"):
        governor(target).send(POST)
    assert len(target.sent) == RETRIES + 1


# --- 429 ---


@pytest.mark.parametrize("request_", [GET, POST])
@pytest.mark.parametrize(
    ("after", "pause"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("120", 120.0),
        ("Sat, 21 Nov 2026 12:00:09 GMT", 9.0),
        ("Saturday, 21-Nov-26 12:00:09 GMT", 9.0),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", 0.5),
        ("-3", 0.5),
        ("1.5", 0.5),
        ("", 0.5),
        ("Sat, 99 Nov 2026 99:00:09 GMT", 0.5),
    ],
)
def test_retry_after_is_honoured(request_: Request, after: str, pause: float) -> None:
    """In seconds, or as a date; what cannot be read counts as not said."""
    target = Target(slow_down(after), 200)
    guard = governor(target)
    assert guard.send(request_).status == 200
    assert target.waited == [pause]
    assert (guard.counts.throttled, guard.counts.retries) == (1, 1)


def test_without_retry_after_pauses_double() -> None:
    """As for any other trouble."""
    target = Target(429, 429, 200)
    guard = governor(target)
    assert guard.send(POST).status == 200
    assert target.waited == [0.5, 1.0]
    assert guard.counts.throttled == 2


def test_throttled_for_good() -> None:
    """A target that never lets go of its 429 is an error of the run."""
    target = Target(slow_down("1"))
    guard = governor(target)
    with pytest.raises(TransportFailure) as failure:
        guard.send(POST)
    assert str(failure.value) == "POST /things is still answered with 429 after some patience"
    assert guard.counts.throttled == RETRIES + 1
    assert target.waited == [1.0] * RETRIES


@pytest.mark.parametrize(
    ("after", "told"),
    [("121", "121"), ("Sat, 21 Nov 2026 13:00:00 GMT", "3600"), ("9" * 400, "inf")],
)
def test_too_much_patience_is_not_given(after: str, told: str) -> None:
    """A target that asks for more than two minutes is left alone."""
    target = Target(slow_down(after))
    with pytest.raises(TransportFailure) as failure:
        governor(target).send(GET)
    assert str(failure.value) == (
        f"the target asks to wait {told} s, which is longer than 120 s"
    )  # fmt: skip
    assert target.waited == []


def test_retry_after_of_a_gateway_is_honoured() -> None:
    """A 503 may ask for patience too."""
    target = Target(Response(503, (("retry-after", "3"),)), 200)
    guard = governor(target)
    assert guard.send(GET).status == 200
    assert target.waited == [3.0]
    assert guard.counts.throttled == 0


# --- limits ---


def statuses(guard: Governor, count: int) -> Sequence[int]:
    """Send some requests."""
    return [guard.send(GET).status for _ in range(count)]


def test_the_number_of_requests_is_limited() -> None:
    """The first one too many is not sent; it makes its test inconclusive."""
    target = Target()
    guard = governor(target, requests=2)
    statuses(guard, 2)
    with pytest.raises(LimitReached) as limit:
        guard.send(GET)
    assert isinstance(limit.value, Unmet)
    assert limit.value.reason == "the limit of 2 requests was reached"
    assert len(target.sent) == 2


def test_retries_count_as_requests() -> None:
    """A limit on requests holds for them too."""
    target = Target(503)
    with pytest.raises(LimitReached):
        governor(target, requests=2).send(GET)
    assert len(target.sent) == 2


def test_the_time_is_limited() -> None:
    """From the moment on at which the governor began."""
    target = Target()
    guard = governor(target, seconds=1.5)
    statuses(guard, 3)
    target.wait(1.5)
    with pytest.raises(LimitReached) as limit:
        guard.send(GET)
    assert limit.value.reason == "the time limit of 1.5 s was reached"


def test_cleaning_up_has_no_limit() -> None:
    """Urgent requests go out when nothing else does, and count."""
    target = Target()
    guard = governor(target, requests=1, seconds=1)
    statuses(guard, 1)
    target.wait(5)
    assert guard.send(Request("DELETE", "/"), urgent=True).status == 200
    assert guard.counts.requests == 2


def test_the_rate_is_limited() -> None:
    """Requests go out evenly; whoever was late need not wait, nor may catch up."""
    target = Target()
    guard = governor(target, rate=4)
    statuses(guard, 3)
    assert target.waited == [0.25, 0.25]
    target.wait(10)
    statuses(guard, 2)
    assert target.waited == [0.25, 0.25, 10, 0.25]


def test_the_rate_holds_for_cleaning_up_and_for_retries() -> None:
    """Nothing goes out faster."""
    target = Target(slow_down("0"), 200)
    guard = governor(target, rate=2)
    guard.send(Request("DELETE", "/"), urgent=True)
    assert target.waited == [0.0, 0.5]


def test_without_limits_nothing_waits() -> None:
    """A run has none unless it is told."""
    target = Target()
    statuses(governor(target), 50)
    assert target.waited == []


def test_another_way_to_send_is_guarded_alike() -> None:
    """What `sending` does is limited, counted and repeated."""
    target = Target(503, 200)
    guard = governor(target, requests=2)
    assert guard.sending(lambda: target.send(GET), GET).status == 200
    assert guard.counts.requests == 2
    with pytest.raises(LimitReached):
        guard.sending(lambda: target.send(GET), GET)
