"""From JSON to drafts: what a body says about a segment or an assignment.

The contract has been checked before an operation runs; these readers check again,
because a patched document never met the contract, and they check what it cannot say:
that instants exist, that texts can be encoded, that mixins are not bottomless.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mockserver.kernel import instants
from mockserver.kernel.refusals import Invalid
from mockserver.vendors.emporix.model import (
    AssignmentDraft,
    Draft,
    Json,
    Localized,
    Status,
    localized,
)

MAX_DEPTH = 100
"""Levels of nesting that mixins may have; encoders stop at some 250."""
_INT64 = 2**63
_DATE_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,30})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)


def read_segment(body: Json, language: str | None) -> Draft:
    """Return what a body says about a segment; name and siteCode it must say. Raises Invalid.

    What else there may be is kept as it is, or stays absent (EMX-064); what no segment has
    is passed over (EMX-035).

    `language` is the one that plain strings are in, if the request names exactly one.
    """
    _object(body, "")
    for name in ("name", "siteCode"):
        if name not in body:
            raise _invalid(f"{name} is required.", f"/{name}", "required", "EMX-060")
    validity = body.get("validity")
    valid_from, valid_to = _validity(validity) if "validity" in body else (None, None)
    metadata = body.get("metadata", {})
    _object(metadata, "/metadata")
    return Draft(
        name=_localized(body["name"], language, "/name"),
        site_code=read_text(body["siteCode"], "/siteCode"),
        description=(
            _localized(body["description"], language, "/description")
            if "description" in body
            else None
        ),
        valid_from=valid_from,
        valid_to=valid_to,
        has_validity="validity" in body,
        status=_status(body.get("status", "INACTIVE")),  # (EMX-061)
        mixins=_mixins(body, "/mixins"),
        mixin_schemas=_mixins(metadata, "/metadata/mixins"),  # (EMX-070)
    )


def read_assignment(body: Json) -> AssignmentDraft:
    """Return what a body says about an assignment; no body says nothing (EMX-033, EMX-437).

    Raises Invalid.

    Mixins and the links to their schemas are kept as they are (EMX-288, EMX-305, EMX-413).
    """
    if body is None:
        return AssignmentDraft()
    _object(body, "")
    metadata = body.get("metadata", {})
    _object(metadata, "/metadata")
    return AssignmentDraft(_mixins(body, "/mixins"), _mixins(metadata, "/metadata/mixins"))


def read_version(body: Json) -> int | None:
    """Return `metadata.version` of a body, if it has one."""
    metadata = body.get("metadata") if isinstance(body, dict) else None
    return None if not metadata else metadata.get("version")


def read_id(value: Json, pointer: str, requirement: str = "EMX-059") -> str:
    """Return an id: any text (EMX-058) that is not empty; case counts. Raises Invalid."""
    found = read_text(value, pointer)
    if not found:
        raise _invalid("An id is needed; it must not be empty.", pointer, "minLength", requirement)
    return found


def read_text(value: Json, pointer: str) -> str:
    """Return a text that can be encoded, as it is (EMX-036). Raises Invalid."""
    if not isinstance(value, str):
        raise _invalid("A string is needed.", pointer, "type")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise _invalid("The text holds half a character.", pointer, "encoding") from error
    return value


def _invalid(message: str, pointer: str, code: str, requirement: str = "EMX-029") -> Invalid:
    return Invalid(message, requirement=requirement, pointer=pointer, code=code)


def _object(value: Json, pointer: str) -> None:
    if not isinstance(value, dict):
        raise _invalid("An object is needed.", pointer, "type")


def _localized(value: Json, language: str | None, pointer: str) -> Localized:
    if isinstance(value, str):
        if language is None:
            raise _invalid(
                "Plain text needs exactly one language in Content-Language.",
                pointer,
                "language",
                "EMX-078",
            )
        # (EMX-077)
        return localized({language: read_text(value, pointer)})
    if not isinstance(value, dict):
        raise _invalid("An object from language to text is needed.", pointer, "type", "EMX-075")
    for tag, text in value.items():
        read_text(tag, pointer)
        read_text(text, f"{pointer}/{tag}")
    return localized(value)


def _status(value: Json) -> Status:
    if value == "ACTIVE":
        return "ACTIVE"
    if value == "INACTIVE":
        return "INACTIVE"
    raise _invalid("status is ACTIVE or INACTIVE.", "/status", "enum", "EMX-062")


def _validity(value: Json) -> tuple[int | None, int | None]:
    _object(value, "/validity")
    # Which end is first does not matter (EMX-066).
    return _instant(value, "from"), _instant(value, "to")


def _instant(validity: Mapping[str, Any], name: str) -> int | None:
    if name not in validity:
        return None
    pointer = f"/validity/{name}"
    text = read_text(validity[name], pointer)
    if not _DATE_TIME.fullmatch(text):
        raise _invalid(f"{text[:40]!r} is no date-time.", pointer, "format", "EMX-063")
    try:
        return instants.parse(text)
    except ValueError as error:
        raise _invalid("There is no such instant.", pointer, "format", "EMX-073") from error


def _mixins(holder: Mapping[str, Any], pointer: str) -> Json:
    value = holder.get("mixins")
    if value is None and "mixins" not in holder:
        return None
    _object(value, pointer)
    _check_storable(value, pointer)
    return value


def _check_storable(value: Json, pointer: str) -> None:
    """Refuse what could not be encoded again. Raises Invalid."""
    waiting = [(value, 1)]
    while waiting:
        one, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise _invalid(
                f"Nested deeper than {MAX_DEPTH} levels.", pointer, "maxDepth", "EMX-390"
            )
        if isinstance(one, dict):
            for key, member in one.items():
                read_text(key, pointer)
                waiting.append((member, depth + 1))
        elif isinstance(one, list):
            waiting.extend((member, depth + 1) for member in one)
        elif isinstance(one, str):
            read_text(one, pointer)
        elif isinstance(one, int) and not -_INT64 <= one < 2 * _INT64:
            raise _invalid("The number is out of range.", pointer, "maximum", "EMX-390")
