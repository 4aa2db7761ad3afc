"""Finds what could be read and stored but not be written as JSON again, and texts too long.

Judges plain JSON values and knows nothing of segments; who asks decides what to refuse.
"""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.kernel.refusals import Violation
from mockserver.vendors.openloyalty.model import Json
from mockserver.vendors.openloyalty.query import token

LONGEST_TEXT = 255
"""Characters. Help pages, limits of the API."""
DEEPEST = 32
"""Levels of nesting in a criterion. Ours: an encoder must be able to write what a caller sent."""

_SMALLEST, _LARGEST = -(2**63), 2**64 - 1
"""What the encoder of JSON can write."""


def unwritable(value: Json, pointer: str, depth: int = DEEPEST) -> Iterator[Violation]:
    """Yield what is wrong with a value, which stands at `pointer`.

    Codes: `maxLength` (OLO-013) and `unwritable` (OLO-014). Lists and objects may stand
    `depth` deep in each other.
    """
    fine = True
    if isinstance(value, str):
        yield from _too_long(value, pointer)
        fine = _is_unicode(value)
    elif isinstance(value, int):
        fine = _SMALLEST <= value <= _LARGEST
    elif isinstance(value, list):
        fine = depth > 0
        for position, entry in enumerate(value) if fine else ():
            yield from unwritable(entry, f"{pointer}/{position}", depth - 1)
    elif isinstance(value, dict):
        fine = depth > 0 and all(map(_is_unicode, value))
        for name, entry in value.items() if fine else ():
            yield from _too_long(name, pointer)
            yield from unwritable(entry, f"{pointer}/{token(name)}", depth - 1)
    if not fine:
        yield Violation("This value is too deep or too large.", pointer, "unwritable")


def _too_long(text: str, pointer: str) -> Iterator[Violation]:
    if len(text) > LONGEST_TEXT:
        message = f"This value is too long; {LONGEST_TEXT} characters are allowed."
        yield Violation(message, pointer, "maxLength")


def _is_unicode(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)
