"""Whatever is refused, the requirement cited is one about the operation that refused it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.types import ASGIApp

from mockserver import contracts
from mockserver.assembly import Settings
from mockserver.vendors import ROOMS
from mockserver.web.app import build
from mockserver.web.compiled import operations_of
from tests.garbage.test_garbage import KNOWN
from tests.mockserver.web.client import Client

TOKEN = "annademocsrf0000000000000000000000000000000000000000000000000000"
SESSION = "osessionid=annademosession0000000000000000a"
CALLERS: dict[str, list[dict[str, str]]] = {
    "akinon": [
        {},
        {"cookie": SESSION},
        {"cookie": f"{SESSION}; csrftoken={TOKEN}"},
        {"cookie": f"{SESSION}; csrftoken={TOKEN}", "x-csrftoken": TOKEN[:32]},
        {"cookie": f"{SESSION}; csrftoken={TOKEN}", "x-csrftoken": "no"},
        {"cookie": f"{SESSION}; csrftoken={TOKEN}", "x-csrftoken": TOKEN},
        {"cookie": f"osessionid=nobody; csrftoken={TOKEN}", "x-csrftoken": TOKEN},
    ],
    "emporix": [
        {},
        {"authorization": "Bearer nobody"},
        {"authorization": "Basic nobody"},
        *(
            {"authorization": f"Bearer demo-{name}"}
            for name in (
                "acme-manager",
                "acme-editor",
                "acme-reader",
                "acme-emi",
                "acme-chloe",
                "acme-ben-trading",
                "acme-expired",
                "acme-widget",
                "globex-manager",
            )
        ),
    ],
    "openloyalty": [
        {},
        {"x-auth-token": "nobody"},
        {"authorization": "Bearer no.bo.dy"},
        {"x-auth-token": "manager-segment-demo-key"},
    ],
}
UNKNOWN = {"tenant": "acme2", "storeCode": "nowhere", "segment_id": "999999", "type": "NONE"}
BODIES: list[Any] = [
    None,
    {},
    [],
    [None],
    [{"op": "test", "path": "/name"}],
    [{"op": "remove", "path": "/name"}],
    [{"op": "replace", "path": "/nothing", "value": 1}],
    [{"op": "add", "path": "/metadata/version", "value": 99}],
    [{}] * 201,
    "text",
    {"name": {"en": "x"}, "siteCode": "main", "id": "golden-segment", "metadata": {"version": 9}},
    {"name": "x", "siteCode": "main"},
    {"name": {"en": "x"}, "siteCode": "main", "status": "x"},
    {"name": {"en": "x"}, "siteCode": "main", "validity": {"from": "soon"}},
    {"metadata": {"version": 9}},
    {"q": "("},
    {"q": "word"},
    {"q": "compoundLogicalQuery:((a:b) OR (c:d) AND (e:f))"},
    {"items": [], "segmentIds": []},
    {"name": "x", "code": "GOLD10"},
    {"name": "x", "discountType": "x"},
    {"name": "x", "segmentRestricted": True},
    {"name": "x", "restrictions": {"segments": ["golden-segment"]}},
    {"name": "x", "restrictions": {"validFrom": "soon"}},
    {"orderTotal": {"amount": -1}, "discount": {}},
    {"orderTotal": {"amount": 1}, "discount": {}},
    {"orderTotal": {"amount": 1}, "discount": {}, "customerNumber": "nobody"},
    {"email": "anna.bauer@example.com", "password": "short"},
    {"email": "anna.bauer@example.com", "password": "wrong-password"},
    {"email": "anna.bauer@example.com", "password": "segment-demo", "legalEntityId": "none"},
    {"username": "admin", "password": "wrong"},
    {"refresh_token": "none"},
    {"segment": {}},
    {"segment": {"name": " "}},
    {"segment": {"name": "x" * 300}},
    {"segment": {"name": "n", "parts": [{"criteria": [{}]}]}},
    {"segment": {"name": "n", "parts": [{"criteria": [{"type": "x"}]}]}},
    {
        "segment": {
            "name": "n",
            "parts": [{"criteria": [{"type": "transaction_count", "min": "x"}]}],
        }
    },
]
QUERIES = [
    "q=(",
    "q=word",
    "q=a:~*",
    "pageSize=0",
    "pageNumber=x",
    "sort=nothing:UP",
    "sort=name.xx",
    "forceDelete=perhaps",
    "onlyActive=perhaps",
    "customerId=C0123456789",
    "customerNumber=C0123456789",
    "showUnpublished=true",
    "assignmentType=x",
    "accessToken=none",
    "refreshToken=none",
    "tenant=none&client_id=none&refresh_token=none",
    "tenant=acme&client_id=acme-storefront&refresh_token=none&anonymous_token=none",
    "_page=0",
    "_page=2147483648",
    "_itemsOnPage=51",
    "_orderBy[name]=up",
    "_orderBy[nothing]=asc",
    "_orderBy=name",
    "name[near]=x",
    "customersCount[gt]=x",
    "active=perhaps",
    "x=%FF",
]
HEADERS = [
    {"x-total-count": "perhaps"},
    {"accept-language": "xx"},
    {"content-language": "xx,yy"},
    {"x-version": "none"},
    {"content-type": "text/plain"},
    {"content-type": "application/x-www-form-urlencoded"},
    {"origin": "https://elsewhere.example"},
]
LEAST = {"akinon": 12, "emporix": 70, "openloyalty": 24}
"""How many requirements are cited at least; or else the requests below would be dull."""
JSON = {"content-type": "application/json"}

Request = tuple[str, str, str, dict[str, str], bytes]
"""Method, path, query, headers, body."""


def requests(method: str, template: str, known: list[dict[str, str]]) -> Iterator[Request]:
    """Yield bad requests of many kinds to one operation."""
    given = {**{name: values[0] for name, values in KNOWN.items()}, "groupId": "back-office"}
    names = re.findall("{(.+?)}", template)
    good = template.format_map(given)
    unknown = ({each: UNKNOWN.get(each, "none")} for each in names)
    paths = [good, *(template.format_map(given | each) for each in unknown)]
    writes = method in ("POST", "PUT", "PATCH", "DELETE")
    for who in known:
        for path in paths:
            yield method, path, "", who, b""
            yield method, path, "", who | JSON, b"{}" if writes else b""
        for query in QUERIES:
            yield method, good, query, who, b""
        for sent in HEADERS:
            yield method, good, "", who | sent, b"{}" if writes else b""
        if writes:
            for body in BODIES:
                yield method, good, "", who | JSON, json.dumps(body).encode()
            yield method, good, "", who | JSON, b"{"
            yield method, good, "", who | JSON, b"\xff"


def callers(app: ASGIApp, vendor: str) -> list[dict[str, str]]:
    """Return the headers of those who call: well-known ones, and one who has to log in."""
    client = Client(app, JSON)
    if vendor == "emporix":
        query = "tenant=acme&client_id=acme-storefront"
        opened = client.send("GET", "/customerlogin/auth/anonymous/login", query=query)
        token = opened.json["access_token"]
    elif vendor == "openloyalty":
        member = {"username": "anna.bauer@example.com", "password": "segment-demo"}
        body = json.dumps(member).encode()
        token = client.send("POST", "/api/default/member/login_check", body=body).json["token"]
    else:
        return CALLERS[vendor]
    return [*CALLERS[vendor], {"authorization": f"Bearer {token}"}]


@pytest.mark.parametrize(
    ("vendor", "edition"),
    [(vendor, edition) for vendor in ROOMS for edition in ("", *contracts.editions(vendor))],
)
def test_what_is_cited_is_about_the_operation(vendor: str, edition: str) -> None:
    """The requirement in the header lists the operation, or is about the whole API."""
    contract = contracts.contract(vendor, edition)
    editions = {vendor: edition} if edition else {}
    app = build(Settings(vendors=(vendor,), editions=editions)).app
    wrong: set[tuple[str, str]] = set()
    cited: set[str] = set()
    known = callers(app, vendor)
    for document in (contract.document, contract.companions):
        for template, method, operation in operations_of(document):
            name = operation["operationId"]
            for verb, path, query, sent, body in requests(method, template, known):
                answer = Client(app, sent).send(verb, path, query=query, body=body)
                if answer.status < 400:
                    continue
                requirement = answer.header("x-mock-requirement")
                assert requirement is not None, (verb, path, query, sent, body, answer)
                cited.add(requirement)
                about = contract.requirements[requirement].operations
                if about and name not in about:
                    wrong.add((name, requirement))
    assert wrong == set()
    assert len(cited) > LEAST[vendor], len(cited)
