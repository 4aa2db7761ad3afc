"""The vendor's segments tutorial, read as a script: every call to the segment service.

Host, tenant, ids and token are filled in, nothing else. Known mistakes of the page, each
recorded in `specs/emporix/README.md`: the B2C call is printed with the B2B path, `{}`
stands where a list is needed, and the word `string` stands where a number or a query is.
Those calls are sent as printed too, and must be refused clearly.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.stories.curl import Curl, read

COMMANDS = json.loads((Path(__file__).parent / "emporix_tutorial.json").read_text("utf-8"))
SEGMENT, CUSTOMER, ENTITY = "628cd20c6e8b2432b6346ca6", "C0123456788", "le-okafor-trading"
IDS = {"tenant": "acme", "segmentId": SEGMENT, "customerId": CUSTOMER, "legalEntityId": ENTITY}


def curl(name: str) -> Curl:
    """Return a command of the tutorial."""
    return read(COMMANDS[name])


@pytest.fixture
def manager(client_for: Callable[..., httpx.Client]) -> httpx.Client:
    """A client with the scope that the tutorial asks for, on worlds of its own."""
    return client_for(Authorization="Bearer demo-acme-manager")


@pytest.fixture
def send(manager: httpx.Client) -> Callable[..., httpx.Response]:
    """Send a command of the tutorial with ids filled in."""

    def run(name: str, *, body: object = None, path: str = "", **ids: str) -> httpx.Response:
        command = curl(name)
        where = path or command.at(**{**IDS, **ids})
        sent = command.body if body is None else body
        return manager.request(command.method, where, json=sent, headers=dict(command.headers))

    return run


@pytest.fixture
def segment(send: Callable[..., httpx.Response]) -> str:
    """The segment of the tutorial, created as it says."""
    assert send("create").status_code == 201
    return SEGMENT


def test_creating_the_segment_gives_its_id(send: Callable[..., httpx.Response]) -> None:
    """The segment of the page is created under the id that the page gives it."""
    answer = send("create")

    assert (answer.status_code, answer.json()) == (201, {"id": SEGMENT})


def test_the_created_segment_is_what_was_sent(segment: str, manager: httpx.Client) -> None:
    """Reading the segment back gives every value of the request and version 1."""
    answer = manager.get(f"/customer-segment/acme/segments/{segment}").json()
    metadata = answer.pop("metadata")

    assert answer == curl("create").body
    assert metadata["version"] == 1
    assert metadata["createdAt"] == metadata["modifiedAt"]


@pytest.mark.parametrize(
    ("kind", "item"), [("PRODUCT", "p1234"), ("CATEGORY", "beans")], ids=["product", "category"]
)
def test_an_item_is_assigned_and_then_updated(
    segment: str, send: Callable[..., httpx.Response], manager: httpx.Client, kind: str, item: str
) -> None:
    """The item call is an upsert: 201 the first time, 204 the second, mixins are kept."""
    first = send("item", type=kind, itemId=item)
    second = send("item", type=kind, itemId=item)
    found = manager.get(f"/customer-segment/acme/segments/{segment}/items/{kind}/{item}").json()

    assert (first.status_code, first.content) == (201, b"")
    assert (second.status_code, second.content) == (204, b"")
    assert found["mixins"] == curl("item").body["mixins"]
    assert (found["type"], found["item"]["id"], found["metadata"]["version"]) == (kind, item, 2)


def test_several_items_are_upserted_at_once(
    segment: str, send: Callable[..., httpx.Response]
) -> None:
    """The bulk call assigns what is new and updates what is assigned already."""
    send("item", type="PRODUCT", itemId="p1234")
    answer = send("items", body=[{"id": "p1234"}, {"id": "p2345"}], type="PRODUCT")

    assert answer.status_code == 207
    assert [entry["code"] for entry in answer.json()] == [204, 201]


def test_a_business_customer_joins(
    segment: str, send: Callable[..., httpx.Response], manager: httpx.Client
) -> None:
    """The B2B call makes a member that is bound to the legal entity."""
    answer = send("b2b")
    found = manager.get(
        f"/customer-segment/acme/segments/{segment}/customers/{CUSTOMER}/{ENTITY}"
    ).json()

    assert answer.status_code == 201
    assert (found["customer"]["id"], found["legalEntity"]["id"]) == (CUSTOMER, ENTITY)


def test_a_private_customer_joins(
    segment: str, send: Callable[..., httpx.Response], manager: httpx.Client
) -> None:
    """The B2C call, on the path of the reference, makes a member without a legal entity."""
    path = f"/customer-segment/acme/segments/{segment}/customers/C0123456789"
    answer = send("b2c", path=path)
    found = manager.get(path).json()

    assert answer.status_code == 201
    assert found["customer"]["email"] == "anna.bauer@example.com"
    assert "legalEntity" not in found


def test_several_customers_are_upserted_at_once(
    segment: str, send: Callable[..., httpx.Response]
) -> None:
    """The bulk call makes new members and updates the ones there are."""
    send("b2b")
    members = [
        {"customerId": CUSTOMER, "legalEntityId": ENTITY},
        {"customerId": "C0123456789"},
    ]
    answer = send("customers", body=members)

    assert answer.status_code == 207
    assert [entry["code"] for entry in answer.json()] == [204, 201]


@pytest.mark.parametrize("name", ["items", "customers"])
def test_an_object_is_no_bulk_body(
    segment: str, send: Callable[..., httpx.Response], name: str
) -> None:
    """`{}`, which the page prints as the body of its bulk calls, is a clear 400."""
    answer = send(name, type="PRODUCT")

    assert answer.status_code == 400
    assert answer.json()["code"] == 400
    assert "array" in answer.json()["message"] + json.dumps(answer.json().get("details", ""))


def _real_values(path: str) -> str:
    """Drop the parameters that hold nothing but the word `string`."""
    base, _, query = path.partition("?")
    kept = [pair for pair in query.split("&") if not pair.endswith("=string")]
    return base + ("?" + "&".join(kept) if kept else "")


def test_the_segment_is_found_by_its_site(
    segment: str, send: Callable[..., httpx.Response]
) -> None:
    """The search returns the segments of the site `main`, and how many there are."""
    path = curl("search").at(**IDS)
    answer = send("search", path=_real_values(path) + "?pageSize=200")
    found = answer.json()

    assert answer.status_code == 200
    assert segment in [each["id"] for each in found]
    assert {each["siteCode"] for each in found} == {"main"}
    assert answer.headers["X-Total-Count"] == str(len(found))


def test_items_of_all_segments_are_listed(
    segment: str, send: Callable[..., httpx.Response]
) -> None:
    """The storefront call returns item assignments; `q=type:PRODUCT` narrows it to products."""
    send("item", type="PRODUCT", itemId="p2345")
    send("item", type="CATEGORY", itemId="beans")
    everything = send("all-items", path=_real_values(curl("all-items").at(**IDS)) + "&pageSize=500")
    products = send(
        "all-items",
        path=_real_values(curl("all-items").at(**IDS)) + "&q=type:PRODUCT&pageSize=500",
    )

    assert {row["type"] for row in everything.json()} == {"PRODUCT", "CATEGORY"}
    assert {row["type"] for row in products.json()} == {"PRODUCT"}
    assert (segment, "p2345") in {(r["segmentId"], r["item"]["id"]) for r in products.json()}


@pytest.mark.parametrize("name", ["search", "all-items"])
def test_the_word_string_is_no_number(
    segment: str, send: Callable[..., httpx.Response], name: str
) -> None:
    """Sent exactly as printed, the page's placeholders are refused with a pointer to the first."""
    answer = send(name)

    assert answer.status_code == 400
    assert answer.headers["X-Mock-Pointer"] in ("/query/q", "/query/pageSize")


