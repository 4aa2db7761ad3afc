"""PATCH: operations as in RFC 6902 on a segment."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.emporix import updates
from conformance.emporix.case import Emporix
from conformance.emporix.lists import MIXIN, another_link, mixins
from conformance.emporix.updates import patch
from conformance.exchange import MISSING, Reply, at
from conformance.judging import judges

FROM, TO, LATER = "2030-01-01T00:00:00.000Z", "2030-06-30T12:00:00.000Z", "2031-03-31T06:30:00.000Z"


@judges("EMX-140")
def test_a_patch_answers_204(emporix: Emporix) -> None:
    """A patch is answered with 204 and no body."""
    segment = emporix.segment()
    reply = patch(emporix, segment, _op("replace", "/status", "ACTIVE"))
    emporix.judge("EMX-140", reply).status(204).bodiless()


@judges("EMX-140")
def test_the_operations_of_a_patch_are_applied_in_order(emporix: Emporix) -> None:
    """Every operation of a patch sees what the ones before it did."""
    segment = emporix.segment(description={"en": "first"})
    reply = patch(
        emporix,
        segment,
        _op("remove", "/description"),
        _op("add", "/description", {"en": "second"}),
        _op("replace", "/description/en", "third"),
        _op("replace", "/status", "ACTIVE"),
    )
    updates.succeeded(emporix, "EMX-140", reply)
    read = _look(emporix, segment, "/status", "ACTIVE")
    judging = emporix.judge("EMX-140", read).status(200)
    judging.value("/status", "ACTIVE").value("/description", {"en": "third"})


_BOUNDS = frozenset({"from", "to"})
"""What a validity is made of."""

REPLACED: tuple[tuple[str, Any], ...] = (
    ("/status", "ACTIVE"),
    ("/name", {"en": "Replaced as a whole"}),
    ("/name/en", "Replaced within"),
    ("/description/en", "Replaced within as well"),
    ("/validity", {"from": LATER}),
    ("/validity/to", LATER),
)


@judges("EMX-144")
@pytest.mark.parametrize(("path", "value"), REPLACED, ids=[path for path, _ in REPLACED])
def test_replace_sets_a_new_value(emporix: Emporix, path: str, value: Any) -> None:
    """Replace puts a new value in the place of the old one and leaves the rest alone."""
    segment = emporix.segment(description={"en": "first"}, validity={"from": FROM, "to": TO})
    before = _read(emporix, segment, step="set up")
    reply = patch(emporix, segment, _op("replace", path, value))
    updates.succeeded(emporix, "EMX-144", reply)
    read = _look(emporix, segment, path, value)
    judging = emporix.judge("EMX-144", read).status(200)
    judging.that(_same(read.at(path), value), f"{value!r} at {path}", read.at(path), pointer=path)
    for other in ("/status", "/name/en", "/description/en", "/validity/from", "/validity/to"):
        if not other.startswith(path):
            judging.same(before.at(other), read.at(other), "what was not named", other)


@judges("EMX-145")
@pytest.mark.parametrize("path", ["/description", "/validity", "/validity/to"])
def test_remove_deletes_an_optional_property(emporix: Emporix, path: str) -> None:
    """Remove takes an optional property out and leaves the rest alone."""
    segment = emporix.segment(description={"en": "first"}, validity={"from": FROM, "to": TO})
    reply = patch(emporix, segment, _op("remove", path))
    updates.succeeded(emporix, "EMX-145", reply)
    read = emporix.settle(
        lambda: _read(emporix, segment),
        lambda reply: reply.status == 200 and not reply.at(path),
    )
    judging = emporix.judge("EMX-145", read).status(200)
    left = read.at(path)
    if left is not MISSING and left is not None:
        # As empty as where it never was: what is not set may be shown so.
        never = _read(emporix, emporix.segment(), step="set up").at(path)
        judging.that(left == never and not left, f"nothing at {path}", left, "the body", path)
    judging.present("/name", "/siteCode", "/status")
    judging.present("/validity/from" if path != "/validity" else "/description")


@judges("EMX-146")
def test_add_sets_what_was_not_there(emporix: Emporix) -> None:
    """Add sets a property that the segment did not have, on nested paths too."""
    segment = emporix.segment(validity={"from": FROM})
    reply = patch(
        emporix,
        segment,
        _op("add", "/description", {"en": "added"}),
        _op("add", "/validity/to", TO),
    )
    updates.succeeded(emporix, "EMX-146", reply)
    read = _look(emporix, segment, "/description", {"en": "added"})
    judging = emporix.judge("EMX-146", read).status(200)
    judging.value("/description", {"en": "added"})
    told = read.at("/validity/to")
    judging.that(_same(told, TO), TO, told, pointer="/validity/to")


@judges("EMX-146")
def test_add_overwrites_what_was_there(emporix: Emporix) -> None:
    """Add puts a new value in the place of one that is there."""
    segment = emporix.segment(description={"en": "first"})
    reply = patch(
        emporix,
        segment,
        _op("add", "/description", {"en": "second"}),
        _op("add", "/status", "ACTIVE"),
    )
    updates.succeeded(emporix, "EMX-146", reply)
    read = _look(emporix, segment, "/description", {"en": "second"})
    judging = emporix.judge("EMX-146", read).status(200)
    judging.value("/description", {"en": "second"}).value("/status", "ACTIVE")


@judges("EMX-144", "EMX-145", "EMX-146")
def test_a_patch_reaches_schema_links(emporix: Emporix) -> None:
    """A patch adds, replaces and removes single links to the schemas of mixins."""
    body = mixins(emporix, word="a")
    (link, *_), other = body["metadata"]["mixins"].values(), another_link(body)
    segment = emporix.segment(**body)
    root = "/metadata/mixins"
    for requirement, operations, links in (
        (
            "EMX-146",
            [_op("add", "/mixins/more", {"word": "b"}), _op("add", f"{root}/more", link)],
            {MIXIN: link, "more": link},
        ),
        ("EMX-144", [_op("replace", f"{root}/more", other)], {MIXIN: link, "more": other}),
        ("EMX-145", [_op("remove", "/mixins/more"), _op("remove", f"{root}/more")], {MIXIN: link}),
    ):
        # Which metadata can be patched is not said; but what is accepted has to be done.
        emporix.need(patch(emporix, segment, *operations), 204, what="patching schema links")
        read = _look(emporix, segment, root, links)
        emporix.judge(requirement, read).status(200).value(root, links)


@judges("EMX-144", "EMX-145", "EMX-146")
def test_escapes_in_paths_are_read(emporix: Emporix) -> None:
    """In a path ~1 stands for a slash and ~0 for a tilde, as in every JSON pointer."""
    segment = emporix.segment(**mixins(emporix, **{"a/b": "old", "kept": 1}))
    root = f"/mixins/{MIXIN}"
    for requirement, operation, wanted in (
        ("EMX-144", _op("replace", f"{root}/a~1b", "new"), {"a/b": "new", "kept": 1}),
        ("EMX-146", _op("add", f"{root}/c~0d", 2), {"a/b": "new", "c~d": 2, "kept": 1}),
        ("EMX-145", _op("remove", f"{root}/a~1b"), {"c~d": 2, "kept": 1}),
    ):
        updates.succeeded(emporix, requirement, patch(emporix, segment, operation))
        read = _look(emporix, segment, root, wanted)
        emporix.judge(requirement, read).status(200).value(root, wanted)


VALUES: tuple[tuple[str, Any], ...] = (
    ("object", {"a": 1}),
    ("string", "a"),
    ("number", 15),
    ("boolean", True),
    ("array", ["a"]),
    ("null", None),
)


@judges("EMX-147")
def test_the_kinds_of_values_are_observed(emporix: Emporix) -> None:
    """A patch takes values of some kinds; the schema and its text differ in which."""
    segment = emporix.segment()
    # Mixins are the one place where a value may be of any kind.
    patch(emporix, segment, _op("add", "/mixins", {"conformance": {}}))
    answers = []
    for kind, value in VALUES:
        reply = patch(emporix, segment, _op("add", "/mixins/conformance/kind", value))
        answers.append(f"{kind} {reply.status}")
    emporix.observe("EMX-147", f"values are answered with: {', '.join(answers)}", reply)


def _op(op: str, path: str, value: Any = MISSING) -> dict[str, Any]:
    named = {"op": op, "path": path}
    return named if value is MISSING else {**named, "value": value}


def _read(case: Emporix, segment: str, **sending: Any) -> Reply:
    """Read a segment with its texts in every language."""
    return case.read(segment, headers={"Accept-Language": "*"}, **sending)


def _look(case: Emporix, segment: str, path: str, value: Any) -> Reply:
    """Read a segment until a value is at a path."""
    return case.settle(
        lambda: _read(case, segment), lambda reply: _same(at(reply.json, path), value)
    )


def _same(found: Any, wanted: Any) -> bool:
    """Return whether two values are the same; an instant has many spellings.

    A validity may have further properties; what it holds as null counts as not there.
    """
    if isinstance(wanted, dict) and wanted.keys() <= _BOUNDS:
        return isinstance(found, dict) and all(
            found.get(key) is None if key not in wanted else _same(found.get(key), wanted[key])
            for key in _BOUNDS
        )
    moment = updates.instant(wanted)
    if moment is not None:
        return updates.instant(found) == moment
    return bool(found == wanted)
