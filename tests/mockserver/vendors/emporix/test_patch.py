"""PATCH: RFC 6902 on a segment."""

from __future__ import annotations

from typing import Any

import pytest

SEGMENT = {
    "name": {"en": "Gold"},
    "description": {"en": "Best"},
    "mixins": {"m": {"price": 10, "list": [1, 2]}},
    "metadata": {"mixins": {"m": "https://example.com/m.json"}},
}


def patch(shop: Any, *operations: Any, **more: Any) -> Any:
    """Patch the segment `a`."""
    return shop.call("PATCH-update-segment", path={"segmentId": "a"}, body=list(operations), **more)


def op(name: str, path: str, *value: Any) -> dict[str, Any]:
    """Return a patch operation."""
    return {"op": name, "path": path} | ({"value": value[0]} if value else {})


@pytest.fixture
def gold(shop: Any) -> Any:
    """A shop with one segment, `a`."""
    shop.add("a", **SEGMENT)
    return shop


def test_a_patch_changes_what_it_names(gold: Any, clock: Any) -> None:
    """The documented operations apply in order, and the version grows by one.

    EMX-140, EMX-144, EMX-145, EMX-146, EMX-129, EMX-130.
    """
    clock.wait(1)
    reply = patch(
        gold,
        op("replace", "/status", "INACTIVE"),
        op("replace", "/name", {"en": "New name"}),
        op("remove", "/description"),
        op("replace", "/mixins/m/price", 15),
        op("add", "/mixins/m/list/-", True),
        op("add", "/validity", {"from": "2024-01-01T00:00:00Z"}),
        op("add", "/metadata/mixins/n", "https://example.com/n.json"),
        op("add", "/siteCode", "outlet"),
    )
    assert (reply.status, reply.body) == (204, None)
    assert gold.read("a") == {
        "id": "a",
        "name": {"en": "New name"},
        "validity": {"from": "2024-01-01T00:00:00.000Z"},
        "status": "INACTIVE",
        "siteCode": "outlet",
        "mixins": {"m": {"price": 15, "list": [1, 2, True]}},
        "metadata": {
            "createdAt": "2026-11-20T12:00:00.000Z",
            "modifiedAt": "2026-11-20T12:00:01.000Z",
            "version": 2,
            "mixins": {"m": "https://example.com/m.json", "n": "https://example.com/n.json"},
        },
    }


@pytest.mark.parametrize(
    ("operation", "requirement"),
    [
        (op("remove", "/name"), "EMX-153"),
        (op("remove", "/siteCode"), "EMX-153"),
        (op("replace", "/status", "MAYBE"), "EMX-153"),
        (op("replace", "/name", {"en": 5}), "EMX-153"),
        (op("replace", "/name", "plain"), "EMX-078"),
        (op("add", "/validity", {"from": "x"}), "EMX-153"),
        (op("add", "/mixins", 5), "EMX-153"),
        (op("replace", "/validity", {}), "EMX-148"),
        (op("replace", "/mixins/none/x", 1), "EMX-148"),
        (op("remove", "/validity"), "EMX-149"),
        (op("add", "/mixins/none/x", 1), "EMX-152"),
        (op("add", "/mixins/m/list/99999999999999999999", 1), "EMX-152"),
        (op("add", "/mixins/m/list/x", 1), "EMX-152"),
        (op("add", "/mixins/~2", 1), "EMX-152"),
        (op("add", "/status/0", "x"), "EMX-152"),
        (op("add", "/mixins/m/price/x", 1), "EMX-152"),
        (op("add", "status", "ACTIVE"), "EMX-152"),
        (op("add", "/description"), "EMX-151"),
        (op("replace", "/status"), "EMX-151"),
        (op("replace", "/id", "b"), "EMX-154"),
        (op("replace", "", {}), "EMX-154"),
        (op("remove", ""), "EMX-154"),
        (op("replace", "/metadata", {}), "EMX-154"),
        (op("replace", "/metadata/createdAt", "2020-01-01T00:00:00Z"), "EMX-154"),
        (op("add", "/unknown", 1), "EMX-154"),
        (op("remove", "/metadata/version"), "EMX-155"),
        (op("replace", "/metadata/version", "1"), "EMX-155"),
        (op("replace", "/metadata/version", True), "EMX-155"),
    ],
)
def test_a_bad_patch_changes_nothing(
    gold: Any, headers_of: Any, operation: Any, requirement: str
) -> None:
    """One bad operation refuses the whole patch, also what came before it (EMX-141, EMX-142)."""
    before = gold.snapshot()
    reply = patch(gold, op("replace", "/status", "INACTIVE"), operation)
    assert reply.status == 400
    assert headers_of(reply)["X-Mock-Requirement"] == requirement
    assert gold.snapshot() == before


