"""Keeps generated requests of Open Loyalty harmless: unsafe ones meet only what the kit made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from conformance.case import Case
from conformance.catalogue import Operation
from conformance.exchange import SAFE_METHODS, Reply, Request
from conformance.openloyalty import operations as op
from conformance.openloyalty.case import OpenLoyalty, segment_removal


class OpenLoyaltyFitting:
    """See `generated.Fitting`."""

    def __init__(self) -> None:
        self._segment = ""

    def credential(self, operation: str) -> str:
        """Return who sends."""
        return "admin"

    def scene(self, case: OpenLoyalty) -> None:
        """Make a segment."""
        self._segment = case.segment(active=True)

    def fit(self, case: Case, operation: Operation, generated: Any) -> None:
        """Replace ids; names become recognisable."""
        parameters = generated.path_parameters or {}
        if "segment" in parameters:
            text = str(parameters["segment"])
            ours = case.session.journal.owns(text)
            if not ours and (operation.method not in SAFE_METHODS or _even(text)):
                # Removing the scene's segment would leave nothing for the rest to work on.
                gone = operation.id == op.REMOVE and not _rare(text)
                parameters["segment"] = _nobody(case, text) if gone else self._segment
            generated.path_parameters = parameters
        body = generated.body
        if isinstance(body, dict) and isinstance(body.get("segment"), dict):
            name = body["segment"].get("name")
            if isinstance(name, str) and 0 < len(name.strip()) <= 255:
                body["segment"]["name"] = case.fresh_name()

    def allows(self, case: Case, operation: Operation, path: Mapping[str, str], body: Any) -> bool:
        """Return whether the segment that is touched is ours, or nobody's."""
        named = path.get("segment")
        return named is None or case.session.journal.owns(named) or _is_nobody(case, named)

    def send(self, case: Case, request: Request, path: Mapping[str, str], body: Any) -> Reply:
        """Send; a segment that may come of it is journalled before."""
        if request.operation != op.CREATE:
            return case.exchange(request)
        fields = body.get("segment") if isinstance(body, dict) else None
        name = fields.get("name") if isinstance(fields, dict) else ""
        creation = case.plan("segment", name if isinstance(name, str) else "", segment_removal())
        reply = case.exchange(request)
        case.settled(creation, reply, "/segmentId")
        return reply


def _nobody(case: Case, text: str) -> str:
    """Return a UUID of the kit's own making, under which nothing is."""
    own = hashlib.blake2b(f"{case.session.run.id}/{text}".encode("utf-8", "replace")).hexdigest()
    return f"{_mark(case)}-{own[:4]}-4{own[4:7]}-8{own[7:10]}-{own[10:22]}"


def _is_nobody(case: Case, text: str) -> bool:
    return text.startswith(f"{_mark(case)}-")


def _mark(case: Case) -> str:
    return hashlib.blake2b(case.session.run.id.encode()).hexdigest()[:8]


def _even(text: str) -> bool:
    return hashlib.blake2b(text.encode("utf-8", "replace")).digest()[0] % 2 == 0


def _rare(text: str) -> bool:
    return hashlib.blake2b(text.encode("utf-8", "replace")).digest()[1] % 16 == 0
