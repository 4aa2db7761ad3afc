"""A caller of the Open Loyalty room whose every reply is held against the contract."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import jsonschema_rs
import pytest

from mockserver import contracts
from mockserver.kernel.call import Call, Document, Reply
from mockserver.kernel.service import Service
from mockserver.vendors.openloyalty import criteria, segmentation
from mockserver.vendors.openloyalty.criteria import Reading
from mockserver.vendors.openloyalty.model import Criterion
from mockserver.vendors.openloyalty.population import Mask, Population
from mockserver.vendors.openloyalty.world import World

API_KEY = {"x-auth-token": "manager-segment-demo-key"}
DEFAULTS = {
    "segmentGetList": {"_page": 1, "_itemsOnPage": 10},
    "segmentGetMembers": {"_page": 1, "_itemsOnPage": 10},
    "_getSegmentAssociation": {"_page": 1, "_itemsOnPage": 10},
}


def plain(body: Any) -> Any:
    """Return a reply's body as the client would read it."""
    if isinstance(body, Document):
        return body.value
    if isinstance(body, dict):
        return {name: plain(value) for name, value in body.items()}
    return [plain(entry) for entry in body] if isinstance(body, list) else body


@cache
def _statuses(operation: str) -> Mapping[int, jsonschema_rs.Draft4Validator | None]:
    contract = contracts.contract("openloyalty")
    for document in (contract.document, contract.companions):
        for item in document["paths"].values():
            for candidate in item.values():
                if candidate["operationId"] == operation:
                    return {
                        int(status): _validator(document, response)
                        for status, response in candidate["responses"].items()
                    }
    raise LookupError(operation)


def _validator(
    document: Mapping[str, Any], response: Mapping[str, Any]
) -> jsonschema_rs.Draft4Validator | None:
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    if "content" not in response:
        return None
    whole = json.dumps(
        {
            "allOf": [response["content"]["application/json"]["schema"]],
            "components": document["components"],
        }
    ).replace('"type": "integer", "nullable": true', '"type": ["integer", "null"]')
    return jsonschema_rs.Draft4Validator(json.loads(whole), validate_formats=True)


class Client:
    """Asks one service, as a manager unless told otherwise."""

    gold = "000005e9-0000-4000-8000-000000000001"
    """The id of Gold Members; further named segments count up in the last digits."""
    key: Mapping[str, str] = API_KEY

    def __init__(self, service: Service) -> None:
        self.service = service

    @property
    def state(self) -> Any:
        """The room's state."""
        return self.service.state("openloyalty")

    def world(self, store: str = "default") -> World:
        """The world of a store."""
        world: World = self.state.worlds[store]
        return world

    def ask(
        self,
        operation: str,
        segment: str | None = None,
        *,
        store: str | None = "default",
        query: Mapping[str, Any] | None = None,
        undeclared: Sequence[tuple[str, str]] = (),
        body: Any = None,
        sent: Mapping[str, str] = API_KEY,
        **path: str,
    ) -> Reply:
        """Answer one call; the reply has a status and body that the contract allows."""
        if store is not None:
            path["storeCode"] = store
        if segment is not None:
            path["segment"] = segment
        reply = self.service.answer(
            Call(
                operation,
                path=path,
                query=DEFAULTS.get(operation, {}) | dict(query or {}),
                body=body,
                has_body=body is not None,
                undeclared=undeclared,
                sent=sent,
            )
        )
        validator = _statuses(operation)[reply.status]
        body = plain(reply.body)
        if validator is None:
            assert body is None
        else:
            validator.validate(body)
        return Reply(reply.status, body, reply.headers)

    @staticmethod
    def header(reply: Reply, name: str) -> str | None:
        """Return a header of a reply."""
        return dict(reply.headers).get(name)

    def named(self, number: int) -> str:
        """Return the id of a named segment of the default store."""
        return f"{self.gold[:-4]}{number:04x}"

    def log_in(self, username: str, password: str, store: str | None = None) -> Reply:
        """Log an admin in, or a member of a store."""
        operation = "adminLoginCheck" if store is None else "memberLoginCheck"
        body = {"username": username, "password": password}
        return self.ask(operation, store=store, body=body, sent={})

    def create(self, name: str = "New", **fields: Any) -> str:
        """Create a segment and return its id."""
        reply = self.ask("segmentPost", body={"segment": {"name": name, **fields}})
        assert reply.status == 200, reply
        segment_id: str = reply.body["segmentId"]
        return segment_id

    def get(self, segment: str) -> dict[str, Any]:
        """Return the detail of a segment."""
        reply = self.ask("segmentGet", segment)
        assert reply.status == 200, reply
        found: dict[str, Any] = reply.body
        return found

    def members(self, segment: str, **query: Any) -> list[str]:
        """Return the first names of the members of a segment, up to fifty."""
        reply = self.ask("segmentGetMembers", segment, query={"_itemsOnPage": 50, **query})
        assert reply.status == 200, reply
        return [item["firstName"] for item in reply.body["items"]]

    def selected(self, *parts: Sequence[Mapping[str, Any]]) -> set[str]:
        """Return the first names of the cast that a new active segment selects."""
        body = [{"criteria": list(criteria)} for criteria in parts]
        return set(
            self.members(self.create(f"S{len(self.world().records)}", active=True, parts=body))
        )


@pytest.fixture
def client(open_vendor: Callable[..., Service]) -> Client:
    """A client of the default world."""
    return Client(open_vendor("openloyalty"))


@pytest.fixture
def cast(open_vendor: Callable[..., Service]) -> Client:
    """A client of a world that holds the named cast and nobody else."""
    return Client(open_vendor("openloyalty", customers=0, segments=0))


@pytest.fixture
def choosing(open_vendor: Callable[..., Service]) -> Callable[..., Client]:
    """Open the cast's world with choices: `choosing(criteria_logic="and-in-part")`."""

    def choose(**choices: str) -> Client:
        named = {f"openloyalty.{name.replace('_', '-')}": value for name, value in choices.items()}
        return Client(open_vendor("openloyalty", customers=0, segments=0, choices=named))

    return choose


@pytest.fixture
def worked_out(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The types of the criteria that were worked out, rather than remembered, so far."""
    types: list[str] = []

    def select(criterion: Criterion, people: Population, reading: Reading) -> Mask:
        types.append(criterion.type)
        return criteria.select(criterion, people, reading)

    monkeypatch.setattr(segmentation, "select", select)
    return types
