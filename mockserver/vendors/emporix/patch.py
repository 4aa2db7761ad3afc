"""JSON Patch (RFC 6902) on a segment: operations in, a checked draft out.

The patch is applied to a copy; nothing is stored here, so a patch that fails has
changed nothing. The only importer of jsonpatch.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import jsonpatch
import jsonpointer

from mockserver.kernel.refusals import Invalid, Refusal
from mockserver.vendors.emporix.drafts import read_segment
from mockserver.vendors.emporix.model import Draft, Json

_VERSION = "/metadata/version"
_PATCHABLE = frozenset({"name", "description", "validity", "status", "siteCode", "mixins"})
# What the library raises beside its own errors, for example for a path into a string.
_TROUBLE = (
    jsonpatch.JsonPatchException,
    jsonpointer.JsonPointerException,
    TypeError,
    KeyError,
    IndexError,
    ValueError,
)


def expected_version(operations: Sequence[Json]) -> Json:
    """Return the version that a patch on /metadata/version names; `None` without one.

    The vendor makes the version check of a patch optional and does not say where the
    version goes; the path of the property is the one place for it.
    """
    for position, operation in enumerate(operations):
        if operation["path"] == _VERSION:
            version = operation.get("value")
            if (
                operation["op"] == "remove"
                or isinstance(version, bool)
                or not isinstance(version, (int, float))
            ):
                raise _bad("metadata.version takes a version to check.", position, "EMX-155")
            return version
    return None


def patched(
    document: Json, operations: Sequence[Json], language: str | None, *, lenient: bool
) -> Draft:
    """Apply the operations to a segment's JSON and read the result. Raises Invalid.

    `lenient` lets `replace` create what is not there.
    """
    document = copy.deepcopy(document)
    for position, operation in enumerate(operations):
        if operation["path"] == _VERSION:
            continue
        _check(operation, position)
        document = _apply(document, operation, position, lenient=lenient)
    try:
        return read_segment(document, language)
    except Invalid as error:
        raise Invalid(
            f"The patch makes no valid segment: {error.message}",
            requirement=error.requirement if error.code == "language" else "EMX-153",
            pointer=error.pointer,
            code=error.code,
        ) from error


def _check(operation: dict[str, Any], position: int) -> None:
    path: str = operation["path"]
    if path and not path.startswith("/"):
        raise _bad(f"{path[:60]!r} is no JSON pointer.", position, "EMX-152")
    steps = path.split("/")[1:]
    if not (steps and steps[0] in _PATCHABLE) and steps[:2] != ["metadata", "mixins"]:
        raise _bad(f"{path[:60]!r} cannot be patched.", position, "EMX-154")
    if operation["op"] != "remove" and "value" not in operation:
        raise _bad(f"{operation['op']} needs a value.", position, "EMX-151")


def _apply(document: Json, operation: dict[str, Any], position: int, *, lenient: bool) -> Json:
    try:
        return jsonpatch.JsonPatch([operation]).apply(document, in_place=True)
    except _TROUBLE as error:
        op = operation["op"]
        if op == "replace" and lenient:
            return _apply(document, {**operation, "op": "add"}, position, lenient=False)
        requirement = {"replace": "EMX-148", "remove": "EMX-149"}.get(op, "EMX-152")
        raise _bad(f"{op} {operation['path'][:60]!r}: {error}", position, requirement) from error


def _bad(message: str, position: int, requirement: str) -> Refusal:
    return Invalid(message, requirement=requirement, pointer=f"/{position}/path", code="patch")