def test_the_version_can_be_checked(gold: Any, headers_of: Any) -> None:
    """A patch on /metadata/version checks the version and does not set it."""
    change = op("replace", "/status", "INACTIVE")
    assert patch(gold, op("replace", "/metadata/version", 1), change).status == 204
    assert gold.read("a")["metadata"]["version"] == 2
    reply = patch(gold, op("add", "/metadata/version", 1), change)
    assert (reply.status, headers_of(reply)["X-Mock-Requirement"]) == (409, "EMX-155")
    assert gold.read("a")["metadata"]["version"] == 2


def test_every_version_in_a_patch_is_checked(gold: Any, headers_of: Any) -> None:
    """A good version does not hide a stale or an impossible one behind it."""
    before = gold.snapshot()
    good = op("replace", "/metadata/version", 1)
    for bad, status in ((7, 409), ("1", 400)):
        reply = patch(gold, good, op("replace", "/metadata/version", bad))
        assert (reply.status, headers_of(reply)["X-Mock-Requirement"]) == (status, "EMX-155")
    assert gold.snapshot() == before
    assert patch(gold, good, good, op("replace", "/status", "INACTIVE")).status == 204


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (op("add", "/validity/from", "x"), "There is nothing at /validity to add to."),
        (op("add", "/mixins/none/x", 1), "There is nothing at /mixins/none to add to."),
        (op("replace", "/validity", {}), "There is nothing at /validity to replace."),
        (op("remove", "/validity"), "There is nothing at /validity to remove."),
        (op("remove", "/mixins/m/price/x"), "There is nothing at /mixins/m/price/x to remove."),
        (op("remove", "/mixins/m/a~1b"), "There is nothing at /mixins/m/a~1b to remove."),
        (op("add", "/mixins/m/list/x", 1), "/mixins/m/list/x is no place in a list."),
        (op("add", "/mixins/m/list/9", 1), "/mixins/m/list/9 is no place in a list."),
        (op("replace", "/mixins/m/list/2", 1), "/mixins/m/list/2 is no place in a list."),
        (op("remove", "/mixins/m/list/7/x"), "/mixins/m/list/7 is no place in a list."),
        (op("add", "/mixins/m/list/0/x", 1), "There is nothing at /mixins/m/list/0 to add to."),
        (op("add", "/status/0", "x"), "There is nothing at /status to add to."),
        (op("add", "/mixins/~2", 1), "'/mixins/~2' is no JSON pointer."),
        (op("remove", "/mixins/\ud800"), "There is nothing at /mixins/\\ud800 to remove."),
    ],
)
def test_a_bad_patch_is_told_in_few_words(gold: Any, operation: Any, message: str) -> None:
    """What is said names the place, and never quotes the document."""
    reply = patch(gold, operation)
    assert (reply.status, reply.body["details"]["message"]) == (400, message)


def test_an_empty_patch_changes_nothing(gold: Any) -> None:
    """A patch without operations is 204 and no new version."""
    before = gold.snapshot()
    assert patch(gold).status == 204
    assert gold.snapshot() == before


def test_a_replace_of_nothing_can_create(open_shop: Any) -> None:
    """By choice `replace` on an absent path adds it, where there is a parent to add it to."""
    shop = open_shop(patch_replace_missing="create")
    shop.add("a")
    assert patch(shop, op("replace", "/description", {"en": "x"})).status == 204
    assert shop.read("a")["description"] == {"en": "x"}
    assert patch(shop, op("replace", "/mixins/a/b", 1)).status == 400


def test_plain_text_takes_the_language_of_the_request(gold: Any) -> None:
    """With one language in Content-Language a patched name may be plain text."""
    reply = patch(gold, op("replace", "/name", "Golden"), headers={"Content-Language": "de"})
    assert reply.status == 204
    assert gold.read("a")["name"] == {"de": "Golden"}


def test_an_unknown_segment_cannot_be_patched(shop: Any, headers_of: Any) -> None:
    """A patch on an unknown id is 404, before its body is looked at (EMX-143)."""
    reply = patch(shop, op("remove", "/name"))
    assert (reply.status, headers_of(reply)["X-Mock-Requirement"]) == (404, "EMX-143")


def test_stored_mixins_are_not_shared_with_a_failed_patch(gold: Any) -> None:
    """A patch that fails late has not touched the stored mixins."""
    assert patch(gold, op("add", "/mixins/m/list/0", 9), op("remove", "/name")).status == 400
    assert gold.read("a")["mixins"]["m"]["list"] == [1, 2]


def test_a_patch_is_needed(gold: Any) -> None:
    """A PATCH without a body is refused."""
    reply = gold.call("PATCH-update-segment", path={"segmentId": "a"})
    assert reply.status == 400
