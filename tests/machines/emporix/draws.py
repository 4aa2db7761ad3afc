"""What the Emporix machine draws from: small pools, so that calls collide.

Strategies only; `#n` in a pool of ids stands for the n-th segment that is there.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from .query import Clause

Row = dict[str, Any]
S = st.SearchStrategy

LINK = "https://example.com/m.json"
MIXED = {"mixins": {"m": {"points": 5, "vip": True, "list": [1, 2]}}}
LINKED = {"metadata": {"mixins": {"m": LINK}}}

RARELY = st.sampled_from([False] * 5 + [True])
WRITERS = st.sampled_from(
    ["manager"] * 30 + ["editor", "issued", "issued", "short", "reader", "anna", "none"]
)
_STAFF = ["manager"] * 6 + ["reader"] * 2 + ["both", "issued", "short", "editor", "anna"]
STAFF = st.sampled_from(_STAFF)
_BUYERS = ["anna", "anna", "ben", "ben", "ben-e1", "ben-e2", "carl", "emi", "logged-in"]
READERS = st.sampled_from([*_STAFF, *_BUYERS, "widget"])
BUYERS_MOSTLY = st.sampled_from(
    ["anna", "ben", "ben-e1", "ben-e2", "carl", "emi", "logged-in", "widget", "both", "reader"]
)
IDS = ["gold", "Gold", "a", "b", "c", "shelf"]
THERE = ["#0", "#1", "#2", "#3", "#4", "#5"]
SEGMENTS = st.sampled_from([*IDS, *THERE, "ghost"])
KNOWN = st.sampled_from([*THERE * 4, "gold", "a", "c", "ghost"])
NEW_IDS = st.sampled_from([None] * 8 + [*IDS, *(f"new-{place}" for place in range(9)), "#0", ""])

NAMES = st.sampled_from(
    [{"en": "Gold"}, {"en": "Gold", "de": "Goldig"}, {"de": "Silber"}, {"en": "Old Mates"}]
)
VALIDITIES: list[Row] = [
    {},
    {"from": "2026-11-20T12:00:00Z"},
    {"from": "2026-11-20T14:00:00+01:00", "to": "2026-11-21T00:00:00Z"},
    {"to": "2026-11-20T12:30:00.5Z"},
    {"from": "2026-12-01T00:00:00Z"},
]
BODIES = st.builds(
    lambda body, rest: body | rest,
    st.fixed_dictionaries(
        {
            "name": NAMES,
            "siteCode": st.sampled_from(["main"] * 6 + ["outlet"] * 3 + ["moon"]),
            "status": st.sampled_from(["ACTIVE", "ACTIVE", "INACTIVE"]),
        },
        optional={"validity": st.sampled_from(VALIDITIES), "description": NAMES},
    ),
    st.sampled_from([{}, {}, {}] + [MIXED | LINKED] * 3 + [MIXED, {"color": "red"}, LINKED]),
)
GOOD = {"name": {"en": "x"}, "siteCode": "main"}
BAD_BODIES = st.sampled_from(
    [
        {"name": {"en": "x"}},
        {"siteCode": "main"},
        GOOD | {"status": "MAYBE"},
        GOOD | {"name": "plain"},
        GOOD | {"name": {"en": 5}},
        GOOD | {"validity": {"from": "x"}},
        GOOD | {"validity": 5},
        GOOD | {"mixins": 5},
        GOOD | {"description": "plain"},
    ]
)
# A list of strategies in `one_of` is drawn from without regard to how often one stands there.
GOOD_OR_BAD = st.sampled_from([BODIES] * 11 + [BAD_BODIES]).flatmap(lambda bodies: bodies)
SPOKEN = st.sampled_from([{}, {}, {"Content-Language": "*"}, {"Content-Language": "de"}])
VERSIONS = st.sampled_from(["none"] * 3 + ["right"] * 12 + ["stale", "ahead"])
PATCH_VERSIONS = st.sampled_from([None] * 4 + ["right", "right", "stale"])
ASSIGNMENTS = st.sampled_from([{}, {}, MIXED | LINKED, MIXED | LINKED, MIXED, LINKED])
FORCED = st.sampled_from([True, True, False])
KINDS = st.sampled_from(["PRODUCT", "CATEGORY"] * 6 + ["product"])
SITES = st.sampled_from([None, "main", "outlet", "moon", ""])
HOUR = 3_600_000
JUMPS = st.sampled_from(
    [1, 60_000, 1_800_001, -1_800_001, 5 * HOUR, -5 * HOUR, 240 * HOUR, -240 * HOUR]
)

MEMBERS = st.tuples(
    KNOWN,
    st.sampled_from(["anna", "ben", "ben", "carl", "emi"] * 4 + ["nobody"]),
    st.sampled_from(["", "own", "own", "own", "", "own"] * 3 + ["e1", "e3", "e9"]),
    st.sampled_from([0, 0, 0, 1, 2, 3, 4, 5, 6, 7]),
)
ITEMS = st.one_of(
    st.tuples(
        KNOWN,
        st.just("PRODUCT"),
        st.sampled_from(["p1", "p2", "p3", "p4"] * 3 + ["p9"]),
        st.sampled_from([0, 0, 1, 2, 3, 4, 5]),
    ),
    st.tuples(
        KNOWN,
        st.sampled_from(["CATEGORY"] * 12 + ["category"]),
        st.sampled_from(["shoes", "boots", "winter", "sandals", "bags"] * 3 + ["p1"]),
        st.sampled_from([0, 0, 1, 2, 3, 4, 5]),
    ),
)


def _op(name: str, path: str, *value: Any) -> Row:
    return {"op": name, "path": path} | ({"value": value[0]} if value else {})


GOOD_OPERATIONS = [
    _op("replace", "/status", "INACTIVE"),
    _op("replace", "/status", "ACTIVE"),
    _op("add", "/status", "ACTIVE"),
    _op("remove", "/status"),
    _op("replace", "/name", {"en": "New", "de": "Neu"}),
    _op("add", "/name/fr", "Or"),
    _op("add", "/description", {"en": "Told"}),
    _op("add", "/validity", {"to": "2026-11-20T18:00:00+01:00"}),
    _op("add", "/mixins", MIXED["mixins"]),
    _op("add", "/metadata/mixins", LINKED["metadata"]["mixins"]),
    _op("replace", "/siteCode", "outlet"),
]
RISKY_OPERATIONS = [
    _op("remove", "/description"),
    _op("remove", "/validity"),
    _op("remove", "/mixins"),
    _op("remove", "/mixins/m"),
    _op("remove", "/metadata/mixins"),
    _op("remove", "/name/de"),
    _op("remove", "/name/fr"),
    _op("replace", "/description", {"de": "Neu gesagt"}),
    _op("replace", "/description/en", "Said"),
    _op("replace", "/mixins/m/points", 15),
    _op("replace", "/mixins/m/vip", False),
    _op("add", "/mixins/m/list/-", 3),
    _op("add", "/mixins/m/list/0", 0),
    _op("replace", "/mixins/m/list/1", 9),
    _op("remove", "/mixins/m/list/1"),
    _op("add", "/mixins/m/list/7", 3),
    _op("add", "/mixins/n", {"points": 1}),
    _op("replace", "/validity/to", "2026-11-20T12:00:00Z"),
    _op("replace", "/name", "Schlicht"),
]
BAD_OPERATIONS = [
    _op("remove", "/name"),
    _op("remove", "/siteCode"),
    _op("replace", "/status", "MAYBE"),
    _op("replace", "/name", {"en": 5}),
    _op("add", "/validity", {"from": "x"}),
    _op("add", "/mixins", 5),
    _op("add", "/status"),
    _op("add", "status", "ACTIVE"),
    _op("add", "/nothing/there", 1),
    _op("replace", "/id", "other"),
    _op("replace", "/metadata/createdAt", "2020-01-01T00:00:00Z"),
    _op("add", "/color", "red"),
    _op("remove", "/metadata/version"),
    _op("replace", "/metadata/version", "1"),
    _op("remove", ""),
]
_good = st.lists(st.sampled_from(GOOD_OPERATIONS), max_size=4)
PATCHES = st.one_of(
    _good,
    st.lists(st.sampled_from(GOOD_OPERATIONS + RISKY_OPERATIONS), max_size=3),
    st.lists(st.sampled_from(GOOD_OPERATIONS * 4 + BAD_OPERATIONS), max_size=2),
)

INSTANTS = ["2026-11-20T12:00:00.000Z", "2026-11-20T13:00:00.000Z", "2026-11-21T00:00:00.000Z"]
SEGMENT_CLAUSES = [
    Clause("siteCode", "is", "main"),
    Clause("siteCode", "is", "outlet"),
    Clause("siteCode", "in", ("main", "moon")),
    Clause("status", "is", "ACTIVE"),
    Clause("status", "is", "INACTIVE"),
    Clause("id", "is", "gold"),
    Clause("id", "is", "Gold"),
    Clause("id", "in", ("gold", "a", "new-1")),
    Clause("id", "in", ("b", "b", "ghost")),
    Clause("id", "old-in", ("gold", "c")),
    Clause("id", "like", "^[gG]o"),
    Clause("name.en", "is", "Gold"),
    Clause("name.de", "is", "Silber"),
    Clause("name.en", "like", "ol"),
    Clause("name.en", "like", "d M"),
    Clause("name.de", "null"),
    Clause("name.de", "exists"),
    Clause("description.en", "null"),
    Clause("description", "missing"),
    Clause("description", "exists"),
    Clause("metadata.version", "is", 1),
    Clause("metadata.version", ">", 1),
    Clause("metadata.version", "<=", 2),
    Clause("metadata.version", "between", (2, 3)),
    Clause("metadata.mixins.m", "exists"),
    Clause("metadata.createdAt", "<", INSTANTS[1]),
    Clause("metadata.modifiedAt", ">=", INSTANTS[1]),
    Clause("metadata.modifiedAt", "between", (INSTANTS[0], INSTANTS[2])),
    Clause("validity.from", "<=", INSTANTS[0]),
    Clause("validity.to", ">", INSTANTS[1]),
    Clause("validity", "missing"),
    Clause("mixins.m.points", "is", 5),
    Clause("mixins.m.points", ">", 5),
    Clause("mixins.m.vip", "is", True),
    Clause("mixins.m.vip", "is", False),
    Clause("mixins.m", "missing"),
    Clause("nothing", "missing"),
]
MEMBER_CLAUSES = [
    Clause("customer.id", "is", "ben"),
    Clause("customer.id", "in", ("anna", "carl")),
    Clause("customer.firstName", "is", "Ben"),
    Clause("customer.email", "like", "^[ab].*@"),
    Clause("legalEntity.id", "is", "e1"),
    Clause("legalEntity.id", "in", ("e1", "e2")),
    Clause("legalEntity", "missing"),
    Clause("legalEntity.name", "like", "Company e2"),
    Clause("assignmentType", "is", "MANUAL"),
    Clause("assignmentType", "is", "AUTOMATIC"),
    Clause("metadata.version", ">=", 2),
    Clause("mixins.m.points", "is", 5),
    Clause("group.id", "null"),
]
ITEM_CLAUSES = [
    Clause("type", "is", "PRODUCT"),
    Clause("type", "is", "CATEGORY"),
    Clause("segmentId", "is", "gold"),
    Clause("segmentId", "in", ("gold", "a", "b")),
    Clause("item.id", "is", "p1"),
    Clause("item.id", "in", ("p2", "boots")),
    Clause("item.code", "is", "SKU-p1"),
    Clause("item.name.de", "exists"),
    Clause("item.name.en", "like", "oo"),
    Clause("item.name.en", "like", "Product p[12]"),
    Clause("metadata.version", "<", 2),
    Clause("mixins.m.vip", "is", True),
    Clause("mixins", "missing"),
]


def _queries(clauses: list[Clause]) -> S[tuple[Clause, ...]]:
    return st.just(()) | st.lists(st.sampled_from(clauses), max_size=2).map(tuple)


SEGMENT_QUERIES = _queries(SEGMENT_CLAUSES)
MEMBER_QUERIES = _queries(MEMBER_CLAUSES)
ITEM_QUERIES = _queries(ITEM_CLAUSES)

_BY_TEXT = ["id", "id:desc", "name.en", "name.de:DESC", "siteCode:asc", "status:desc"]
_BY_REST = ["metadata.version:desc", "metadata.modifiedAt", "mixins.m.points:desc", "validity.to"]
SEGMENT_SORTS = st.lists(st.sampled_from([*_BY_TEXT, *_BY_REST, "nothing"]), max_size=3).map(
    ",".join
)
MEMBER_SORTS = st.lists(
    st.sampled_from(
        ["customer.id", "customer.firstName:desc", "legalEntity.id:desc", "metadata.version"]
    ),
    max_size=2,
).map(",".join)
ITEM_SORTS = st.lists(
    st.sampled_from(["type", "item.id:desc", "item.code", "segmentId", "item.name.de:desc"]),
    max_size=2,
).map(",".join)
SEGMENT_FIELDS = st.sampled_from(
    [None, None, None, "name", "name.en,status", "metadata.version,id", "validity,nothing"]
)
MEMBER_FIELDS = st.sampled_from([None, None, "customer.id,assignmentType", "legalEntity,nothing"])
ITEM_FIELDS = st.sampled_from([None, None, "item.id,type", "segmentId,item.name.de", "metadata"])
LANGUAGES = st.sampled_from([None, None, None, "", "*", "de", "fr, de", "xx", "en"])
ENTITIES = st.sampled_from([None, None, "e1", "e2", "e9", ""])


def views(fields: S[Any]) -> S[tuple[Row, Row]]:
    """Return the query and headers that say how a record is shown."""

    def view(named: Any, language: str | None, entity: str | None) -> tuple[Row, Row]:
        query = {} if named is None else {"fields": named}
        query |= {} if entity is None else {"legalEntityId": entity}
        # Which of the two comes first is open, so they are not sent together.
        mute = language is None or named is not None
        return query, {} if mute else {"Accept-Language": language}

    return st.builds(view, fields, LANGUAGES, ENTITIES)


def listings(sorts: S[str], fields: S[Any]) -> S[tuple[Row, Row]]:
    """Return the query and headers of a list."""

    def listing(view: tuple[Row, Row], sort: str, page: Row, counted: Any) -> tuple[Row, Row]:
        query, headers = view
        query = query | page | ({"sort": sort} if sort else {})
        return query, headers | ({} if counted is None else {"X-Total-Count": counted})

    pages = st.sampled_from(
        [{}, {}, {}, {"pageSize": "2"}, {"pageSize": "2", "pageNumber": "2"}, {"pageNumber": "2"}]
    )
    return st.builds(listing, views(fields), sorts, pages, st.sampled_from([None, True, False]))


WHOSE = st.sampled_from(
    [{}] * 6
    + [{"customerId": name} for name in ("ben", "anna", "nobody", "")]
    + [{"customerId": name, "legalEntityId": "e2"} for name in ("ben", "carl", "anna")]
)
BAD_QUERIES = st.sampled_from(
    [
        ("q=gold", frozenset({"EMX-255"})),
        ("q=id:(a,b", frozenset({"EMX-256"})),
        ("q=id:(~)", frozenset({"EMX-257"})),
        ("q=id:~[", frozenset({"EMX-258"})),
        ("q=compoundLogicalQuery:((id:a) OR (id:b))", frozenset({"EMX-261"})),
        ("q=id:(a b", frozenset({"EMX-256", "EMX-254"})),
        ("pageSize=0", frozenset({"EMX-219"})),
        ("pageNumber=x", frozenset({"EMX-219"})),
    ]
)
ANY_OPERATION = (
    "POST-create-segment",
    "PUT-update-segment",
    "PATCH-update-segment",
    "DELETE-remove-segment",
    "POST-create-segments-bulk",
    "PUT-update-segments-bulk",
    "DELETE-remove-segments-bulk",
    "PUT-update-customer-by-customerId",
    "PUT-update-customer",
    "PUT-update-item",
    "DELETE-remove-customer-by-customerId",
    "DELETE-remove-customer",
    "DELETE-remove-item",
    "PUT-update-customers-bulk",
    "PUT-update-items-bulk",
    "DELETE-remove-customers-bulk",
    "DELETE-remove-items-bulk",
    "POST-check-match",
    "GET-retrieve-segments",
    "POST-search-segments",
    "GET-retrieve-segment",
    "GET-retrieve-customers",
    "POST-search-customers",
    "GET-retrieve-customer-by-customerId",
    "GET-retrieve-customer",
    "GET-retrieve-category-trees",
    "GET-retrieve-segments-items",
    "GET-retrieve-segment-items",
    "POST-search-items",
    "GET-retrieve-item",
)

FIRST_SEGMENTS = [
    GOOD | {"id": "gold", "status": "ACTIVE", "name": {"en": "Gold", "de": "Goldig"}},
    GOOD | {"id": "a", "status": "ACTIVE", "siteCode": "outlet"} | MIXED | LINKED,
    GOOD | {"id": "b", "status": "ACTIVE", "validity": VALIDITIES[3]},
    GOOD | {"id": "c"},
    GOOD | {"id": "shelf", "status": "ACTIVE", "validity": VALIDITIES[2]},
]
FIRST_ASSIGNMENTS: list[tuple[str, list[Row], dict[str, list[Row]]]] = [
    (
        "gold",
        [{"customerId": "anna"}, {"customerId": "ben", "legalEntityId": "e1"}],
        {"PRODUCT": [{"id": "p3"}], "CATEGORY": [{"id": "boots"}]},
    ),
    (
        "a",
        [{"customerId": "ben", "legalEntityId": "e2"}, {"customerId": "carl"}],
        {"PRODUCT": [{"id": "p1"}], "CATEGORY": [{"id": "bags"}]},
    ),
    ("b", [{"customerId": "anna"}, {"customerId": "emi"}], {"PRODUCT": [{"id": "p2"}]}),
    ("c", [{"customerId": "ben"}], {"CATEGORY": [{"id": "winter"}]}),
    ("shelf", [], {"PRODUCT": [{"id": "p4"}]}),
]
