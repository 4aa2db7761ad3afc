"""The category service: assignments, search and trees, for storefronts and back offices."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver import contracts
from mockserver.vendors.emporix.model import Category, localized
from mockserver.vendors.emporix.sisters.catalogue.languages import accepted
from tests.mockserver.vendors.emporix.sisters import (
    ASSIGNMENTS,
    CATEGORIES,
    TREES,
    Sisters,
    header,
    told,
)


@pytest.fixture
def sisters(open_vendor: Any) -> Sisters:
    """The sister services on the named cast alone."""
    return Sisters(open_vendor("emporix", segments=0, customers=0, products=0))


@pytest.fixture
def open_sisters(open_vendor: Any) -> Any:
    """Open sister services on the named cast; keywords are choices."""

    def open_one(**choices: str) -> Sisters:
        named = {f"emporix.{name.replace('_', '-')}": value for name, value in choices.items()}
        sizes = {"segments": 0, "customers": 0, "products": 0}
        return Sisters(open_vendor("emporix", choices=named, **sizes))

    return open_one


def placed(
    sisters: Sisters, category: str, by: str | None = None, language: str = "*", **query: Any
) -> list[str]:
    """Return `category/product` of the assignments of a category."""
    names = {"ref_id": "ref.id", "ref_name": "ref.localizedName"}
    reply = sisters.call(
        ASSIGNMENTS,
        by,
        category=category,
        query={names.get(name, name): value for name, value in query.items()},
        headers={"Accept-Language": language},
    )
    assert reply.status == 200, reply.body
    return [f"{row['categoryId']}/{row['ref']['id']}" for row in reply.body]


# ---- assignments -----------------------------------------------------------------------


def test_the_products_of_a_category(sisters: Sisters) -> None:
    """EMX-700, EMX-718, EMX-732: without a token, with ids, and names in every language."""
    reply = sisters.call(ASSIGNMENTS, None, category="beans")
    first = reply.body[0]
    assert first["categoryId"] == "beans"
    assert first["ref"] == {
        "id": "p3456",
        "type": "PRODUCT",
        "localizedName": {
            "en": "House blend 1 kg",
            "de": "Hausmischung 1 kg",
            "fr": "Mélange maison 1 kg",
        },
    }
    assert [row["ref"]["id"] for row in reply.body] == ["p3456", "p5678"]
    assert len({row["id"] for row in reply.body}) == 2


def test_ids_of_assignments_are_stable(sisters: Sisters, open_sisters: Any) -> None:
    """The same assignment has the same id in every world."""
    other: Sisters = open_sisters()
    assert (
        sisters.call(ASSIGNMENTS, category="beans").body
        == other.call(ASSIGNMENTS, category="beans").body
    )


def test_one_item_by_id_or_name(sisters: Sisters) -> None:
    """EMX-702, EMX-703, EMX-704: both must fit, and a name is whole and accepted."""
    assert placed(sisters, "beans", ref_id="p5678") == ["beans/p5678"]
    assert placed(sisters, "beans", ref_name="Hausmischung 1 kg") == ["beans/p3456"]
    assert placed(sisters, "beans", ref_name="Hausmischung 1 kg", language="en") == []
    assert placed(sisters, "beans", ref_name="hausmischung 1 kg") == []
    assert placed(sisters, "beans", ref_name="Advent box", ref_id="p5678") == ["beans/p5678"]
    assert placed(sisters, "beans", ref_name="Advent box", ref_id="p3456") == []


def test_subcategories(sisters: Sisters) -> None:
    """EMX-705: everything below, and nothing beside."""
    assert placed(sisters, "coffee") == []
    assert placed(sisters, "coffee", withSubcategories=True) == [
        "espresso-machines/p1234",
        "beans/p3456",
        "beans/p5678",
    ]
    assert placed(sisters, "coffee-machines", withSubcategories=True) == ["espresso-machines/p1234"]


def test_categories_in_a_circle_end(sisters: Sisters) -> None:
    """A circle of categories is walked once."""
    categories = sisters.service.state("emporix").tenants["acme"].world.categories
    for name, parent in (("one", "two"), ("two", "one")):
        categories[name] = Category(name, name, localized({"en": name}), parent_id=parent)
    assert placed(sisters, "one", withSubcategories=True) == []


def test_a_token_of_another_tenant_lacks_no_scope(sisters: Sisters) -> None:
    """EMX-734, EMX-771: the refusal speaks of the tenant."""
    reply = sisters.call(ASSIGNMENTS, tenant="globex", category="coffee")
    assert reply.status == 403
    assert reply.body["message"] == "The token belongs to another tenant."


def test_unpublished_categories(sisters: Sisters) -> None:
    """EMX-706, EMX-707: their assignments need the parameter, and that needs the scope."""
    assert placed(sisters, "advent") == []
    assert placed(sisters, "advent", "manager") == []
    assert placed(sisters, "advent", "manager", showUnpublished=True) == ["advent/p5678"]
    for operation in (ASSIGNMENTS, CATEGORIES, TREES):
        for by in ("reader", "anna"):
            reply = sisters.call(operation, by, category="beans", query={"showUnpublished": True})
            assert (reply.status, told(reply)) == (403, "EMX-707")
            assert reply.body == {
                "code": 403,
                "status": "Forbidden",
                "message": "You need a scope for this action.",
                "details": ["Required scope(s): category.category_read_unpublished"],
            }


def test_unpublished_products(sisters: Sisters) -> None:
    """EMX-708: left out on request."""
    assert placed(sisters, "beans", hideUnpublishedProducts=True) == ["beans/p3456"]
    assert placed(sisters, "beans", hideUnpublishedProducts=False) == ["beans/p3456", "beans/p5678"]


def test_categories_of_segments(sisters: Sisters, open_sisters: Any) -> None:
    """EMX-709, EMX-710, EMX-711: `golden-segment` holds `coffee-machines`."""
    everything: dict[str, Any] = {"withSubcategories": True}
    gold, wholesale = "golden-segment", "b2b-wholesale"
    machines, beans = ["espresso-machines/p1234"], ["beans/p3456", "beans/p5678"]
    assert placed(sisters, "beans", segmentsIds=gold) == []
    assert placed(sisters, "beans", segmentsIds=wholesale) == beans
    assert placed(sisters, "coffee", **everything, segmentsIds=gold) == machines
    both = f"{gold}, {wholesale},,nowhere"
    assert placed(sisters, "coffee", **everything, segmentsIds=both) == machines + beans
    assert placed(sisters, "coffee", **everything, segmentsIds=",") == machines + beans
    assert placed(sisters, "coffee", **everything, segmentsIds="nowhere") == []
    direct: Sisters = open_sisters(segments_ids_below="exclude")
    assert placed(direct, "coffee", **everything, segmentsIds=both) == beans
    strict: Sisters = open_sisters(segments_ids="all")
    assert placed(strict, "coffee", **everything, segmentsIds=f"{gold},{wholesale}") == []
    assert placed(strict, "coffee", **everything, segmentsIds=f"{gold},S2456") == machines


def test_pages_of_assignments(sisters: Sisters) -> None:
    """EMX-712, EMX-717: over all categories together."""
    query: dict[str, Any] = {"withSubcategories": True, "pageSize": 2, "pageNumber": 2}
    reply = sisters.call(
        ASSIGNMENTS, category="coffee", query=query, headers={"X-Total-Count": True}
    )
    assert [row["ref"]["id"] for row in reply.body] == ["p5678"]
    assert header(reply, "X-Total-Count") == "3"
    assert header(sisters.call(ASSIGNMENTS, category="coffee"), "X-Total-Count") == ""


@pytest.mark.parametrize(
    ("sort", "language", "expected"),
    [
        ("ref.id:DESC", "*", ["p5678", "p3456", "p1234"]),
        ("categoryId:ASC,ref.id:DESC", "*", ["p5678", "p3456", "p1234"]),
        ("ref.localizedName:ASC", "*", ["p5678", "p1234", "p3456"]),
        ("ref.localizedName.de:DESC", "*", ["p3456", "p1234", "p5678"]),
        ("ref.localizedName.fr", "fr,en", ["p1234", "p3456", "p5678"]),
        ("ref.localizedName", "de;q=0.5, fr", ["p1234", "p3456", "p5678"]),
        ("ref.type:ASC, ref.id:DESC,", "*", ["p5678", "p3456", "p1234"]),
    ],
)
def test_assignments_are_sorted(
    sisters: Sisters, sort: str, language: str, expected: list[str]
) -> None:
    """EMX-713, EMX-715, EMX-716: by fields, and by names in one language."""
    found = placed(sisters, "coffee", withSubcategories=True, sort=sort, language=language)
    assert [each.partition("/")[2] for each in found] == expected


def test_assignments_are_sorted_by_their_own_id(sisters: Sisters) -> None:
    """EMX-713: the id of the assignment is a field too."""
    reply = sisters.call(
        ASSIGNMENTS, category="coffee", query={"sort": "id", "withSubcategories": True}
    )
    ids = [row["id"] for row in reply.body]
    assert ids == sorted(ids)


@pytest.mark.parametrize(
    ("operation", "sort", "language", "requirement"),
    [
        (ASSIGNMENTS, "{fieldName}:ASC,{fieldName2}:DESC", "*", "EMX-714"),
        (ASSIGNMENTS, "ref.id:UP", "*", "EMX-714"),
        (ASSIGNMENTS, "ref.id.de", "*", "EMX-714"),
        (ASSIGNMENTS, ":ASC", "*", "EMX-714"),
        (CATEGORIES, "name:ASC", "*", "EMX-714"),
        (CATEGORIES, "description", "*", "EMX-714"),
        (CATEGORIES, "localizedName.ru", "*", "EMX-715"),
        (CATEGORIES, "localizedName.fr", "de", "EMX-715"),
    ],
)
def test_what_cannot_be_sorted(
    sisters: Sisters, operation: str, sort: str, language: str, requirement: str
) -> None:
    """EMX-714, EMX-715: refused with 400 and a pointer."""
    reply = sisters.call(
        operation, category="beans", query={"sort": sort}, headers={"Accept-Language": language}
    )
    assert (reply.status, told(reply)) == (400, requirement)
    assert header(reply, "X-Mock-Pointer") == "/query/sort"
    assert reply.body["message"] == "Request validation failed."
    if requirement == "EMX-714" and ":" not in sort:
        (detail,) = reply.body["details"]
        assert "is not possible, only by id, " in detail


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", {"en"}),
        ("en,de", {"en", "de"}),
        ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", {"en", "de", "fr"}),
        ("de-AT;q=0.3", {"de"}),
        ("de;q=0, en", {"en"}),
        ("*;q=0, fr", {"fr"}),
        ("en; Q = 1.0", {"en"}),
        ("de;q=0", {"en", "de", "fr"}),
        ("", {"en", "de", "fr"}),
    ],
)
def test_accepted_languages(sisters: Sisters, language: str, expected: set[str]) -> None:
    """EMX-718, EMX-719: maps of what is accepted, everything by default."""
    reply = sisters.call(ASSIGNMENTS, category="beans", headers={"Accept-Language": language})
    assert reply.body[0]["ref"]["localizedName"].keys() == expected


def test_texts_without_an_accepted_language(sisters: Sisters) -> None:
    """EMX-721: the default language, or what there is."""
    world = sisters.service.state("emporix").tenants["acme"].world
    french = accepted(world, "fr")
    assert french.render(localized({"de": "Lampe", "en": "Lamp"})) == {"en": "Lamp"}
    assert french.render(localized({"de": "Lampe"})) == {"de": "Lampe"}


@pytest.mark.parametrize("language", ["ru", "en, ru", "`en`", "english-language!", ",", "en;;q"])
def test_unsupported_languages(sisters: Sisters, language: str) -> None:
    """EMX-720: named in the details, in the vendor's words; no language at all is none."""
    for operation in (ASSIGNMENTS, CATEGORIES):
        reply = sisters.call(operation, category="beans", headers={"Accept-Language": language})
        if language == "en;;q":
            assert reply.status == 200
            continue
        assert (reply.status, told(reply)) == (400, "EMX-720")
        assert reply.body["message"] == "Accept-Language validation failed."
        (detail,) = reply.body["details"]
        assert detail.startswith("Following languages are not supported: '")


