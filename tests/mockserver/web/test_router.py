"""The router finds what stands at a path, whatever the order of the document."""

from __future__ import annotations

from itertools import permutations

import pytest

from mockserver.web.router import Match, Router

SEGMENTS = "/t/{tenant}/segments"


def routed(*templates: str) -> Router[str]:
    """Return a router in which every template has a GET that is the template itself."""
    router: Router[str] = Router()
    for template in templates:
        router.add(template, "GET", template)
    return router


def found(router: Router[str], path: str) -> tuple[str, dict[str, str]] | None:
    """Return template and parameters at a path."""
    match = router.find(path)
    return None if match is None else (match.methods["GET"], dict(match.parameters))


@pytest.mark.parametrize(
    "order", list(permutations([SEGMENTS, f"{SEGMENTS}/{{id}}", f"{SEGMENTS}/bulk"]))
)
def test_a_concrete_segment_wins_over_a_parameter_in_any_order(order: tuple[str, ...]) -> None:
    """`/segments/bulk` is never the segment named bulk."""
    router = routed(*order)
    assert found(router, "/t/acme/segments/bulk") == (f"{SEGMENTS}/bulk", {"tenant": "acme"})
    assert found(router, "/t/acme/segments/bulky") == (
        f"{SEGMENTS}/{{id}}",
        {"tenant": "acme", "id": "bulky"},
    )


def test_a_concrete_segment_that_leads_nowhere_gives_way() -> None:
    """`bulk` may be an id where only ids have what follows."""
    router = routed("/s/bulk", "/s/{id}/customers", "/s/{id}/{other}/x")
    assert found(router, "/s/bulk/customers") == ("/s/{id}/customers", {"id": "bulk"})
    assert found(router, "/s/bulk/customers/x") == (
        "/s/{id}/{other}/x",
        {"id": "bulk", "other": "customers"},
    )
    assert found(router, "/s/bulk/customers/y") is None


def test_parameters_are_named_by_their_own_template() -> None:
    """Two paths through one place may call it differently."""
    router = routed("/s/{id}/a", "/s/{segment}/b")
    assert found(router, "/s/7/a") == ("/s/{id}/a", {"id": "7"})
    assert found(router, "/s/7/b") == ("/s/{segment}/b", {"segment": "7"})


@pytest.mark.parametrize(
    "path",
    ["/s", "/s/1/customers/", "/s//customers", "/", "", "//s/1/customers", "/s/1/customers/2", "s"],
)
def test_a_path_is_matched_whole_and_never_by_an_empty_segment(path: str) -> None:
    """A trailing or doubled slash is another path."""
    assert routed("/s/{id}/customers").find(path) is None


def test_a_trailing_slash_of_the_contract_is_needed() -> None:
    """A path that ends in a slash has an empty last segment."""
    router = routed("/users/segments/")
    assert found(router, "/users/segments/") == ("/users/segments/", {})
    assert router.find("/users/segments") is None


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("a%2Fb", "a/b"),
        ("%00", "\0"),
        ("%C3%A9", "é"),
        ("%25", "%"),
        ("a+b", "a+b"),
        ("%FF", "\ufffd"),
        ("%", "%"),
        ("%2", "%2"),
    ],
)
def test_each_segment_is_decoded_after_it_was_cut_out(raw: str, value: str) -> None:
    """An encoded slash stays inside its parameter; a plus is a plus."""
    assert found(routed("/s/{id}/x"), f"/s/{raw}/x") == ("/s/{id}/x", {"id": value})


def test_an_encoded_letter_is_the_letter() -> None:
    """RFC 3986 calls the two spellings equivalent."""
    assert found(routed("/s/bulk", "/s/{id}"), "/s/%62ulk") == ("/s/bulk", {})


def test_a_place_holds_one_operation_per_method() -> None:
    """The same path and method twice is a mistake of the contract."""
    router = routed("/s/{id}")
    router.add("/s/{id}", "PUT", "put")
    assert router.find("/s/1") == Match({"GET": "/s/{id}", "PUT": "put"}, {"id": "1"})
    with pytest.raises(ValueError, match="stands twice"):
        router.add("/s/{id}", "GET", "again")
    with pytest.raises(ValueError, match="stands twice"):
        router.add("/s/{other}", "DELETE", "the same place by another name")


def test_a_segment_is_concrete_or_a_parameter() -> None:
    """`{id}.json` cannot be routed and is refused at start."""
    with pytest.raises(ValueError, match="either concrete or a parameter"):
        routed("/s/{id}.json")
