"""Keeps generated requests of Akinon harmless: the user's segment is put back afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from conformance.akinon import operations as op
from conformance.akinon.case import Akinon
from conformance.case import Case
from conformance.catalogue import Operation
from conformance.exchange import Reply, Request

_CREDENTIALS = ("cookie", "x-csrftoken")


class AkinonFitting:
    """See `generated.Fitting`."""

    def __init__(self) -> None:
        self._segment = ""

    def credential(self, operation: str) -> str:
        """Return who sends."""
        return "user"

    def scene(self, case: Akinon) -> None:
        """Look what is on offer, and have the user's current segment put back at the end."""
        case.put_back_later("user")
        self._segment = str(case.on_offer()[0]["pk"])

    def fit(self, case: Case, operation: Operation, generated: Any) -> None:
        """Let half of the requests be the user's own, and half ask for what is on offer.

        Which half is decided for each of both, so that the user asks for what is not there, too.
        """
        text = repr((generated.path_parameters, dict(generated.headers or {})))
        if _even(f"who {text}"):
            for name in [each for each in generated.headers or {} if each.lower() in _CREDENTIALS]:
                del generated.headers[name]
        parameters = generated.path_parameters or {}
        if "segment_id" in parameters and _even(f"what {text}"):
            parameters["segment_id"] = int(self._segment)
            generated.path_parameters = parameters

    def allows(self, case: Case, operation: Operation, path: Mapping[str, str], body: Any) -> bool:
        """Return whether the request changes nothing but the user's current segment."""
        return operation.id in (op.SET, op.RECALCULATE)

    def send(self, case: Case, request: Request, path: Mapping[str, str], body: Any) -> Reply:
        """Send; nothing is made."""
        return case.exchange(request)


def _even(text: str) -> bool:
    return hashlib.blake2b(text.encode("utf-8", "replace")).digest()[0] % 2 == 0