def test_an_unknown_category(sisters: Sisters) -> None:
    """EMX-722, EMX-734: the vendor's own words, with the id."""
    reply = sisters.call(ASSIGNMENTS, category="nowhere")
    assert told(reply) == "EMX-722"
    assert reply.body == {
        "resourceId": "nowhere",
        "code": 404,
        "status": "Not Found",
        "message": "Error while getting category",
        "details": ["Category with id 'nowhere' not found"],
    }


def test_tokens_are_optional_and_valid(sisters: Sisters) -> None:
    """EMX-732, EMX-733, EMX-735: none at all is fine, a dead one or one of others is not."""
    for operation in (ASSIGNMENTS, CATEGORIES):
        assert sisters.call(operation, None, category="beans").status == 200
        assert sisters.call(operation, "expired", category="beans").status == 401
        assert sisters.call(operation, tenant="globex", category="tools").status == 403
        reply = sisters.call(operation, None, tenant="nobody", category="beans")
        assert (reply.status, told(reply)) == (404, "EMX-735")
        assert reply.body["message"] == "Error while getting tenant"


# ---- search ----------------------------------------------------------------------------


def found(sisters: Sisters, q: str | None = None, by: str | None = None, **query: Any) -> list[str]:
    """Return the ids that a search finds."""
    reply = sisters.call(CATEGORIES, by, query=query, body=None if q is None else {"q": q})
    assert reply.status == 200, reply.body
    return [each["id"] for each in reply.body]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("id:(beans,audio)", ["beans", "audio"]),
        ("code:BEANS", ["beans"]),
        ("localizedName.de:Bohnen", ["beans"]),
        ("localizedName.en:~machines$ position:1", ["coffee-machines", "espresso-machines"]),
        ("parentId:audio", ["headphones"]),
        ("ecn:30-00", ["audio"]),
        ("localizedDescription:exists", ["coffee"]),
        ("localizedSlug.fr:cafe published:true", ["coffee"]),
        ("metadata.version:1 id:home", ["home"]),
        ("name:Beans", ["beans"]),
        ("description:~cup", ["coffee"]),
        ("description:missing parentId:null", ["home", "audio"]),
        ("validity.to:exists", []),
        ("nothing:exists", []),
    ],
)
def test_a_search_finds_categories(sisters: Sisters, q: str, expected: list[str]) -> None:
    """EMX-724, EMX-732: by the grammar of the standard practices, without a token."""
    assert found(sisters, q) == expected


