"""Garbage of every kind, thrown at every operation of the whole application.

Whatever is sent, the answer is never a 5xx; and a request that is refused leaves every
world as it was, as far as anybody can read it.
"""

from __future__ import annotations

import json
from functools import cache, partial
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver import contracts
from mockserver.assembly import Settings
from mockserver.kernel.clock import Clock
from mockserver.vendors import ROOMS, room
from mockserver.web.app import Mock, build
from mockserver.web.compiled import operations_of
from tests.mockserver.web.client import Client

GARBAGE = settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

CREDENTIALS = {
    "akinon": {
        "cookie": "osessionid=annademosession0000000000000000a; csrftoken="
        "annademocsrf0000000000000000000000000000000000000000000000000000",
        "x-csrftoken": "annademocsrf0000000000000000000000000000000000000000000000000000",
    },
    "emporix": {"authorization": "Bearer demo-acme-manager"},
    "openloyalty": {"x-auth-token": "manager-segment-demo-key"},
}
KNOWN = {
    "tenant": ["acme"],
    "segmentId": ["golden-segment", "S1234", "bulk", "search"],
    "customerId": ["C0123456789"],
    "legalEntityId": ["le-okafor-trading"],
    "type": ["PRODUCT", "CATEGORY"],
    "itemId": ["p1234", "beans"],
    "code": ["GOLD10", "welcome5"],
    "categoryId": ["beans", "coffee"],
    "storeCode": ["default"],
    "segment": ["000005e9-0000-4000-8000-000000000001"],
    "segment_id": ["12", "14"],
    "resourceName": ["reward"],
}
OPERATIONS = [
    (vendor, method, path)
    for vendor in ROOMS
    for document in (contracts.contract(vendor).document, contracts.contract(vendor).companions)
    for path, method, _ in operations_of(document)
]


READS = [
    ("akinon", "/users/segments/", ""),
    ("akinon", "/current_user/", ""),
    ("emporix", "/customer-segment/acme/segments", "pageSize=5000"),
    ("emporix", "/customer-segment/acme/segments/items", "pageSize=5000"),
    ("emporix", "/customer-segment/acme/segments/golden-segment/customers", "pageSize=5000"),
    ("emporix", "/customer-segment/acme/segments/S1234/customers", "pageSize=5000"),
    ("emporix", "/coupon/acme/coupons", "pageSize=5000&showDeleted=true"),
    ("emporix", "/coupon/acme/coupons/GOLD10/redemptions", "pageSize=5000"),
    ("emporix", "/coupon/acme/coupons/WELCOME5/redemptions", "pageSize=5000"),
    ("openloyalty", "/api/default/segment", "_itemsOnPage=50&_orderBy[createdAt]=asc"),
    ("openloyalty", "/api/default/segment", "_itemsOnPage=50&_orderBy[createdAt]=desc"),
]


@cache
def mock() -> Mock:
    """The whole application, at a time that stands still; built once for all examples."""
    standing = partial(Clock, 1_795_176_000_000, frozen=True)
    return build(Settings(segments=12, customers=20, products=20, clock=standing))


