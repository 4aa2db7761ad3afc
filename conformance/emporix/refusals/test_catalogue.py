"""What the category service and the product search do not take."""

from __future__ import annotations

import re

import pytest

from conformance.emporix import operations as op
from conformance.emporix.case import UNSENT, Emporix
from conformance.emporix.catalogue import (
    assignments,
    assignments_of_a_tree,
    categories,
    foreign_language,
    known_categories,
    languages,
    placed,
    products,
    published_categories,
    trees,
)
from conformance.exchange import Reply
from conformance.judging import judges

LISTINGS = ("assignments", "categories")
NAME = {"assignments": "ref.localizedName", "categories": "localizedName"}


def _list(case: Emporix, listing: str, headers: dict[str, str] | None = None,
          **query: object) -> Reply:  # fmt: skip
    look = assignments_of_a_tree if listing == "assignments" else known_categories
    return look(case)(query, headers=headers)


# --- what is not published ---


@judges("EMX-707", read_only=True)
def test_unpublished_assignments_need_a_scope(emporix: Emporix) -> None:
    """Neither nobody nor a customer may ask for what unpublished categories hold."""
    _, category = placed(emporix)
    for by in _unentitled(emporix):
        reply = assignments(emporix, category, {"showUnpublished": True}, by=by)
        emporix.judge("EMX-707", reply).refused()


@judges("EMX-707")
def test_unpublished_categories_need_a_scope(emporix: Emporix) -> None:
    """Neither nobody nor a customer may search unpublished categories."""
    category = published_categories(emporix)[0]
    for by in _unentitled(emporix):
        reply = categories(emporix, f"id:{category}", {"showUnpublished": True}, by=by)
        emporix.judge("EMX-707", reply).refused()


@judges("EMX-707", read_only=True)
def test_trees_of_unpublished_categories_need_a_scope(emporix: Emporix) -> None:
    """Neither nobody nor a customer may ask for trees of unpublished categories."""
    for by in ("customer", ""):
        emporix.judge("EMX-707", trees(emporix, {"showUnpublished": True}, by=by)).refused()


def _unentitled(case: Emporix) -> list[str]:
    """Return who certainly lacks the scope; whoever needs no customer need not have one."""
    return ["", "customer"] if case.has_credential("customer") else [""]


# --- order and languages ---


@pytest.mark.parametrize("listing", LISTINGS)
@judges("EMX-714")
def test_order_by_an_unknown_field(emporix: Emporix, listing: str) -> None:
    """A field that there is not cannot be sorted by."""
    reply = _list(emporix, listing, sort=f"x{emporix.fresh()}:ASC")
    emporix.judge("EMX-714", reply).status(400)


@pytest.mark.parametrize("listing", LISTINGS)
@judges("EMX-714")
def test_order_by_an_unknown_second_field(emporix: Emporix, listing: str) -> None:
    """A field that there is not cannot be sorted by in the second place either."""
    language = languages(emporix)[0]
    accepted = {"Accept-Language": language}
    first = f"{NAME[listing]}.{language}:ASC"
    reply = _list(emporix, listing, accepted, sort=first)
    emporix.need(reply, 200, what="sorting by the first field alone")
    reply = _list(emporix, listing, accepted, sort=f"{first},x{emporix.fresh()}:ASC")
    emporix.judge("EMX-714", reply).status(400)


@pytest.mark.parametrize("field", ["name", "description"])
@judges("EMX-714")
def test_order_by_a_deprecated_field(emporix: Emporix, field: str) -> None:
    """Neither of the deprecated texts of a category can be sorted by."""
    reply = _list(emporix, "categories", sort=f"{field}:ASC")
    emporix.judge("EMX-714", reply).status(400)


@pytest.mark.parametrize("listing", LISTINGS)
@judges("EMX-715")
def test_order_in_a_language_that_is_not_accepted(emporix: Emporix, listing: str) -> None:
    """Texts are sorted in no language but those that are accepted and the tenant's."""
    one, other = languages(emporix, 2)[:2]
    for accepted, language in ((one, other), ("*", foreign_language(emporix))):
        reply = _list(
            emporix, listing, {"Accept-Language": accepted},
            sort=f"{NAME[listing]}.{language}:ASC",
        )  # fmt: skip
        emporix.judge("EMX-715", reply).status(400)


