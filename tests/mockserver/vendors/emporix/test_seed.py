"""The seeded platform: the cast of the fixture, what fills it up, and its demos."""

from __future__ import annotations

import copy
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from mockserver.kernel import instants
from mockserver.kernel.call import Call
from mockserver.kernel.room import FixtureError
from mockserver.kernel.service import Service
from mockserver.vendors.emporix.demos import demos, example

from .seeding import FIXTURE, build, fingerprint

OpenVendor = Callable[..., Service]


def test_the_default_world_has_the_default_sizes() -> None:
    """A filled tenant holds as many records as asked for, the named ones counted."""
    world = build().worlds["acme"]
    assert (len(world.segments), len(world.customers), len(world.products)) == (40, 200, 200)


def test_a_tenant_may_stay_unfilled() -> None:
    """The second tenant holds its named records only."""
    world = build().worlds["globex"]
    assert [segment.id for segment in world.segments.rows] == ["golden-segment"]
    assert (len(world.customers), len(world.products)) == (1, 1)


@pytest.mark.parametrize("size", [0, 1, 11, 12, 250])
def test_sizes_never_drop_named_records(size: int) -> None:
    """Sizes below the named cast leave it whole; larger ones are met exactly."""
    world = build(segments=size, customers=size, products=size).worlds["acme"]
    assert len(world.segments) == max(size, 11)
    assert len(world.customers) == max(size, 5)
    assert len(world.products) == max(size, 6)


def test_the_same_seed_gives_the_same_bytes_in_any_process() -> None:
    """Seeding depends on the seed alone: not on the process, hashing or time."""
    seeding = str(Path(__file__).with_name("seeding.py"))
    code = (
        "import importlib.util,sys;"
        f"spec=importlib.util.spec_from_file_location('seeding',{seeding!r});"
        "module=importlib.util.module_from_spec(spec);spec.loader.exec_module(module);"
        "print(module.fingerprint(module.build(seed=7,scopes=('initech',))))"
    )
    # S603: the command is this interpreter with the code above.
    other = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "12345", "PYTHONPATH": ":".join(filter(None, sys.path))},
    )
    assert other.stdout.strip() == fingerprint(build(seed=7, scopes=("initech",)))


def test_another_seed_gives_other_records() -> None:
    """Another seed changes what is made up, and leaves the named cast alone."""
    first, second = (build(seed=seed).worlds["acme"] for seed in (1, 2))
    one, two = ([row.id for row in world.segments.rows] for world in (first, second))
    assert one[:11] == two[:11]
    assert not set(one[11:]) & set(two[11:])
    assert [c.first_name for c in first.customers.values()] != [
        c.first_name for c in second.customers.values()
    ]


def test_nothing_is_later_than_as_of() -> None:
    """The seeded world stands at the fixture's asOf, and lists are in order of creation."""
    as_of = instants.parse(FIXTURE["asOf"])
    world = build(segments=500).worlds["acme"]
    rows = world.segments.rows
    assert all(row.created_at <= row.modified_at <= as_of for row in rows)
    assert all(one.created_at <= two.created_at for one, two in pairwise(rows))
    assert all(row.created_at <= as_of for row in (*world.members.rows, *world.items.rows))


def test_assignments_refer_to_what_exists() -> None:
    """Every seeded assignment names a segment, a customer, a company and an item."""
    world = build(segments=300, scopes=()).worlds["acme"]
    for member in world.members.rows:
        assert world.segments.get(member.segment_id)
        entities = world.customers[member.customer_id].legal_entity_ids
        assert member.legal_entity_id is None or member.legal_entity_id in entities
    for item in world.items.rows:
        assert item.item_id in (world.products if item.type == "PRODUCT" else world.categories)
    assert len({row.key for row in world.members.rows}) == len(world.members)
    assert len({row.key for row in world.items.rows}) == len(world.items)


def test_chloe_is_in_no_segment() -> None:
    """Filling up leaves the named customers as the fixture has them."""
    world = build(segments=400).worlds["acme"]
    by_customer: dict[str, list[str]] = {}
    for member in world.members.rows:
        by_customer.setdefault(member.customer_id, []).append(member.segment_id)
    assert "C01234567989" not in by_customer
    assert sorted(by_customer["C0123456789"]) == ["golden-segment", "lapsed", "summer-2025"]


