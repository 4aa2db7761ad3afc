"""A refused call changes nothing, whatever came before and whatever it says."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.vendors.emporix.model import Group

IDS = st.sampled_from(["a", "b", "c", "", "\ud800", "x/y", "bulk"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner, max_size=2)
    ),
    max_leaves=5,
)
TEXTS = st.dictionaries(st.sampled_from(["en", "de", "\udfff"]), st.text(max_size=2), max_size=2)
METADATA = st.fixed_dictionaries(
    {}, optional={"version": st.sampled_from([1, 2, 3, 10**30]), "mixins": TEXTS | JSON}
)
SEGMENT = st.fixed_dictionaries(
    {},
    optional={
        "id": IDS,
        "name": TEXTS | st.text(max_size=3),
        "siteCode": st.sampled_from(["main", "outlet", 5]),
        "status": st.sampled_from(["ACTIVE", "INACTIVE", "?"]),
        "validity": st.just({}) | st.fixed_dictionaries({"from": st.text(max_size=4)}),
        "mixins": JSON,
        "metadata": METADATA,
    },
)
GOOD = st.fixed_dictionaries(
    {"name": st.just({"en": "x"}), "siteCode": st.just("main")},
    optional={"id": st.sampled_from("abc"), "metadata": METADATA},
)
BODY = GOOD | SEGMENT
PATCH = st.lists(
    st.fixed_dictionaries(
        {
            "op": st.sampled_from(["add", "remove", "replace"]),
            "path": st.sampled_from(
                [
                    "/name",
                    "/name/en",
                    "/mixins",
                    "/mixins/a",
                    "/mixins/a/0",
                    "/status",
                    "/metadata/version",
                    "/id",
                    "",
                    "/siteCode/x",
                    "/~",
                    "/description",
                ]
            ),
        },
        optional={"value": JSON | TEXTS},
    ),
    max_size=4,
)
PATHS = st.fixed_dictionaries(
    {
        "segmentId": IDS,
        "customerId": st.sampled_from(["anna", "ben", "nobody", "\ud800"]),
        "legalEntityId": st.sampled_from(["e1", "nothing"]),
        "type": st.sampled_from(["PRODUCT", "CATEGORY", "product"]),
        "itemId": st.sampled_from(["p1", "boots", "ghost"]),
        "groupId": st.sampled_from(["vip", "staff", "ghost", "\ud800"]),
    }
)
ENTRY = st.fixed_dictionaries(
    {"id": st.sampled_from(["p1", "boots", ""]), "customerId": st.sampled_from(["anna", "x", ""])},
    optional={"metadata": METADATA, "mixins": JSON, "legalEntityId": st.just("e1")},
)
OPERATIONS: dict[str, Any] = {
    "POST-create-segment": BODY,
    "PUT-update-segment": BODY,
    "PATCH-update-segment": PATCH,
    "DELETE-remove-segment": st.none(),
    "POST-create-segments-bulk": st.lists(BODY, max_size=3) | st.just({}),
    "PUT-update-segments-bulk": st.lists(BODY, max_size=3) | st.just([{}] * 201),
    "DELETE-remove-segments-bulk": st.lists(IDS, max_size=3),
    "PUT-update-customer-by-customerId": ENTRY,
    "PUT-update-customer": ENTRY,
    "DELETE-remove-customer": st.none(),
    "PUT-update-item": ENTRY,
    "DELETE-remove-item": st.none(),
    "PUT-update-customers-bulk": st.lists(ENTRY, max_size=3),
    "PUT-update-items-bulk": st.lists(ENTRY, max_size=3),
    "DELETE-remove-items-bulk": st.lists(IDS, max_size=3),
    "DELETE-remove-customers-bulk": st.lists(ENTRY, max_size=3),
    "PUT-update-group": ENTRY,
    "DELETE-remove-group": st.none(),
}
CALLS = st.sampled_from(sorted(OPERATIONS)).flatmap(
    lambda name: st.tuples(
        st.just(name),
        PATHS,
        OPERATIONS[name],
        st.sampled_from([{}, {"forceDelete": True}]),
        st.sampled_from([{}, {"Content-Language": "de"}]),
    )
)


@given(st.lists(CALLS, min_size=1, max_size=12))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_refused_call_changes_nothing(open_shop: Any, calls: list[Any]) -> None:
    """Any sequence of calls: a 4xx leaves the world as it was, in bulk every failed entry."""
    shop = open_shop(edition="2026-09")
    for group_id, user_type in (("vip", "CUSTOMER"), ("staff", "EMPLOYEE")):
        shop.world.plant_group(Group(group_id, (), user_type))
    for name, path, body, query, headers in calls:
        before = shop.snapshot()
        reply = shop.call(name, path=path, query=query, headers=headers, body=body)
        after = shop.snapshot()
        assert reply.status in (201, 204, 207, 400, 404, 409)
        if reply.status >= 400:
            assert after == before
        if reply.status == 207 and all(entry["code"] >= 400 for entry in reply.body):
            assert after == before
        if reply.status == 201:
            assert after != before