def test_the_tree_holds_assigned_categories_below_their_parents(
    segment: str, send: Callable[..., httpx.Response], client_for: Callable[..., httpx.Client]
) -> None:
    """A member of the segment sees an assigned subcategory under the label of its parent."""
    send("b2c", path=f"/customer-segment/acme/segments/{segment}/customers/C01234567989")
    send("item", type="CATEGORY", itemId="espresso-machines")
    chloe = client_for(Authorization="Bearer demo-acme-chloe")
    path = curl("tree").at(**IDS)
    answer = chloe.get(_real_values(path), headers=dict(curl("tree").headers))

    assert answer.status_code == 200
    (root,) = answer.json()
    assert (root["id"], root["isSegmentAssigned"]) == ("coffee", False)
    (child,) = root["subcategories"]
    assert (child["id"], child["isSegmentAssigned"]) == ("coffee-machines", False)
    (leaf,) = child["subcategories"]
    assert (leaf["id"], leaf["isSegmentAssigned"]) == ("espresso-machines", True)


def test_searching_needs_the_read_scope(client_for: Callable[..., httpx.Client]) -> None:
    """Without `customersegment.segment_read` a search finds nothing that is not one's own."""
    chloe = client_for(Authorization="Bearer demo-acme-chloe")
    editor = client_for(Authorization="Bearer demo-acme-editor")
    command = curl("search")
    path = _real_values(command.at(**IDS))

    assert chloe.post(path, json=command.body).json() == []
    assert editor.post(path, json=command.body).status_code == 403


@pytest.mark.parametrize("name", ["create", "item", "items", "b2b", "customers"])
def test_configuring_needs_the_manage_scope(
    client_for: Callable[..., httpx.Client], name: str
) -> None:
    """Every call that configures a segment is refused without `segment_manage`."""
    reader = client_for(Authorization="Bearer demo-acme-reader")
    command = curl(name)
    path = command.at(**IDS, type="PRODUCT", itemId="p1234")

    assert reader.request(command.method, path, json=command.body).status_code == 403