def test_ids_of_the_tutorial_are_free() -> None:
    """The ids that the vendor's examples create do not exist in a fresh world."""
    world = build().worlds["acme"]
    for taken in ("628cd20c6e8b2432b6346ca6", "61ge81e13562e22001h6cf456"):
        assert world.segments.get(taken) is None


def test_the_match_example_of_the_vendor_gives_its_result(open_vendor: OpenVendor) -> None:
    """The published match body gives the published answer: p1234 alone."""
    body = {
        "siteCode": "main",
        "items": [{"id": "p1234"}, {"id": "p2345"}],
        "segmentIds": ["S1234", "S2456"],
    }
    call = Call(
        "POST-customer-segment-check-match",
        path={"tenant": "acme"},
        body=body,
        has_body=True,
        sent={"authorization": "Bearer demo-acme-manager"},
    )
    reply = open_vendor("emporix").answer(call)
    assert (reply.status, reply.body) == (200, [{"id": "p1234"}])


def test_a_scope_is_a_copy_of_the_first_tenant() -> None:
    """A further tenant has the cast of the first one, clients and tokens of its own."""
    platform = build(scopes=("initech", "acme", "initech"))
    assert list(platform.tenants) == ["acme", "globex", "initech"]
    acme, initech = platform.worlds["acme"], platform.worlds["initech"]
    named = [row.id for row in acme.segments.rows][:11]
    assert [row.id for row in initech.segments.rows][:11] == named
    assert {row.id for row in initech.segments.rows[11:]}.isdisjoint(
        row.id for row in acme.segments.rows[11:]
    )
    assert platform.clients["initech-backoffice"].tenant == "initech"
    assert platform.tokens.grants["demo-initech-anna"].caller.tenant == "initech"
    assert platform.tokens.grants["demo-acme-anna"].caller.tenant == "acme"


def test_names_without_the_tenant_get_it_in_front() -> None:
    """A client or token that does not carry the tenant's name is told apart by a prefix."""
    fixture = copy.deepcopy(FIXTURE)
    tenant = fixture["tenants"][0]
    tenant["clients"][0]["id"] = "shop"
    tenant["tokens"] = [dict(tenant["tokens"][0], token="open-sesame", client="shop")]
    platform = build(fixture, scopes=("initech",))
    assert platform.clients["initech-shop"].tenant == "initech"
    assert platform.tokens.grants["initech-open-sesame"].caller.client == "initech-shop"


@pytest.mark.parametrize(
    "name", ["", "ab", "Acme", "1shop", "my-shop", "a" * 17, "shop\n", "späti", "shop\x00"]
)
def test_a_bad_tenant_name_is_told(name: str) -> None:
    """A name that no path could carry is refused with a clear message (EMX-020)."""
    with pytest.raises(FixtureError, match="cannot be a tenant: 3 to 16 lower-case"):
        build(scopes=(name,))


def test_an_empty_fixture_is_filled() -> None:
    """A tenant without any cast is filled all the same."""
    tenant = {
        "name": "bare",
        "languages": ["fr"],
        "sites": ["main"],
        "clients": [{"id": "bare", "secret": "x", "scopes": []}],
        "tokens": [],
    }
    world = build({"asOf": FIXTURE["asOf"], "tenants": [tenant]}, customers=19).worlds["bare"]
    assert (len(world.segments), len(world.customers), len(world.products)) == (40, 19, 200)
    assert not any(row.type == "CATEGORY" for row in world.items.rows)
    assert world.segments.rows[0].created_at > instants.parse("2025-11-01T00:00:00Z")


