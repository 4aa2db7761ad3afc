"""Patches that are applied in the wrong way, or taken though they are none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Conflict, Invalid, Missing
from mockserver.kernel.room import Operation
from mockserver.vendors.emporix.world import World

PATCH = "PATCH-customer-segment-update-segment"
_PATH = "/customer-segment/{tenant}/segments/{segmentId}"
_KNOWN = ("add", "remove", "replace")


def _each(edit: Callable[[dict[str, Any]], dict[str, Any] | None]) -> Change:
    """Edit every operation of a patch; `None` drops it."""

    def edited(body: Any) -> Any:
        return [kept for each in body if (kept := edit(each)) is not None]

    return changes.with_body(edited, PATCH)


def _without_enum(document: dict[str, Any]) -> None:
    del document["components"]["schemas"]["PatchOperation"]["properties"]["op"]["enum"]


def _without_op(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["PatchOperation"]["required"] = ["path"]


def _without_path(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["PatchOperation"]["required"] = ["op"]


def _or_object(document: dict[str, Any]) -> None:
    content = document["paths"][_PATH]["patch"]["requestBody"]["content"]["application/json"]
    content["schema"] = {"anyOf": [content["schema"], {"type": "object"}]}


def _from_merge_patch(body: Any) -> Any:
    if isinstance(body, dict) and "op" not in body:
        return [{"op": "add", "path": f"/{name}", "value": body[name]} for name in body]
    return [body] if isinstance(body, dict) else body


def _unless_missing(
    answer: Callable[[Call], Reply],
) -> Callable[[Operation, World, Call, Any], Reply]:
    def run(operation: Operation, world: World, call: Call, caller: Any) -> Reply:
        try:
            return operation(world, call, caller)
        except Missing:
            return answer(call)

    return run


def _refused_as_invalid(call: Call) -> Reply:
    raise Invalid("Unknown.", requirement="EMX-143", pointer="/path/segmentId")


def _remove_of_nothing(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    try:
        return run(world, call, caller)
    except Invalid as refusal:
        if refusal.requirement == "EMX-149":
            return Reply(204)
        raise


def _add_conflicts(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    stored = world.segments.get(call.path["segmentId"])
    for each in call.body:
        taken = each["path"] == "/description" and stored is not None and stored.description
        if each["op"] == "add" and taken:
            raise Conflict("There is one already.", requirement="EMX-146")
    return run(world, call, caller)


def _add_keeps(run: Operation, world: World, call: Call, caller: Any) -> Reply:
    stored = world.segments.get(call.path["segmentId"])
    if stored is not None and stored.description:
        kept = [each for each in call.body if (each["op"], each["path"]) != ("add", "/description")]
        call = replace(call, body=kept)
    return run(world, call, caller)


def _is_nested(operation: dict[str, Any]) -> bool:
    return str(operation["path"]).count("/") > 1


DEFECTS = (
    Defect(
        name="emporix.patch-answers-200",
        violates=("EMX-140",),
        summary="A patch is answered with 200 and the id of the segment.",
        kind="status",
        operations=(PATCH,),
        change=changes.after(lambda _, call: Reply(200, {"id": call.path["segmentId"]}), PATCH),
    ),
    Defect(
        name="emporix.patch-applied-backwards",
        violates=("EMX-140",),
        summary="The operations of a patch are applied from the last to the first.",
        kind="state",
        operations=(PATCH,),
        change=changes.with_body(lambda body: body[::-1], PATCH),
    ),
    Defect(
        name="emporix.patch-applies-first-only",
        violates=("EMX-140",),
        summary="Only the first operation of a patch is applied.",
        kind="state",
        operations=(PATCH,),
        change=changes.with_body(lambda body: body[:1], PATCH),
    ),
    Defect(
        name="emporix.patch-takes-objects",
        violates=("EMX-140",),
        summary="An object is taken for a patch, as a merge patch or as one operation.",
        kind="validation",
        operations=(PATCH,),
        change=changes.with_body(_from_merge_patch, PATCH),
        loosen=_or_object,
        fault=102,
    ),
    Defect(
        name="emporix.patch-op-in-any-case",
        violates=("EMX-141",),
        summary="The op of a patch may be in upper case.",
        kind="validation",
        operations=(PATCH,),
        change=_each(lambda each: {**each, "op": each["op"].lower()}),
        loosen=_without_enum,
        fault=102,
    ),
    Defect(
        name="emporix.patch-tests",
        violates=("EMX-141",),
        summary="A patch takes the operation test of RFC 6902 as well.",
        kind="validation",
        operations=(PATCH,),
        loosen=_without_enum,
        fault=102,
    ),
    Defect(
        name="emporix.patch-unknown-op-skipped",
        violates=("EMX-141",),
        summary="Operations of a patch with another op are passed over.",
        kind="validation",
        operations=(PATCH,),
        change=_each(lambda each: each if each["op"] in _KNOWN else None),
        loosen=_without_enum,
        fault=102,
    ),
    Defect(
        name="emporix.patch-refused-with-422",
        violates=("EMX-141", "EMX-149"),
        summary="A patch that cannot be applied is answered with 422.",
        kind="status",
        operations=(PATCH,),
        change=changes.refusing(lambda reply, _: replace(reply, status=422), PATCH, kind=Invalid),
    ),
    Defect(
        name="emporix.patch-without-op-replaces",
        violates=("EMX-142",),
        summary="An operation of a patch without op counts as replace.",
        kind="validation",
        operations=(PATCH,),
        change=_each(lambda each: {"op": "replace", **each}),
        loosen=_without_op,
        fault=102,
    ),
    Defect(
        name="emporix.patch-without-path-skipped",
        violates=("EMX-142",),
        summary="An operation of a patch without path is passed over.",
        kind="validation",
        operations=(PATCH,),
        change=_each(lambda each: each if "path" in each else None),
        loosen=_without_path,
        fault=102,
    ),
    Defect(
        name="emporix.patch-unknown-segment-answers-204",
        violates=("EMX-143",),
        summary="A patch of an unknown segment is answered with 204.",
        kind="status",
        operations=(PATCH,),
        change=changes.around(_unless_missing(lambda _: Reply(204)), PATCH),
    ),
    Defect(
        name="emporix.patch-unknown-segment-answers-400",
        violates=("EMX-143",),
        summary="A patch of an unknown segment is answered with 400.",
        kind="status",
        operations=(PATCH,),
        change=changes.around(_unless_missing(_refused_as_invalid), PATCH),
    ),
    Defect(
        name="emporix.patch-nested-replace-ignored",
        violates=("EMX-144",),
        summary="Replace on a nested path changes nothing.",
        kind="state",
        operations=(PATCH,),
        change=_each(lambda each: None if each["op"] == "replace" and _is_nested(each) else each),
    ),
    Defect(
        name="emporix.patch-replace-ignored",
        violates=("EMX-144",),
        summary="Replace on a property as a whole changes nothing.",
        kind="state",
        operations=(PATCH,),
        change=_each(lambda each: each if each["op"] != "replace" or _is_nested(each) else None),
    ),
    Defect(
        name="emporix.patch-replace-merges",
        violates=("EMX-144",),
        summary="Replace of an object merges the new value into the old one.",
        kind="state",
        operations=(PATCH,),
        change=changes.with_body(
            lambda body: [
                part
                for each in body
                for part in (
                    [
                        {"op": "add", "path": f"{each['path']}/{name}", "value": inner}
                        for name, inner in each["value"].items()
                    ]
                    if each["op"] == "replace" and isinstance(each.get("value"), dict)
                    else [each]
                )
            ],
            PATCH,
        ),
    ),
    Defect(
        name="emporix.patch-remove-ignored",
        violates=("EMX-145",),
        summary="Remove changes nothing.",
        kind="state",
        operations=(PATCH,),
        change=_each(lambda each: None if each["op"] == "remove" else each),
    ),
    Defect(
        name="emporix.patch-remove-empties",
        violates=("EMX-145",),
        summary="Remove leaves an empty object behind.",
        kind="state",
        operations=(PATCH,),
        change=_each(
            lambda each: (
                {"op": "replace", "path": each["path"], "value": {}}
                if each["op"] == "remove" and not _is_nested(each)
                else each
            )
        ),
    ),
    Defect(
        name="emporix.patch-remove-takes-parent",
        violates=("EMX-145",),
        summary="Remove on a nested path removes the whole property.",
        kind="state",
        operations=(PATCH,),
        change=_each(
            lambda each: (
                {"op": "remove", "path": "/" + each["path"].split("/")[1]}
                if each["op"] == "remove"
                else each
            )
        ),
    ),
    Defect(
        name="emporix.patch-add-conflicts",
        violates=("EMX-146",),
        summary="Add is refused with 409 where there is something already.",
        kind="state",
        operations=(PATCH,),
        change=changes.around(_add_conflicts, PATCH),
    ),
    Defect(
        name="emporix.patch-add-keeps-old-value",
        violates=("EMX-146",),
        summary="Add leaves alone what is there already.",
        kind="state",
        operations=(PATCH,),
        change=changes.around(_add_keeps, PATCH),
    ),
    Defect(
        name="emporix.patch-nested-add-ignored",
        violates=("EMX-146",),
        summary="Add on a nested path changes nothing.",
        kind="state",
        operations=(PATCH,),
        change=_each(lambda each: None if each["op"] == "add" and _is_nested(each) else each),
    ),
    Defect(
        name="emporix.patch-remove-of-nothing-accepted",
        violates=("EMX-149",),
        summary="Remove on a path that does not exist is answered with 204.",
        kind="validation",
        operations=(PATCH,),
        change=changes.around(_remove_of_nothing, PATCH),
        fault=102,
    ),
)
