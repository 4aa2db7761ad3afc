"""What may differ on the way between any correct server and the kit: wires of variants.

They know HTTP and JSON; what they know of vendors is which values are the caller's own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from conformance.exchange import Request, Response

from .varied import Send, Target, Wire

OWN_VALUES = frozenset(
    {
        "name", "description", "mixins", "localizedName", "localizedDescription",
        "localizedSlug", "criteria", "labels", "parameters", "errors", "email", "total",
        "additionalData",
    }
)  # fmt: skip
"""Members that hold maps, what the caller wrote, or what their schema closes."""

_INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{3})\d*)?(?:Z|[+-]\d\d:?\d\d)")


def replies(edit: Callable[[Request, Response], Response]) -> Wire:
    """Edit every response."""

    def wire(target: Target) -> Send:
        send = target.send
        return lambda request: edit(request, send(request))

    return wire


def bodies(edit: Callable[[Request, int, Any], Any], **written: Any) -> Wire:
    """Edit every JSON body, by request and status; `written` says how it is written."""

    def edited(request: Request, response: Response) -> Response:
        try:
            value = json.loads(response.body)
        except ValueError:
            return response
        body = json.dumps(edit(request, response.status, value), **written).encode()
        return replace(response, body=body, headers=_sized(response, len(body)))

    return replies(edited)


def _sized(response: Response, length: int) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, str(length) if name.lower() == "content-length" else value)
        for name, value in response.headers
    )


# ---- headers ----------------------------------------------------------------------------


def _dressed(request: Request, response: Response) -> Response:
    kept = [
        (name.upper(), _with_charset(value) if name.lower() == "content-type" else value)
        for name, value in response.headers
        if not name.lower().startswith("x-mock-")
    ]
    more = [
        ("SERVER", "gateway"), ("X-Request-Id", "b7f0"), ("CACHE-CONTROL", "no-store"),
        ("Vary", "Accept-Language"), ("Set-Cookie", "__lb=node-7; Path=/; Secure; HttpOnly"),
        ("STRICT-TRANSPORT-SECURITY", "max-age=31536000"), ("X-RateLimit-Remaining", "41"),
    ]  # fmt: skip
    if response.status == 201:
        more.append(("Location", request.url))
    return replace(response, headers=(*kept, *more))


def _with_charset(value: str) -> str:
    return "Application/JSON; charset=UTF-8" if value.startswith("application/json") else value


dressed = replies(_dressed)
"""Other header names, more headers, a content type with its charset."""


# ---- bodies -----------------------------------------------------------------------------


def _worded(request: Request, status: int, value: Any) -> Any:
    if status < 400:
        return value
    named = " ".join(unquote(request.url.partition("?")[0]).split("/")[2:])
    return _reworded(value, named)


def _reworded(value: Any, named: str) -> Any:
    if isinstance(value, dict):
        return {
            name: f"Das geht leider nicht: 申し訳ありません ({named}) {_kept(each)}"
            if name in {"message", "faultstring", "detail", "error_description"}
            and isinstance(each, str)
            else _reworded(each, named)
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [_reworded(each, named) for each in value]
    return value


def _kept(message: str) -> str:
    """Return of a sentence what is documented of it (OLO-032)."""
    return "Bad credentials." if message == "Bad credentials." else ""


worded = bodies(_worded)
"""Other sentences in another language; the resource is still named."""


def _richer(request: Request, status: int, value: Any) -> Any:
    if "/association/" in request.url:
        return value  # its schemas are closed
    if "fields=" not in request.url:
        return _grown(value)
    # With fields only what they name may be there, however deep they reach.
    if "." in request.url.partition("fields=")[2]:
        return value
    if isinstance(value, list):
        return [_richer(request, status, each) for each in value]
    return {name: each if name in OWN_VALUES else _grown(each) for name, each in value.items()}


def _grown(value: Any) -> Any:
    if isinstance(value, dict):
        grown = {name: each if name in OWN_VALUES else _grown(each) for name, each in value.items()}
        lists = bool(value) and all(isinstance(each, list) for each in value.values())
        return grown if lists else {**grown, "_trace": {"node": 7}, "yrn": "urn:x"}
    if isinstance(value, list):
        return [_grown(each) for each in value]
    return value


richer = bodies(_richer, indent=2)
"""More properties in every object that is the server's own, in a body of several lines."""


