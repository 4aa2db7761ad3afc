"""Bodies of segments that are taken though they must be refused, and refusals in the wrong form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Forbidden, Invalid, Missing, Refusal
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


def _form(edit: Edit, *operations: str) -> Change:
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


def _truthy(form: dict[str, Any]) -> None:
    if "active" in form:
        form["active"] = bool(form["active"])


def _plain_description(form: dict[str, Any]) -> None:
    if not isinstance(form.get("description", ""), str):
        form["description"] = ""


def _criteria(keep: Callable[[Any], bool]) -> Edit:
    """Leave out the criteria that are not right."""

    def edit(form: dict[str, Any]) -> None:
        for part in form.get("parts", []):
            part["criteria"] = [each for each in part.get("criteria", []) if keep(each)]

    return edit


def _own(edit: Callable[[str, Any], Any]) -> Edit:
    """Edit the values of the own fields of criteria: `edit(name, value)`."""

    def edited(form: dict[str, Any]) -> None:
        for part in form.get("parts", []):
            for each in part.get("criteria", []):
                each.update(
                    {
                        name: edit(name, value)
                        for name, value in each.items()
                        if name not in ("type", "criterionId")
                    }
                )

    return edited


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


def _cut_texts(form: dict[str, Any]) -> None:
    for part in form.get("parts", []):
        for each in part.get("criteria", []):
            each.update(
                {
                    name: [one[:LONGEST] if isinstance(one, str) else one for one in value]
                    for name, value in each.items()
                    if isinstance(value, list)
                }
            )


def _cut_names(form: dict[str, Any]) -> None:
    for part in form.get("parts", []):
        part["criteria"] = [
            {name[:LONGEST]: value for name, value in each.items()}
            for each in part.get("criteria", [])
        ]


def _clamped(_name: str, value: Any) -> Any:
    return min(value, 2**31 - 1) if isinstance(value, int) else value


def _rounded(_name: str, value: Any) -> Any:
    return round(value, 6) if isinstance(value, float) else value


def _positive(_name: str, value: Any) -> Any:
    return max(value, 0) if isinstance(value, (int, float)) else value


_LISTS = ("posIds", "skuIds", "makers", "labels", "customers")
_NUMBERS = ("min", "max", "fromAmount", "toAmount", "percent")


def _listed(name: str, value: Any) -> Any:
    if name not in _LISTS or isinstance(value, list):
        return value
    return [{"key": value, "value": value}] if name == "labels" else [value]


def _counted(name: str, value: Any) -> Any:
    return 0 if name in _NUMBERS and isinstance(value, str) else value


def _dated(name: str, value: Any) -> Any:
    if name not in ("fromDate", "toDate"):
        return value
    return value if isinstance(value, str) and value[:1].isdecimal() else "2001-01-01"


def _not_empty(criterion: Any) -> bool:
    return not any(criterion.get(name) == [] for name in _LISTS)


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
        name="openloyalty.active-may-be-any-word",
        violates=("OLO-007",),
        summary="A text as the active flag counts as true.",
        kind="validation",
        operations=BOTH,
        loosen=_anything_as("active"),
        change=_form(_truthy, *BOTH),
        fault=102,
    ),
    Defect(
        name="openloyalty.name-may-be-a-list",
        violates=("OLO-007",),
        summary="A list as the name is written out.",
        kind="validation",
        operations=BOTH,
        loosen=_anything_as("name"),
        change=_form(lambda form: form.update(name=str(form.get("name"))), *BOTH),
        fault=102,
    ),
    Defect(
        name="openloyalty.description-may-be-an-object",
        violates=("OLO-007",),
        summary="A description that is no text is empty.",
        kind="validation",
        operations=BOTH,
        loosen=_anything_as("description"),
        change=_form(_plain_description, *BOTH),
        fault=102,
    ),
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
    *(
        Defect(
            name=f"openloyalty.long-{name}-cut",
            violates=("OLO-013",),
            summary=f"A {field} of more than 255 characters is cut.",
            kind="validation",
            operations=BOTH,
            loosen=_any_length(field),
            change=_form(_cut_fields(field), *BOTH),
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
        name="openloyalty.long-texts-of-criteria-cut",
        violates=("OLO-013",),
        summary="A text of more than 255 characters in a criterion is cut.",
        kind="validation",
        operations=BOTH,
        change=_form(_cut_texts, *BOTH),
        fault=102,
    ),
    Defect(
        name="openloyalty.long-names-of-fields-cut",
        violates=("OLO-013",),
        summary="The name of a criterion's field is cut after 255 characters.",
        kind="validation",
        operations=(CHANGE,),
        change=_form(_cut_names, CHANGE),
        fault=102,
    ),
    Defect(
        name="openloyalty.large-integers-clamped",
        violates=("OLO-016",),
        summary="An integer beyond 32 bits in a criterion becomes the largest one.",
        kind="validation",
        operations=BOTH,
        change=_form(_own(_clamped), *BOTH),
        fault=102,
    ),
    Defect(
        name="openloyalty.decimals-rounded",
        violates=("OLO-017",),
        summary="A number with more than six decimals is rounded.",
        kind="validation",
        operations=BOTH,
        change=_form(_own(_rounded), *BOTH),
        fault=102,
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
        change=_form(_named, CREATE),
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
                _form(_criteria(lambda each: each.get("type") in KINDS), operation),
                _form(_known_types_only, other),
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
        change=_form(_criteria(lambda each: "type" in each), *BOTH),
        fault=102,
    ),
    Defect(
        name="openloyalty.empty-lists-in-criteria",
        violates=("OLO-151",),
        summary="A criterion with an empty list is passed over.",
        kind="validation",
        operations=BOTH,
        change=_form(_criteria(_not_empty), *BOTH),
        fault=102,
    ),
    *(
        Defect(
            name=f"openloyalty.{name}-in-criteria",
            violates=("OLO-151",),
            summary=summary,
            kind="validation",
            operations=BOTH,
            change=_form(_own(edit), *BOTH),
            fault=102,
        )
        for name, summary, edit in (
            ("single-values-for-lists", "A text where a list belongs is a list of one.", _listed),
            ("words-for-numbers", "A word where a number belongs counts as 0.", _counted),
            ("negative-numbers", "A number below 0 counts as 0.", _positive),
            ("wrong-dates", "What is no date counts as a day long ago.", _dated),
        )
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
