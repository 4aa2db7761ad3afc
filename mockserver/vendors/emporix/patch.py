"""JSON Patch (RFC 6902) on a segment: operations in, a checked draft out.

The patch is applied to a copy; nothing is stored here, so a patch that fails has
changed nothing. The only importer of jsonpatch.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from typing import Any

import jsonpatch
import jsonpointer

from mockserver.kernel.refusals import Invalid, Refusal
from mockserver.vendors.emporix.drafts import read_segment
from mockserver.vendors.emporix.model import Draft, Json

_VERSION = "/metadata/version"
_BAD_ESCAPE = re.compile("~(?![01])")
_INDEX = re.compile("0|[1-9][0-9]{0,8}", re.ASCII)
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


def expected_versions(operations: Sequence[Json]) -> list[Json]:
    """Return the versions that the operations on /metadata/version name. Raises Invalid.

    The vendor makes the version check of a patch optional and does not say where the
    version goes; the path of the property is the one place for it.
    """
    found = []
    for position, operation in enumerate(operations):
        if operation["path"] == _VERSION:
            version = operation.get("value")
            if (
                operation["op"] == "remove"
                or isinstance(version, bool)
                or not isinstance(version, (int, float))
            ):
                raise _bad("metadata.version takes a version to check.", position, "EMX-155")
            found.append(version)
    return found


def patched(
    document: Json, operations: Sequence[Json], language: str | None, *, lenient: bool
) -> Draft:
    """Apply the operations to a segment's JSON and read the result. Raises Invalid.

    replace (EMX-144), remove (EMX-145) and add (EMX-146) do what RFC 6902 says.

    `lenient` lets `replace` create what is not there.
    """
    document = copy.deepcopy(document)  # all or nothing (EMX-150)
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
        raise _bad(_told(document, op, operation["path"]), position, requirement) from error


def _told(document: Json, op: str, path: str) -> str:
    """Say why an operation found no place; the library's own words quote whole documents."""
    if _BAD_ESCAPE.search(path):
        return f"{path[:60]!r} is no JSON pointer."
    *above, last = path.split("/")[1:]
    holder, where = document, ""
    for step in above:
        if isinstance(holder, list) and not _holds(holder, step):
            return f"{_place(f'{where}/{step}')} is no place in a list."
        where += f"/{step}"
        if not _holds(holder, step):
            break
        name = step.replace("~1", "/").replace("~0", "~")
        holder = holder[int(name)] if isinstance(holder, list) else holder[name]
    else:
        if isinstance(holder, list) and not _holds(holder, last):
            return f"{_place(path)} is no place in a list."
    if op == "add":
        return f"There is nothing at {_place(where)} to add to."
    return f"There is nothing at {_place(path)} to {op}."


def _place(path: str) -> str:
    """Return a path for a message: cut, and without halves of characters."""
    return path[:60].encode("utf-8", "backslashreplace").decode()


def _holds(holder: Json, step: str) -> bool:
    if isinstance(holder, dict):
        return step.replace("~1", "/").replace("~0", "~") in holder
    if not isinstance(holder, list) or not _INDEX.fullmatch(step):
        return False
    return int(step) < len(holder)


def _bad(message: str, position: int, requirement: str) -> Refusal:
    return Invalid(message, requirement=requirement, pointer=f"/{position}/path", code="patch")