def instants(write: Callable[[str, str], str]) -> Wire:
    """Write instants otherwise: `write(date and time to the second, milliseconds)`."""

    def told(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: each if name in OWN_VALUES else told(each) for name, each in value.items()
            }
        if isinstance(value, list):
            return [told(each) for each in value]
        if isinstance(value, str) and (found := _INSTANT.fullmatch(value)):
            return write(found[1], found[2] or "000")
        return value

    return bodies(lambda _, status, value: told(value) if status < 400 else value)


def floats(*names: str) -> Wire:
    """Write the numbers under some names with a decimal point."""

    def told(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: float(each) if name in names and type(each) is int else told(each)
                for name, each in value.items()
            }
        return [told(each) for each in value] if isinstance(value, list) else value

    return bodies(lambda _, __, value: told(value))


# ---- troubles ---------------------------------------------------------------------------


def throttling(every: int, headers: Mapping[str, str]) -> Wire:
    """Refuse each so-many-th request with 429 before it is looked at."""
    return _troubled(every, lambda _: Response(429, tuple(headers.items()), b"{}"))


def unavailable(every: int) -> Wire:
    """Answer each so-many-th request with 503, once, if it may be sent again."""

    def trouble(request: Request) -> Response | None:
        return Response(503, (), b"") if request.method in {"GET", "PUT", "DELETE"} else None

    return _troubled(every, trouble)


def _troubled(every: int, trouble: Callable[[Request], Response | None]) -> Wire:
    def wire(target: Target) -> Send:
        send, seen = target.send, [0]

        def sent(request: Request) -> Response:
            seen[0] += 1
            found = trouble(request) if seen[0] % every == 0 else None
            return send(request) if found is None else found

        return sent

    return wire


def slow(milliseconds: int) -> Wire:
    """Let time pass with every request."""

    def wire(target: Target) -> Send:
        send = target.send

        def sent(request: Request) -> Response:
            response = send(request)
            target.clock.advance(milliseconds)
            return replace(response, seconds=milliseconds / 1000)

        return sent

    return wire


def skewed(seconds: float) -> Wire:
    """Have the kit's clock that much ahead of the target's."""

    def wire(target: Target) -> Send:
        target.skew = seconds
        return target.send

    return wire


# ---- tokens -----------------------------------------------------------------------------


def renamed(pattern: str, rename: Callable[[str, int], str]) -> Wire:
    """Let what matches a pattern in responses have another form for whoever is outside."""
    found = re.compile(pattern.encode())

    def wire(target: Target) -> Send:
        send = target.send
        outside: dict[bytes, bytes] = {}
        inside: dict[bytes, bytes] = {}

        def named(match: re.Match[bytes]) -> bytes:
            text = match[0]
            if text not in outside:
                outside[text] = rename(text.decode(), len(outside)).encode()
                inside[outside[text]] = text
            return outside[text]

        def back(text: str) -> str:
            for theirs, ours in inside.items():
                if theirs.decode() in text:
                    text = text.replace(theirs.decode(), ours.decode())
            return text

        def sent(request: Request) -> Response:
            response = send(
                replace(
                    request,
                    url=back(request.url),
                    headers=tuple((name, back(value)) for name, value in request.headers),
                    body=back(request.body.decode("latin-1")).encode("latin-1"),
                )
            )
            body = found.sub(named, response.body)
            headers = tuple(
                (name, found.sub(named, value.encode("latin-1")).decode("latin-1"))
                for name, value in _sized(response, len(body))
            )
            return replace(response, headers=headers, body=body)

        return sent

    return wire
