"""What goes over the wire, as values: request, response, and the two together.

Nothing here sends, judges or stores. `secrets.py` takes out what must not be shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NoReturn

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing (RFC 9110, section 9.2.1)."""

Headers = tuple[tuple[str, str], ...]


class Missing:
    """The value of what is not there; unlike `None`, which JSON can hold."""

    def __repr__(self) -> str:
        """Return how it is shown in reports."""
        return "(absent)"

    def __bool__(self) -> bool:
        """Count as nothing."""
        return False


MISSING: Final = Missing()


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it is sent."""

    method: str
    url: str
    """Path and query below the base URL, percent-encoded; begins with a slash."""
    headers: Headers = ()
    body: bytes = b""
    operation: str = ""
    """The operationId that it addresses; empty where none does."""
    credential: str = ""
    """The name of the credential that it is sent with; empty for none."""

    @property
    def is_safe(self) -> bool:
        """True when the method changes nothing."""
        return self.method in SAFE_METHODS


@dataclass(frozen=True, slots=True)
class Response:
    """One response as it came."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    seconds: float = 0.0

    def header(self, name: str) -> str | None:
        """Return a header by name in any case; several are joined by commas."""
        wanted = name.lower()
        found = [value for each, value in self.headers if each.lower() == wanted]
        return ", ".join(found) if found else None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request with what came of it."""

    number: int
    """Counts from 1 within a test."""
    request: Request
    response: Response | None
    """None when nothing came; `trouble` says why."""
    trouble: str = ""
    step: str = ""
    """What the test did with it: empty, `log in`, `set up` or `clean up`."""


class Reply:
    """A response as tests read it: nothing that a target sends can make reading fail."""

    __slots__ = ("_json", "exchange", "headers", "request", "status", "text")

    def __init__(self, exchange: Exchange) -> None:
        """`exchange` has a response."""
        response = exchange.response
        assert response is not None  # noqa: S101 - said above
        self.exchange = exchange
        self.request = exchange.request
        self.status = response.status
        self.headers = response
        self.text = response.body.decode("utf-8", "replace")
        self._json: Any = self

    @property
    def json(self) -> Any:
        """The body as a JSON value; `MISSING` when there is none or it is not JSON."""
        if self._json is self:
            try:
                self._json = (
                    json.loads(self.text, parse_constant=_no_json) if self.text else MISSING
                )
            except (ValueError, RecursionError):
                self._json = MISSING
        return self._json

    def header(self, name: str) -> str | None:
        """Return a response header by name in any case."""
        return self.headers.header(name)

    def at(self, pointer: str) -> Any:
        """Return the value at a JSON pointer (RFC 6901); `MISSING` where nothing is."""
        return at(self.json, pointer)

    def entries(self, pointer: str = "") -> list[Any]:
        """Return the entries of a list in the body; none where there is no list."""
        found = self.at(pointer)
        return found if isinstance(found, list) else []

    def each(self, pointer: str, *, of: str = "") -> list[Any]:
        """Return the value at a pointer of each entry of the list at the pointer `of`."""
        return [at(entry, pointer) for entry in self.entries(of)]

    def entry(self, pointer: str, value: Any, *, of: str = "") -> Any:
        """Return the first entry whose value at a pointer is `value`, or `MISSING`."""
        found: Iterator[Any] = (entry for entry in self.entries(of) if at(entry, pointer) == value)
        return next(found, MISSING)


def at(value: Any, pointer: str) -> Any:
    """Return what a JSON pointer leads to; `MISSING` where nothing is.

    Raises ValueError for a text that is no pointer, which would lead to the whole.
    """
    if pointer and not pointer.startswith("/"):
        raise ValueError(f"{pointer!r} is no JSON pointer")
    for escaped in pointer.split("/")[1:]:
        name = escaped.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return MISSING
    return value


def printable(text: str) -> str:
    """Return a text that can be written anywhere: JSON may hold halves of characters."""
    return text.encode("utf-8", "replace").decode()


def _no_json(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
