"""What a reply of Open Loyalty must be, and how it is compared with what it is.

For the state machine only. Ids that the room makes up are learnt here, and averages are held
against exact fractions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Any, NamedTuple
from uuid import UUID

from mockserver.kernel.call import Document, Reply

Refusal = tuple[str, str]
"""Property path and requirement."""


class Answer(NamedTuple):
    """What a reply must be."""

    status: int
    body: Any = None
    rules: frozenset[str] = frozenset()
    """A refusal names one of these requirements."""
    paths: frozenset[str] = frozenset()
    """The errors of a 400 are at these places."""
    message: str = ""

    @property
    def refused(self) -> bool:
        """Tell whether the call is refused."""
        return bool(self.rules)


def no(status: int, rule: str, message: str = "") -> Answer:
    """Return a refusal without places."""
    return Answer(status, rules=frozenset({rule}), message=message)


def bad(found: Iterable[Refusal]) -> Answer:
    """Return a 400 with its places."""
    places = tuple(found)
    rules = frozenset(rule for _, rule in places)
    return Answer(400, rules=rules, paths=frozenset(path for path, _ in places))


class Fresh:
    """An id that the room makes up: a UUID that was never seen before, then always the same."""

    def __init__(self, seen: set[str]) -> None:
        self.value = ""
        self._seen = seen

    def __str__(self) -> str:
        return self.value

    def agrees(self, got: object) -> bool:
        """Take the room's id, or tell whether it is the same as before."""
        if not self.value:
            if not isinstance(got, str) or str(UUID(got)) != got or got in self._seen:
                return False
            self._seen.add(got)
            self.value = got
        return self.value == got


class Figure(float):
    """An average to two decimals, halves up (OLO-097)."""

    @classmethod
    def of(cls, total: int | Fraction, count: int) -> Figure:
        """Return an average; that of nothing is zero (OLO-100)."""
        exact = Fraction(total, count) if count else Fraction(0)
        return cls(int(exact * 100 + Fraction(1, 2)) / 100)

    def agrees(self, got: object, *, text: bool = False) -> bool:
        """Tell whether the room shows this figure, as a number or as a text."""
        if not isinstance(got, str if text else float):
            return False
        if text and not re.fullmatch(r"\d+\.\d\d", str(got)):
            return False
        return float(got) == self


class Text(NamedTuple):
    """A figure as the list shows it (OLO-057)."""

    figure: Figure

    def agrees(self, got: object) -> bool:
        """Tell whether the room shows this figure as a text."""
        return self.figure.agrees(got, text=True)


def differs(expected: Any, got: Any, where: str = "body") -> str:
    """Return where a body is not what it should be; new ids are taken over from the body."""
    if isinstance(expected, Fresh | Figure | Text):
        return "" if expected.agrees(got) else f"{where}: {got!r} instead of {expected}"
    if isinstance(expected, dict) and isinstance(got, dict) and expected.keys() == got.keys():
        entries = [(expected[name], got[name], f"{where}.{name}") for name in expected]
    elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        pairs = enumerate(zip(expected, got, strict=True))
        entries = [(wanted, found, f"{where}[{place}]") for place, (wanted, found) in pairs]
    else:
        same = isinstance(expected, bool) == isinstance(got, bool) and expected == got
        return "" if same else f"{where}: {got!r} instead of {expected!r}"
    return next(filter(None, (differs(*entry) for entry in entries)), "")


def problem(answer: Answer, reply: Reply) -> str:
    """Return what is wrong with a reply, or nothing."""
    if reply.status != answer.status:
        return "another status"
    if not answer.refused:
        return "" if answer.body is ... else differs(answer.body, reply.body)
    if dict(reply.headers).get("X-Mock-Requirement") not in answer.rules:
        return "another requirement"
    body = reply.body
    if (body["code"], body["message"]) != (answer.status, answer.message or body["message"]):
        return "another code or message"
    return _wrong_places(answer, body["errors"]) if answer.status == 400 else ""


def _wrong_places(answer: Answer, errors: Iterable[dict[str, Any]]) -> str:
    names = {"message", "parameters", "plural", "code", "path"}
    if any(error.keys() != names or not error["message"] for error in errors):
        return "other errors"
    paths = {error["path"] for error in errors}
    # What no encoder could write again ends the reading of a draft (OLO-013, OLO-014).
    if answer.rules & {"OLO-013", "OLO-014"} and paths:
        paths |= answer.paths
    return "" if paths == answer.paths else "other places"


def plain(body: Any) -> Any:
    """Return a body as the client would read it."""
    if isinstance(body, Document):
        return body.value
    if isinstance(body, dict):
        return {name: plain(value) for name, value in body.items()}
    return [plain(entry) for entry in body] if isinstance(body, list) else body
