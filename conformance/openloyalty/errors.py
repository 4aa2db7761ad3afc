"""What bodies of refusals must hold, in whichever words."""

from __future__ import annotations

from conformance.exchange import MISSING, Reply, at
from conformance.openloyalty.case import OpenLoyalty


def has_code_and_message(case: OpenLoyalty, reply: Reply) -> None:
    """Judge the body of a 403 or 404 (OLO-010)."""
    code, message = reply.at("/code"), reply.at("/message")
    case.judge("OLO-010", reply).that(
        _is_integer(code), "an integer", code, "the body", "/code"
    ).that(isinstance(message, str), "a text", message, "the body", "/message")


def tells_errors(case: OpenLoyalty, reply: Reply) -> None:
    """Judge the body of a 400 (OLO-008)."""
    code, message, errors = (reply.at(f"/{name}") for name in ("code", "message", "errors"))
    told = case.judge("OLO-008", reply)
    told.that(_is_integer(code), "an integer", code, "the body", "/code")
    told.that(isinstance(message, str), "a text", message, "the body", "/message")
    told.that(isinstance(errors, list), "a list", errors, "the body", "/errors")
    for entry in reply.entries("/errors"):
        for name in ("message", "parameters", "plural", "code", "path"):
            told.that(
                at(entry, f"/{name}") is not MISSING, f"{name} of each error", entry,
                "the body", f"/errors/*/{name}",
            )  # fmt: skip


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
