"""Compiles the request body of an operation: media type, decoding, validation.

The order is that of the answers: 415 before 400. Parameters live in `parameters.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson

from mockserver.kernel.refusals import Violation
from mockserver.web.schemas import Schemas, Validator, violations

PER_ENTRY = "x-per-entry-validation"
"""Contract extension: the entries of this list are judged one by one, not as a whole."""

_CHARSETS = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})


class Unreadable(Exception):
    """A body that cannot be decoded at all."""


@dataclass(frozen=True, slots=True)
class Body:
    """A decoded body and what is wrong with it."""

    value: Any = None
    sent: bool = False
    violations: list[Violation] = field(default_factory=list)
    faults: Mapping[int, Violation] = field(default_factory=dict)
    """Position of a bad entry -> its first violation, for bodies judged per entry."""


NO_BODY = Body()


def _json(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"the body is not JSON: {error}") from None


def _form(data: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            data.decode(), keep_blank_values=True, strict_parsing=False, errors="strict"
        )
    except ValueError:
        raise Unreadable("the body is not a UTF-8 form") from None
    form: dict[str, str] = {}
    for name, value in pairs:
        form.setdefault(name, value)
    return form


_DECODERS: Mapping[str, Callable[[bytes], Any]] = {
    "application/json": _json,
    "application/x-www-form-urlencoded": _form,
}


class RequestBody:
    """What one operation takes as a body."""

    def __init__(self, declared: Mapping[str, Any], schemas: Schemas) -> None:
        """Raises ValueError for a media type that this reading does not know."""
        declared = schemas.resolve(declared)
        self._required = bool(declared.get("required", False))
        self._readings: dict[str, tuple[Callable[[bytes], Any], Validator]] = {}
        self._entry: Validator | None = None
        for media_type, media in declared["content"].items():
            if media_type not in _DECODERS:
                raise ValueError(f"no reading for bodies of {media_type}")
            schema = media.get("schema", {})
            if declared.get(PER_ENTRY):
                whole = dict(schemas.resolve(schema))
                self._entry = schemas.compile(whole.pop("items"))
                schema = whole
            self._readings[media_type] = (_DECODERS[media_type], schemas.compile(schema))

    def takes(self, content_type: str | None) -> bool:
        """Tell whether a non-empty body of this content type can be read."""
        return self._media_type(content_type) in self._readings

    @property
    def media_types(self) -> tuple[str, ...]:
        """The media types that are taken."""
        return tuple(self._readings)

    def _media_type(self, content_type: str | None) -> str:
        media_type, _, options = (content_type or "").partition(";")
        options = options.lower()
        if "charset" in options:
            charset = options.partition("charset")[2].partition(";")[0].strip(' ="')
            if charset not in _CHARSETS:
                return ""
        return media_type.strip().lower()

    def read(self, data: bytes, content_type: str | None) -> Body:
        """Decode and check a body whose content type is taken."""
        if not data:
            missing = [Violation("a body is needed", "", "required")] if self._required else []
            return Body(violations=missing)
        decode, validator = self._readings[self._media_type(content_type)]
        try:
            value = decode(data)
        except Unreadable as error:
            return Body(sent=True, violations=[Violation(str(error), "", "json")])
        if not validator.is_valid(value):
            return Body(value, sent=True, violations=violations(validator, value))
        return Body(value, sent=True, faults=self._faults(value))

    def _faults(self, entries: Any) -> Mapping[int, Violation]:
        entry = self._entry
        if entry is None:
            return {}
        return {
            position: violations(entry, value, f"/{position}", limit=1)[0]
            for position, value in enumerate(entries)
            if not entry.is_valid(value)
        }
