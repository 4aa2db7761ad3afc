"""Refusals whose bodies are not as the documents have them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Forbidden, Missing, Refusal

BOTH = ("segmentPost", "segmentPut")


def _errors(edit: Callable[[dict[str, Any]], Any], *operations: str) -> Change:
    """Edit each error of a 400."""

    def edited(reply: Reply, _: Refusal) -> Reply:
        if reply.status != 400:
            return reply
        body = changes.plain(reply.body)
        return replace(reply, body={**body, "errors": [edit(each) for each in body["errors"]]})

    return changes.refusing(edited, *operations)


def _body(status: tuple[int, ...], edit: Callable[[Any], Any], kind: type[Refusal]) -> Change:
    """Edit the body of refusals that have a status."""

    def edited(reply: Reply, _: Refusal) -> Reply:
        return replace(reply, body=edit(reply.body)) if reply.status in status else reply

    return changes.refusing(edited, kind=kind)


def _pathless(error: dict[str, Any]) -> dict[str, Any]:
    return {**error, "path": ""}


def _lacking(name: str) -> Callable[[Any], Any]:
    return lambda body: {each: value for each, value in body.items() if each != name}


DEFECTS = (
    Defect(
        name="openloyalty.refusals-without-errors",
        violates=("OLO-008",),
        summary="A 400 has a code and a message only.",
        kind="error shape",
        operations=(),
        change=_body((400,), _lacking("errors"), Refusal),
        fault=101,
    ),
    *(
        Defect(
            name=f"openloyalty.errors-without-{name}",
            violates=("OLO-008",),
            summary=f"The errors of a 400 have no {name}.",
            kind="error shape",
            operations=(),
            change=_errors(_lacking(name)),
            fault=101,
        )
        for name in ("message", "parameters", "plural", "code", "path")
    ),
    Defect(
        name="openloyalty.forms-are-refused-as-in-the-older-edition",
        violates=("OLO-008",),
        summary="A 400 about a segment tells its errors in a tree of children.",
        kind="error shape",
        operations=BOTH,
        change=changes.refusing(
            lambda reply, _: (
                replace(reply, body={"form": {"children": {}}, "errors": []})
                if reply.status == 400
                else reply
            ),
            *BOTH,
        ),
        fault=101,
    ),
    Defect(
        name="openloyalty.not-found-is-wrapped",
        violates=("OLO-010",),
        summary="The code and message of a 404 are wrapped in an object named error.",
        kind="error shape",
        operations=(),
        change=_body((404,), lambda body: {"error": body}, Missing),
        fault=101,
    ),
    Defect(
        name="openloyalty.forbidden-without-a-message",
        violates=("OLO-010",),
        summary="A 403 has no message.",
        kind="error shape",
        operations=(),
        change=_body((403,), _lacking("message"), Forbidden),
        fault=101,
    ),
    Defect(
        name="openloyalty.code-is-a-text",
        violates=("OLO-010",),
        summary="The code of a 403 and 404 is a text.",
        kind="error shape",
        operations=(),
        change=_body((403, 404), lambda body: {**body, "code": str(body["code"])}, Refusal),
        fault=101,
    ),
    Defect(
        name="openloyalty.errors-of-criteria-lead-nowhere",
        violates=("OLO-151",),
        summary="The errors about a segment have empty paths.",
        kind="error shape",
        operations=BOTH,
        change=_errors(_pathless, *BOTH),
    ),
)
