"""Keeps generated requests of Emporix harmless: unsafe ones meet only what the kit made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from conformance.case import Case
from conformance.catalogue import Operation
from conformance.emporix import operations as op
from conformance.emporix.case import Emporix, segment_removal
from conformance.exchange import SAFE_METHODS, Reply, Request
from conformance.journal import Creation, Removal

_OWN: Final = frozenset({op.TREES, op.LIST_MINE})
"""Operations that only customers may use."""
_SEARCHES: Final = frozenset(
    {
        op.SEARCH, op.MATCH, op.SEARCH_CUSTOMERS, op.SEARCH_ITEMS, op.SEARCH_GROUPS,
        op.SEARCH_CATEGORIES, op.SEARCH_PRODUCTS, op.VALIDATE_COUPON,
    }
)  # fmt: skip
"""POST that changes nothing."""
_LISTS_OF_IDS: Final = frozenset({op.REMOVE_BULK})
_ENTRIES_WITH_IDS: Final = frozenset({op.UPDATE_BULK, op.CREATE_BULK})


class EmporixFitting:
    """See `generated.Fitting`."""

    def __init__(self) -> None:
        self._scene: Mapping[str, str] = {}

    def credential(self, operation: str) -> str:
        """Return who sends."""
        return "customer" if operation in _OWN else "manage"

    def scene(self, case: Emporix) -> None:
        """Make a segment with a customer and an item, as far as they are known."""
        segment = case.segment(status="ACTIVE")
        found = {"segmentId": segment}
        known = case.session.config.known
        if known.get("customers"):
            found["customerId"] = str(known["customers"][0]["id"])
            case.assign_customer(segment, found["customerId"])
        if known.get("products"):
            found |= {"type": "PRODUCT", "itemId": str(known["products"][0]["id"])}
            case.assign_item(segment, "PRODUCT", found["itemId"])
        if known.get("categories"):
            found["categoryId"] = str(known["categories"][0]["id"])
        self._scene = found

    def fit(self, case: Case, operation: Operation, generated: Any) -> None:
        """Replace ids in paths and bodies; names become recognisable."""
        parameters = generated.path_parameters or {}
        # All of a path or nothing: half of it would only lead to 404.
        prefer_scene = _even("/".join(str(value) for value in parameters.values()))
        for name in list(parameters):
            if name == "tenant":
                continue
            text = str(parameters[name])
            if name == "segmentId" and operation.method not in SAFE_METHODS:
                parameters[name] = self._segment(case, operation, text)
            elif name == "code" and operation.method not in SAFE_METHODS:
                parameters[name] = _own(case, text).upper()
            elif prefer_scene and name in self._scene:
                parameters[name] = self._scene[name]
        generated.path_parameters = parameters
        if isinstance(generated.body, dict | list):
            self._fit_body(case, operation, generated.body)

    def _segment(self, case: Case, operation: Operation, text: str) -> str:
        """Return the scene's segment, or an id of our own that is not there yet."""
        destructive = operation.id == op.REMOVE
        if case.session.journal.owns(text):
            return text
        if self._scene and not destructive and (_even(text) or operation.id != op.UPDATE):
            return self._scene["segmentId"]
        return _own(case, text)

    def _fit_body(self, case: Case, operation: Operation, body: Any) -> None:
        if operation.id == op.CREATE and isinstance(body, dict):
            _fit_entry(case, body)
        elif operation.id in _ENTRIES_WITH_IDS and isinstance(body, list):
            for entry in body:
                if isinstance(entry, dict):
                    _fit_entry(case, entry)
        elif operation.id in _LISTS_OF_IDS and isinstance(body, list):
            body[:] = [_own(case, each) if isinstance(each, str) else each for each in body]
        elif operation.id == op.CREATE_COUPON and isinstance(body, dict):
            body["code"] = _own(case, str(body.get("code"))).upper()

    def allows(self, case: Case, operation: Operation, path: Mapping[str, str], body: Any) -> bool:
        """Return whether segments and coupons that are touched are ours."""
        if operation.id in _SEARCHES:
            return True
        named = [path[name] for name in ("segmentId", "code") if name in path]
        if operation.id in _LISTS_OF_IDS and isinstance(body, list):
            named += [each for each in body if isinstance(each, str)]
        if operation.id == op.UPDATE_BULK and isinstance(body, list):
            named += [
                each["id"]
                for each in body
                if isinstance(each, dict) and isinstance(each.get("id"), str)
            ]
        journal, mark = case.session.journal, _mark(case)
        return all(journal.owns(each) or each.lower().startswith(mark) for each in named)

    def send(self, case: Case, request: Request, path: Mapping[str, str], body: Any) -> Reply:
        """Send; segments and coupons that may come of it are journalled before."""
        planned: list[Creation] = []
        if request.operation == op.CREATE:
            planned = [_planned(case, body)]
        elif request.operation == op.UPDATE:
            planned = [case.plan("segment", "", segment_removal(), path["segmentId"])]
        elif request.operation in _ENTRIES_WITH_IDS and isinstance(body, list):
            planned = [_planned(case, entry) for entry in body]
        elif request.operation == op.CREATE_COUPON and isinstance(body, dict):
            code = str(body.get("code", ""))
            removal = Removal(op.REMOVE_COUPON, {"code": "{id}"}, {}, "manage")
            planned = [case.plan("coupon", code, removal, code)]
        reply = case.exchange(request)
        for position, creation in enumerate(planned):
            if request.operation in _ENTRIES_WITH_IDS:
                _settle_entry(case, creation, reply, position)
            else:
                case.settled(creation, reply, "/id")
        return reply


def _fit_entry(case: Case, entry: dict[str, Any]) -> None:
    """Give a segment an id of ours and a recognisable name, where it would have any."""
    if isinstance(entry.get("id", ""), str):
        entry["id"] = _own(case, str(entry.get("id")) + str(entry.get("name")))
    if isinstance(entry.get("name"), dict):
        entry["name"]["en"] = case.fresh_name()


def _planned(case: Case, entry: Any) -> Creation:
    named = entry.get("id") if isinstance(entry, dict) else ""
    return case.plan("segment", "", segment_removal(), named if isinstance(named, str) else "")


def _settle_entry(case: Case, creation: Creation, reply: Reply, position: int) -> None:
    """Note what came of one entry of a bulk request; without its own code it may be there."""
    code, found = reply.at(f"/{position}/code"), reply.at(f"/{position}/id")
    if isinstance(found, str):
        case.session.journal.made(creation, found)
    elif (isinstance(code, int) and code >= 400) or 400 <= reply.status < 500:
        case.session.journal.refused(creation)


def _own(case: Case, text: str) -> str:
    digest = hashlib.blake2b(f"{case.record.test}/{text}".encode("utf-8", "replace"))
    return _mark(case) + digest.hexdigest()[:10]


def _mark(case: Case) -> str:
    return f"sc{case.session.run.id}"


def _even(text: str) -> bool:
    return hashlib.blake2b(text.encode("utf-8", "replace")).digest()[0] % 2 == 0
