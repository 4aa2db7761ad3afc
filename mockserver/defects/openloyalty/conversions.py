"""Bodies whose values are converted, or passed over, though they must be refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.defects import changes
from mockserver.defects.openloyalty.bodies import BOTH, FORMS, LONGEST, form_of
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Invalid
from mockserver.vendors.openloyalty.criteria import KINDS

Document = dict[str, Any]
NUMBER = {"type": "number"}
TEXT = {"type": "string"}
FORMER = {
    "bought_in_pos": "bought_through_channel",
    "transaction_percent_in_pos": "transaction_percent_in_channel",
}
"""Types of the older edition -> what they are called now."""


def _too(name: str, schema: Any, *forms: str) -> Callable[[Document], None]:
    """Let a property of some schemas be something else too."""

    def loosen(document: Document) -> None:
        for form in forms:
            fields = document["components"]["schemas"][form]["properties"]
            fields[name] = {"anyOf": [fields[name], schema]}

    return loosen


def _entries_too(name: str, *forms: str) -> Callable[[Document], None]:
    """Let entries of a list be texts too."""

    def loosen(document: Document) -> None:
        for form in forms:
            listed = document["components"]["schemas"][form]["properties"][name]
            listed["items"] = {"anyOf": [listed["items"], TEXT]}

    return loosen


def _segments_in_lists(document: Document) -> None:
    for path in document["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict) and operation.get("operationId") in BOTH:
                body = operation["requestBody"]["content"]["application/json"]["schema"]
                fields = body["properties"]
                fields["segment"] = {"anyOf": [fields["segment"], {"type": "array"}]}


def _anything(name: str, *forms: str) -> Callable[[Document], None]:
    """Let a property of some schemas be anything."""

    def loosen(document: Document) -> None:
        for form in forms:
            document["components"]["schemas"][form]["properties"][name] = {}

    return loosen


def _unnamed(form: dict[str, Any]) -> None:
    """Name what has null as its name; refuse names that are no texts, or long."""
    name = form["name"]
    if name is None:
        form["name"] = "Untitled"
    elif not isinstance(name, str) or len(name) > LONGEST:
        raise Invalid("This value is not valid.", requirement="", pointer="/segment/name")


def _written_out(name: str) -> Callable[[dict[str, Any]], None]:
    def edit(form: dict[str, Any]) -> None:
        if isinstance(form.get(name), (int, float)):
            form[name] = str(form[name])

    return edit


def _read_out(form: dict[str, Any]) -> None:
    if isinstance(form.get("active"), str):
        form["active"] = form["active"] == "true"


def _objects_only(form: dict[str, Any]) -> None:
    if "parts" in form:
        form["parts"] = [each for each in form["parts"] if isinstance(each, dict)]
    for part in form.get("parts", []):
        part["criteria"] = [each for each in part.get("criteria", []) if isinstance(each, dict)]


def _parts(edit: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
    """Edit each part."""

    def edited(form: dict[str, Any]) -> None:
        for part in form.get("parts", []):
            edit(part)

    return edited


def _criteria(edit: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
    """Edit each criterion."""

    def edited(part: dict[str, Any]) -> None:
        for each in part.get("criteria", []):
            edit(each)

    return _parts(edited)


def _unwrapped(body: Any) -> Any:
    sent = body["segment"]
    return {"segment": sent[0]} if isinstance(sent, list) and sent else body


def _typed(form: dict[str, Any]) -> None:
    """Leave out criteria whose type is null, and refuse those of a type that is none."""
    for part in form.get("parts", []):
        kept = [each for each in part.get("criteria", []) if each["type"] is not None]
        if any(each["type"] not in KINDS for each in kept):
            raise Invalid("This value is not valid.", requirement="", pointer="/segment/parts")
        part["criteria"] = kept


def _any_type(document: Document) -> None:
    del document["components"]["schemas"]["CriterionFormType"]["properties"]["type"]["enum"]


def _checking(checked: Callable[[int, int], bool], name: Callable[[str], str] = str) -> Change:
    """Check the types of some criteria only, `checked(part, criterion)`, and rename types."""

    def edit(form: dict[str, Any]) -> None:
        for place, part in enumerate(form.get("parts", [])):
            kept = []
            for position, each in enumerate(part.get("criteria", [])):
                each["type"] = name(each["type"])
                if each["type"] in KINDS:
                    kept.append(each)
                elif checked(place, position):
                    raise Invalid("Unknown type.", requirement="", pointer="/segment/parts")
            part["criteria"] = kept

    return form_of(edit, *BOTH)


def _taken(
    name: str, requirement: str, summary: str, loosen: Callable[[Document], None], change: Change
) -> Defect:
    return Defect(
        name=f"openloyalty.{name}",
        violates=(requirement,),
        summary=summary,
        kind="validation",
        operations=BOTH,
        loosen=loosen,
        change=change,
        fault=102,
    )


DEFECTS = (
    *(
        _taken(
            f"{field}-may-be-a-number",
            "OLO-007",
            f"A number as the {field} is written out.",
            _too(field, NUMBER, *FORMS.values()),
            form_of(_written_out(field), *BOTH),
        )
        for field in ("name", "description")
    ),
    _taken(
        "active-may-be-the-word-true",
        "OLO-007",
        "The texts true and false as the active flag are taken for what they say.",
        _too("active", {"enum": ["true", "false"]}, *FORMS.values()),
        form_of(_read_out, *BOTH),
    ),
    _taken(
        "segment-may-be-in-a-list",
        "OLO-007",
        "A list where a segment belongs counts as its first entry.",
        _segments_in_lists,
        changes.with_body(_unwrapped, *BOTH),
    ),
    _taken(
        "parts-may-be-texts",
        "OLO-007",
        "A part that is no object is passed over.",
        _entries_too("parts", *FORMS.values()),
        form_of(_objects_only, *BOTH),
    ),
    _taken(
        "criteria-may-be-texts",
        "OLO-007",
        "A criterion that is no object is passed over.",
        _entries_too("criteria", "SegmentPartFormType"),
        form_of(_objects_only, *BOTH),
    ),
    _taken(
        "part-ids-may-be-numbers",
        "OLO-007",
        "A number as a segmentPartId is written out.",
        _too("segmentPartId", NUMBER, "SegmentPartFormType"),
        form_of(_parts(_written_out("segmentPartId")), *BOTH),
    ),
    _taken(
        "criterion-ids-may-be-numbers",
        "OLO-007",
        "A number as a criterionId is written out.",
        _too("criterionId", NUMBER, "CriterionFormType"),
        form_of(_criteria(_written_out("criterionId")), *BOTH),
    ),
    Defect(
        name="openloyalty.login-with-null-as-password-is-401",
        violates=("OLO-007",),
        summary="A login whose password is null is taken for one with a wrong one.",
        kind="validation",
        operations=("adminLoginCheck", "memberLoginCheck"),
        loosen=_anything("password", "Credentials"),
        change=changes.with_body(
            lambda body: {**body, "password": body["password"] or ""},
            "adminLoginCheck",
            "memberLoginCheck",
        ),
    ),
    _taken(
        "names-may-be-null",
        "OLO-043",
        "A segment whose name is null is given one.",
        _anything("name", *FORMS.values()),
        form_of(_unnamed, *BOTH),
    ),
    _taken(
        "types-may-be-null",
        "OLO-050",
        "A criterion whose type is null is passed over.",
        _anything("type", "CriterionFormType"),
        form_of(_typed, *BOTH),
    ),
    _taken(
        "first-criterion-checked-only",
        "OLO-049",
        "Of several criteria only the first one has to be of a known type.",
        _any_type,
        _checking(lambda _, position: position == 0),
    ),
    _taken(
        "first-part-checked-only",
        "OLO-049",
        "Of several parts only the criteria of the first one have to be of a known type.",
        _any_type,
        _checking(lambda place, _: place == 0),
    ),
    _taken(
        "types-in-any-case",
        "OLO-049",
        "The type of a criterion may be written in capital letters.",
        _any_type,
        _checking(lambda *_: True, str.lower),
    ),
    _taken(
        "former-types",
        "OLO-049",
        "The types of the older edition are still taken.",
        _any_type,
        _checking(lambda *_: True, lambda kind: FORMER.get(kind, kind)),
    ),
)
