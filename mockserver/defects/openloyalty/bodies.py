"""Bodies of segments that are taken though they must be refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Invalid
from mockserver.kernel.room import Operation
from mockserver.vendors.openloyalty.criteria import KINDS
from mockserver.vendors.openloyalty.world import World

CREATE = "segmentPost"
CHANGE = "segmentPut"
BOTH = (CREATE, CHANGE)
FORMS = {CREATE: "CreateSegmentFormType", CHANGE: "EditSegmentFormType"}
LONGEST = 255
Edit = Callable[[dict[str, Any]], None]
Document = dict[str, Any]


def _schemas(document: Document) -> Any:
    return document["components"]["schemas"]


def _fields(document: Document) -> list[Any]:
    return [_schemas(document)[name]["properties"] for name in FORMS.values()]


def form_of(edit: Edit, *operations: str) -> Change:
    """Edit the fields of a segment that were sent."""

    def edited(body: Any) -> Any:
        edit(body["segment"])
        return body

    return changes.with_body(edited, *operations)


def _anything_as(name: str) -> Callable[[Document], None]:
    def loosen(document: Document) -> None:
        for fields in _fields(document):
            fields[name] = {}

    return loosen


def _plain_description(form: dict[str, Any]) -> None:
    if not isinstance(form.get("description", ""), str):
        form["description"] = ""


def _truthy(form: dict[str, Any]) -> None:
    if "active" in form:
        form["active"] = bool(form["active"])


def criteria_of(keep: Callable[[Any], bool]) -> Edit:
    """Leave out the criteria that are not right."""

    def edit(form: dict[str, Any]) -> None:
        for part in form.get("parts", []):
            part["criteria"] = [each for each in part.get("criteria", []) if keep(each)]

    return edit


def _any_type(document: Document) -> None:
    del _schemas(document)["CriterionFormType"]["properties"]["type"]["enum"]


def _known_types_only(form: dict[str, Any]) -> None:
    kinds = {
        each.get("type") for part in form.get("parts", []) for each in part.get("criteria", [])
    }
    if kinds - KINDS.keys():
        raise Invalid("This value is not valid.", requirement="", pointer="/segment/parts")


def _no_type(document: Document) -> None:
    del _schemas(document)["CriterionFormType"]["required"]


def _no_envelope(document: Document) -> None:
    for path in document["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict) and operation.get("operationId") in BOTH:
                body = operation["requestBody"]["content"]["application/json"]["schema"]
                body.pop("required", None)


def _wrapped(body: Any) -> Any:
    return body if "segment" in body else {"segment": {"name": "Untitled", **body}}


def _no_name(operation: str) -> Callable[[Document], None]:
    def loosen(document: Document) -> None:
        _schemas(document)[FORMS[operation]]["required"] = []

    return loosen


def _keeps_its_name(operation: Operation, world: World, call: Call, caller: Any) -> Reply:
    form = changes.plain(call.body)
    form["segment"].setdefault("name", world.record(call.path["segment"]).segment.name)
    return operation(world, replace(call, body=form), caller)


def _named(form: dict[str, Any]) -> None:
    form.setdefault("name", "Untitled")


def _any_length(*names: str) -> Callable[[Document], None]:
    def loosen(document: Document) -> None:
        schemas = _schemas(document)
        places = [
            *_fields(document),
            schemas["SegmentPartFormType"]["properties"],
            schemas["CriterionFormType"]["properties"],
        ]
        for place in places:
            for name in names:
                place.get(name, {}).pop("maxLength", None)

    return loosen


def _cut_fields(*names: str) -> Edit:
    def edit(form: dict[str, Any]) -> None:
        for place in (form, *_inner(form)):
            for name in names:
                if isinstance(place.get(name), str):
                    place[name] = place[name][:LONGEST]

    return edit


def _inner(form: dict[str, Any]) -> list[Any]:
    parts = form.get("parts", [])
    return [*parts, *(each for part in parts for each in part.get("criteria", []))]


DEFECTS = (
    Defect(
        name="openloyalty.active-may-be-any-word",
        violates=("OLO-007",),
        summary="A text as the active flag counts as true.",
        kind="validation",
        operations=BOTH,
        loosen=_anything_as("active"),
        change=form_of(_truthy, *BOTH),
        fault=102,
    ),
    Defect(
        name="openloyalty.name-may-be-a-list",
        violates=("OLO-007",),
        summary="A list as the name is written out.",
        kind="validation",
        operations=BOTH,
        loosen=_anything_as("name"),
        change=form_of(lambda form: form.update(name=str(form.get("name"))), *BOTH),
        fault=102,
    ),
    Defect(
        name="openloyalty.description-may-be-an-object",
        violates=("OLO-007",),
        summary="A description that is no text is empty.",
        kind="validation",
        operations=BOTH,
        loosen=_anything_as("description"),
        change=form_of(_plain_description, *BOTH),
        fault=102,
    ),
    *(
        Defect(
            name=f"openloyalty.long-{name}-cut",
            violates=("OLO-013",),
            summary=f"A {field} of more than 255 characters is cut.",
            kind="validation",
            operations=BOTH,
            loosen=_any_length(field),
            change=form_of(_cut_fields(field), *BOTH),
            fault=102,
        )
        for name, field in (
            ("name", "name"),
            ("description", "description"),
            ("part-id", "segmentPartId"),
            ("criterion-id", "criterionId"),
        )
    ),
    Defect(
        name="openloyalty.envelope-not-needed",
        violates=("OLO-042",),
        summary="The fields of a segment are taken without their envelope.",
        kind="validation",
        operations=BOTH,
        loosen=_no_envelope,
        change=changes.with_body(_wrapped, *BOTH),
        fault=102,
    ),
    Defect(
        name="openloyalty.nameless-segments",
        violates=("OLO-043",),
        summary="A segment without a name is given one.",
        kind="validation",
        operations=(CREATE,),
        loosen=_no_name(CREATE),
        change=form_of(_named, CREATE),
        fault=102,
    ),
    Defect(
        name="openloyalty.change-without-a-name",
        violates=("OLO-043",),
        summary="A change without a name keeps it.",
        kind="validation",
        operations=(CHANGE,),
        loosen=_no_name(CHANGE),
        change=changes.around(_keeps_its_name, CHANGE),
        fault=102,
    ),
    *(
        Defect(
            name=f"openloyalty.{name}-with-unknown-types",
            violates=("OLO-049",),
            summary="A criterion of an unknown type is passed over.",
            kind="validation",
            operations=(operation,),
            loosen=_any_type,
            # The other operation has to refuse what the loosened document lets pass.
            change=changes.together(
                form_of(criteria_of(lambda each: each.get("type") in KINDS), operation),
                form_of(_known_types_only, other),
            ),
            fault=102,
        )
        for name, operation, other in (("creation", CREATE, CHANGE), ("change", CHANGE, CREATE))
    ),
    Defect(
        name="openloyalty.criteria-without-a-type",
        violates=("OLO-050",),
        summary="A criterion without a type is passed over.",
        kind="validation",
        operations=BOTH,
        loosen=_no_type,
        change=form_of(criteria_of(lambda each: "type" in each), *BOTH),
        fault=102,
    ),
)