def readable() -> list[tuple[int, bytes]]:
    """Return what the worlds look like to somebody who may read everything."""
    answers = [
        Client(mock().app, CREDENTIALS[vendor]).send("GET", path, query=query)
        for vendor, path, query in READS
    ]
    return [(answer.status, answer.data) for answer in answers]


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=2**63, max_value=2**80)
    | st.floats(allow_nan=False)
    | st.text()
    | st.sampled_from(["\x00", "ACTIVE", "9999-12-31T23:59:60Z", "0000-01-01T00:00:00Z", ""]),
    lambda each: (
        st.lists(each, max_size=4)
        | st.dictionaries(
            st.text(max_size=8)
            | st.sampled_from(
                [
                    "id",
                    "name",
                    "siteCode",
                    "metadata",
                    "version",
                    "op",
                    "path",
                    "value",
                    "q",
                    "segment",
                    "parts",
                    "criteria",
                    "type",
                    "validity",
                    "from",
                    "mixins",
                    "items",
                    "segmentIds",
                    "code",
                    "discountType",
                    "segmentRestricted",
                    "restrictions",
                    "segments",
                    "orderTotal",
                    "discount",
                    "amount",
                    "customerNumber",
                ]
            ),
            each,
            max_size=5,
        )
    ),
    max_leaves=12,
)
bodies = st.one_of(
    anything.map(lambda value: json.dumps(value).encode("utf-8", "surrogatepass")),
    st.binary(max_size=200),
    st.sampled_from(
        [
            b"",
            b"[" * 100_000,
            b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
            b"9" * 10_000,
            b'{"name":{"en":"\\ud800"},"siteCode":"main"}',
            b'{"name":{"en":"\\u0000"},"siteCode":"\\u0000"}',
            b'{"name":"x","siteCode":"main","metadata":{"version":1e400}}',
            b'{"segment":{"name":"' + b"x" * 70_000 + b'"}}',
            b"\xff\xfe\x00",
            b"NaN",
        ]
    ),
)
raw_text = st.text(max_size=12).map(lambda text: quote(text.encode("utf-8", "surrogatepass")))
escapes = st.sampled_from(
    ["%00", "%FF", "%2F", "%2e%2e", "%", "%zz", "%C3%28", "a%0d%0ab", "9" * 400]
)
queries = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "q",
                "pageSize",
                "pageNumber",
                "sort",
                "fields",
                "forceDelete",
                "_page",
                "active",
                "_itemsOnPage",
                "_orderBy[name]",
                "_orderBy[",
                "name[like]",
                "createdAt[gte]",
                "customersCount[IN]",
                "legalEntityId",
                "siteCode",
                "onlyActive",
                "customerId",
                "customerNumber",
                "segmentsIds",
                "showUnpublished",
                "withSubcategories",
                "categoryIds",
                "totalCount",
                "x[]",
            ]
        )
        | raw_text,
        raw_text
        | escapes
        | st.sampled_from(["name:(~(a+)+$)", "id:(a,b", "f:(>=10 AND <=", "name.en:null", "1e999"]),
    ),
    max_size=4,
).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs))
header_text = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\x00"), max_size=30)
headers = st.dictionaries(
    st.sampled_from(
        [
            "x-total-count",
            "accept-language",
            "content-language",
            "accept",
            "origin",
            "referer",
            "x-mock-namespace-ish",
            "if-match",
            "x-requested-with",
            "prefer",
        ]
    ),
    header_text,
    max_size=3,
)
content_types = st.sampled_from(
    ["application/json"] * 6
    + ["application/json; charset=latin-1", "text/plain", "application/x-www-form-urlencoded", ""]
)


def path_of(template: str, draw: st.DrawFn) -> str:
    """Fill in a path: mostly things that exist, sometimes garbage."""
    parts = []
    for part in template.split("/"):
        if part.startswith("{"):
            known = st.sampled_from(KNOWN[part[1:-1]])
            part = draw(st.one_of(known, known, known, raw_text, escapes))  # noqa: PLW2901
        parts.append(part)
    return "/".join(parts)


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, str, str, str, dict[str, str], bytes]:
    """Draw `(vendor, method, path, query, headers, body)`."""
    vendor, method, template = draw(st.sampled_from(OPERATIONS))
    method = draw(st.sampled_from([method] * 9 + ["PATCH", "HEAD", "OPTIONS", "BREW"]))
    sent = {**draw(headers), **draw(st.sampled_from([CREDENTIALS[vendor]] * 5 + [{}]))}
    sent["content-type"] = draw(content_types)
    body = b"" if method in ("GET", "HEAD") else draw(bodies)
    return vendor, method, path_of(template, draw), draw(queries), sent, body


@GARBAGE
@given(requests())
def test_garbage_never_breaks_and_never_sticks(
    request: tuple[str, str, str, str, dict[str, str], bytes],
) -> None:
    """No request ends in a 5xx, and a refused one leaves the worlds as they were."""
    _, method, path, query, sent, body = request
    before = readable()

    answer = Client(mock().app, sent).send(method, path, query=query, body=body)

    assert answer.status < 500, answer
    if answer.status >= 400:
        assert readable() == before


@pytest.mark.parametrize(
    ("vendor", "method", "path"),
    [each for each in OPERATIONS if each[1] in ("POST", "PUT", "PATCH")],
)
def test_a_huge_body_is_refused(vendor: str, method: str, path: str) -> None:
    """More bytes than the vendor takes are refused, by size or by content, and change nothing."""
    for name, values in KNOWN.items():
        path = path.replace("{" + name + "}", values[0])
    before = readable()
    sent = {**CREDENTIALS[vendor], "content-type": "application/json"}

    huge = b'{"name":"' + b"x" * room(vendor).max_body + b'"}'
    answer = Client(mock().app, sent).send(method, path, body=[huge[:5_000_000], huge[5_000_000:]])

    assert 400 <= answer.status < 500, answer.status
    assert readable() == before
