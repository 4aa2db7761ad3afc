"""Refusals know why, and which requirement they uphold."""

from __future__ import annotations

import pytest

from mockserver.kernel import refusals
from mockserver.kernel.refusals import (
    Broken,
    Invalid,
    MethodNotAllowed,
    Missing,
    Refusal,
    Violation,
)

KINDS = [
    kind
    for kind in vars(refusals).values()
    if isinstance(kind, type) and issubclass(kind, Refusal) and kind is not Refusal
]


def test_a_bare_refusal_says_nothing() -> None:
    """One of the kinds must be raised, for rooms tell them apart by it."""
    with pytest.raises(TypeError, match="raise a subclass"):
        Refusal("no", requirement="MIN-001")
    assert len(KINDS) == 10


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in (Broken, MethodNotAllowed)])
def test_a_refusal_carries_what_it_was_given(kind: type[Refusal]) -> None:
    """Message, requirement, pointer, code and resource."""
    refusal = kind("no", requirement="MIN-001", pointer="/a", code="b", resource="c")
    assert (refusal.message, str(refusal), refusal.requirement) == ("no", "no", "MIN-001")
    assert (refusal.pointer, refusal.code, refusal.resource) == ("/a", "b", "c")
    bare = kind("no", requirement="MIN-001")
    assert (bare.pointer, bare.code, bare.resource) == ("", "", "")


def test_an_invalid_request_has_at_least_one_violation() -> None:
    """Given, or made from the refusal itself."""
    own = Invalid("no", requirement="MIN-001", pointer="/a", code="b")
    assert own.violations == (Violation("no", "/a", "b"),)
    given = [Violation("first", "/x"), Violation("second", "/y", parameters={"limit": 5})]
    assert Invalid("no", requirement="MIN-001", violations=given).violations == tuple(given)


def test_a_wrong_method_knows_the_right_ones() -> None:
    """For the Allow header."""
    refusal = MethodNotAllowed("no", requirement="MIN-001", allowed=["GET", "HEAD"])
    assert refusal.allowed == ("GET", "HEAD")


def test_a_fault_of_ours_upholds_no_requirement() -> None:
    """It breaks one."""
    assert Broken("fell down").requirement == ""


def test_refusals_are_told_apart_by_their_kind_alone() -> None:
    """None is a special case of another."""
    assert all(kind.__mro__[1] is Refusal for kind in KINDS)
    with pytest.raises(Missing):
        raise Missing("no", requirement="MIN-001")