@pytest.mark.parametrize("listing", LISTINGS)
@judges("EMX-720")
def test_a_language_that_the_tenant_does_not_have(emporix: Emporix, listing: str) -> None:
    """A foreign language in Accept-Language is refused and named, in the second place too."""
    language = foreign_language(emporix)
    for accepted in (language, f"{languages(emporix)[0]}, {language}"):
        reply = _list(emporix, listing, {"Accept-Language": accepted})
        judging = emporix.judge("EMX-720", reply).status(400)
        told = [each for each in reply.entries("/details") if isinstance(each, str)]
        judging.that(
            any(re.search(rf"(?<!\w){language}(?!\w)", each) for each in told),
            f"{language} in the details", told, "the details", "/details",
        )  # fmt: skip


# --- what is not there ---


@judges("EMX-722", read_only=True)
def test_assignments_of_an_unknown_category(emporix: Emporix) -> None:
    """A category that does not exist is named in the details of a 404."""
    category = emporix.fresh_id()
    reply = assignments(emporix, category)
    judging = emporix.judge("EMX-722", reply).status(404)
    told = [each for each in reply.entries("/details") if isinstance(each, str)]
    judging.that(
        any(category in each for each in told),
        f"{category} in the details", told, "the details", "/details",
    )  # fmt: skip


# --- the form of refusals ---


@judges("EMX-734")
def test_refusals_of_the_category_service(emporix: Emporix) -> None:
    """A refusal has code, status, message, and a list of texts as details."""
    sort = f"x{emporix.fresh()}:ASC"
    told = [
        reply
        for reply in (
            assignments(emporix, emporix.fresh_id()),
            _list(emporix, "assignments", sort=sort),
            _list(emporix, "categories", sort=sort),
            trees(emporix, {"showUnpublished": True}, by="customer"),
        )
        if reply.status in (400, 403, 404) and not reply.at("/fault")
    ]
    if not told:
        raise emporix.lacking("a refusal that comes from the category service itself")
    for reply in told:
        _refusal(emporix, reply)


@judges("EMX-734", read_only=True)
def test_the_refusal_of_an_unknown_category(emporix: Emporix) -> None:
    """A 404 of the category service has code, status, message, and texts as details."""
    reply = emporix.need(
        assignments(emporix, emporix.fresh_id()), 404, what="reading an unknown category"
    )
    _refusal(emporix, reply)


def _refusal(case: Emporix, reply: Reply) -> None:
    judging = case.judge("EMX-734", reply).present("/code", "/status", "/message", "/details")
    judging.value("/code", reply.status)
    details = reply.at("/details")
    judging.that(
        isinstance(details, list) and all(isinstance(each, str) for each in details),
        "a list of texts", details, "the details", "/details",
    )  # fmt: skip


@judges("EMX-754")
def test_refusals_of_the_product_search(emporix: Emporix) -> None:
    """A refusal of the product search has code, status and message."""
    for q, query in (("(", {}), ("compoundLogicalQuery:", {}), (None, {"pageSize": 0})):
        reply = products(emporix, q, query)
        # Statuses are not documented here, and the gateway has a form of its own.
        if 400 <= reply.status < 500 and reply.status != 401 and not reply.at("/fault"):
            judging = emporix.judge("EMX-754", reply).present("/code", "/status", "/message")
            judging.value("/code", reply.status)
            name = reply.at("/status")
            judging.that(isinstance(name, str), "a text", name, "the body", "/status")
            return
    raise emporix.lacking("a request that the product search refuses")


# --- what sources differ on ---


@pytest.mark.parametrize("listing", [*LISTINGS, "trees"])
@judges("EMX-723")
def test_requests_with_and_without_a_version(emporix: Emporix, listing: str) -> None:
    """Whether the category service asks for X-Version is reported."""
    told = {}
    for version in ("", "v2", "v100"):
        headers = {"X-Version": version} if version else {}
        operation, path = {
            "assignments": (op.CATEGORY_ASSIGNMENTS, placed(emporix)[1]),
            "categories": (op.SEARCH_CATEGORIES, ""),
            "trees": (op.CATEGORY_TREES, ""),
        }[listing]
        reply = emporix.send(
            operation, path={"categoryId": path}, headers=headers,
            body={} if listing == "categories" else UNSENT,
        )  # fmt: skip
        told[version or "none"] = reply.status
    variant = ", ".join(f"{version}: {status}" for version, status in told.items())
    emporix.observe("EMX-723", f"{listing} by X-Version: {variant}", reply)