def test_made_up_ids_make_way_for_named_ones() -> None:
    """A named record keeps its id when a made-up one would take it."""
    fixture = copy.deepcopy(FIXTURE)
    tenant = fixture["tenants"][0]
    tenant["customers"][2]["id"] = "C1000000001"
    tenant["products"][5]["id"] = "p10001"
    tenant["segments"][1]["items"] = []
    tenant["segments"][7]["items"] = []
    tenant["coupons"] = []
    tenant["legalEntities"].append({"id": "le-0001", "name": "First & Co."})
    tenant["tokens"] = tenant["tokens"][:1]
    world = build(fixture).worlds["acme"]
    assert world.customers["C1000000001"].first_name == "Chloé"
    assert world.products["p10001"].code == "GFT-600"
    assert world.legal_entities["le-0001"].name == "First & Co."
    assert (len(world.customers), len(world.products)) == (200, 200)
    assert len(world.legal_entities) == 12


def test_demo_credentials_work(open_vendor: OpenVendor) -> None:
    """Every demo says what it opens: the header is accepted, but for the expired one."""
    service = open_vendor("emporix", tenants=("initech",))
    found = demos(service.state("emporix"))
    assert [demo.name for demo in found][:3] == ["manager", "reader", "anna"]
    assert {demo.scope for demo in found} == {"acme", "globex", "initech"}
    for demo in found:
        assert demo.value == f"Bearer {demo.token}"
        reply = service.answer(
            Call(
                "GET-customer-segment-retrieve-segments",
                path={"tenant": demo.scope},
                sent={demo.header.lower(): demo.value},
            )
        )
        assert reply.status == {"expired": 401, "editor": 403}.get(demo.name, 200)


def test_demo_logins_work(open_vendor: OpenVendor) -> None:
    """What a demo offers to log in with gives a token."""
    service = open_vendor("emporix", tenants=("initech",))
    for demo in demos(service.state("emporix")):
        if "client_id" in demo.login:
            form = {"grant_type": "client_credentials", **demo.login}
            call = Call("POST-oauth-request-client-credentials", body=form, has_body=True)
        else:
            query = {"tenant": demo.scope, "client_id": f"{demo.scope}-storefront"}
            visitor = service.answer(
                Call("GET-oauth-generate-anonymous-access-token", query=query)
            ).body["access_token"]
            call = Call(
                "POST-customer-authenticate-customer",
                path={"tenant": demo.scope},
                body=demo.login,
                has_body=True,
                sent={"authorization": f"Bearer {visitor}"},
            )
        assert service.answer(call).status == 200


def test_the_example_uses_the_best_credential(open_vendor: OpenVendor) -> None:
    """The command of the start page names the base URL, the tenant and a demo token."""
    platform = open_vendor("emporix").state("emporix")
    assert example(platform, "http://127.0.0.1:8080") == (
        "curl -H 'Authorization: Bearer demo-acme-manager' "
        "'http://127.0.0.1:8080/customer-segment/acme/segments?pageSize=5'"
    )


def test_as_many_assignments_as_asked_for() -> None:
    """Every made-up segment gets that many customers and items, each once; or all there are."""
    world = build(segments=30, customers=40, products=50, assignments=20).worlds["acme"]
    made = [row.id for row in world.segments.rows][11:]
    assert len(made) == 19
    for segment_id in made:
        members = world.members.having("segmentId", segment_id)
        items = world.items.having("segmentId", segment_id)
        assert len({row.key for row in members}) == len({row.key for row in items}) == 20
    for member in world.members.rows:
        entity = member.legal_entity_id
        assert entity is None or entity in world.customers[member.customer_id].legal_entity_ids
    capped = build(segments=13, customers=15, products=8, assignments=1_000).worlds["acme"]
    last = capped.segments.rows[-1].id
    assert len(capped.members.having("segmentId", last)) == len(capped.customers) - 5
    assert len(capped.items.having("segmentId", last)) == 8 + len(capped.categories)
    assert (
        len(build(segments=13, assignments=0).worlds["acme"].members.having("segmentId", last)) == 0
    )


def test_asked_for_assignments_follow_the_seed() -> None:
    """The same numbers give the same world."""
    sizes: dict[str, int] = {"segments": 20, "assignments": 15}
    assert fingerprint(build(**sizes)) == fingerprint(build(**sizes))
    assert fingerprint(build(seed=1, **sizes)) != fingerprint(build(**sizes))