def test_a_search_for_everything(sisters: Sisters) -> None:
    """EMX-725, EMX-726, EMX-727: roots only, and what is not published, on request."""
    everything = found(sisters)
    assert found(sisters, "") == everything
    assert "advent" not in everything
    roots = ["coffee", "home", "audio"]
    assert found(sisters, showRoots=True) == roots
    assert found(sisters, by="manager", showRoots=True, showUnpublished=True) == [*roots, "advent"]
    until = 'validity.to:>"2026-12-01T00:00:00Z"'
    assert found(sisters, until, "manager", showUnpublished=True) == ["advent"]


def test_a_search_is_paged_and_sorted(sisters: Sisters) -> None:
    """EMX-712, EMX-713, EMX-717."""
    reply = sisters.call(
        CATEGORIES,
        query={"sort": "localizedName.de:DESC,id", "pageSize": 2},
        headers={"X-Total-Count": True},
    )
    assert [each["id"] for each in reply.body] == ["home", "textiles"]
    assert header(reply, "X-Total-Count") == "11"
    assert found(sisters, sort="validity.from:ASC,code:DESC", pageSize=1) == ["textiles"]


def test_a_category_as_json(sisters: Sisters) -> None:
    """EMX-719, EMX-736: accepted languages in maps, the default one in the deprecated fields."""
    reply = sisters.call(
        CATEGORIES, None, body={"q": "id:beans"}, headers={"Accept-Language": "de"}
    )
    assert reply.body == [
        {
            "id": "beans",
            "parentId": "coffee",
            "name": "Beans",
            "code": "BEANS",
            "localizedName": {"de": "Bohnen"},
            "localizedSlug": {"de": "bohnen"},
            "position": 2,
            "published": True,
            "ecn": ["10-20"],
            "metadata": {"version": 1},
            "media": [],
        }
    ]


def test_a_bad_query_is_refused(sisters: Sisters) -> None:
    """The parser says what is wrong, in the form of the category service."""
    reply = sisters.call(CATEGORIES, body={"q": "id"})
    assert (reply.status, told(reply)) == (400, "EMX-255")
    assert reply.body["details"] == ["No value for key id at position 1."]
    assert told(sisters.call(CATEGORIES, body={"q": "compoundLogicalQuery:((id:a))"})) == "EMX-261"


def test_no_default_of_the_contract_is_forgotten() -> None:
    """EMX-712: what the code falls back on is what the document says."""
    parameters = contracts.contract("emporix").companions["components"]["parameters"]
    assert parameters["category_pageSize"]["schema"]["default"] == 60
    assert parameters["coupon_pageSize"]["schema"]["default"] == 16
