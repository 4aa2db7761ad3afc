"""Values of criteria that are taken though they must be refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.defects.openloyalty.bodies import BOTH, CHANGE, LONGEST, Edit, criteria_of, form_of
from mockserver.kernel.defect import Defect

_LISTS = ("posIds", "skuIds", "makers", "labels", "customers")
_NUMBERS = ("min", "max", "fromAmount", "toAmount", "percent")


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


def _possible(name: str, value: Any) -> Any:
    return "2026-02-28" if name == "fromDate" and value == "2026-02-30" else value


def _alike(_name: str, value: Any) -> Any:
    """Leave out entries that are not of the kind of the first one."""
    if not isinstance(value, list):
        return value
    return [each for each in value if type(each) is type(value[0])]


def _keyed(name: str, value: Any) -> Any:
    if name != "labels" or not isinstance(value, list):
        return value
    return [{"key": "unnamed", **each} if isinstance(each, dict) else each for each in value]


def _later_cut(_name: str, value: Any) -> Any:
    if not isinstance(value, list):
        return value
    later = [each[:LONGEST] if isinstance(each, str) else each for each in value[1:]]
    return [*value[:1], *later]


def _not_empty(criterion: Any) -> bool:
    return not any(criterion.get(name) == [] for name in _LISTS)


DEFECTS = (
    Defect(
        name="openloyalty.long-texts-of-criteria-cut",
        violates=("OLO-013",),
        summary="A text of more than 255 characters in a criterion is cut.",
        kind="validation",
        operations=BOTH,
        change=form_of(_cut_texts, *BOTH),
        fault=102,
    ),
    Defect(
        name="openloyalty.long-names-of-fields-cut",
        violates=("OLO-013",),
        summary="The name of a criterion's field is cut after 255 characters.",
        kind="validation",
        operations=(CHANGE,),
        change=form_of(_cut_names, CHANGE),
        fault=102,
    ),
    Defect(
        name="openloyalty.large-integers-clamped",
        violates=("OLO-016",),
        summary="An integer beyond 32 bits in a criterion becomes the largest one.",
        kind="validation",
        operations=BOTH,
        change=form_of(_own(_clamped), *BOTH),
        fault=102,
    ),
    Defect(
        name="openloyalty.decimals-rounded",
        violates=("OLO-017",),
        summary="A number with more than six decimals is rounded.",
        kind="validation",
        operations=BOTH,
        change=form_of(_own(_rounded), *BOTH),
        fault=102,
    ),
    Defect(
        name="openloyalty.empty-lists-in-criteria",
        violates=("OLO-151",),
        summary="A criterion with an empty list is passed over.",
        kind="validation",
        operations=BOTH,
        change=form_of(criteria_of(_not_empty), *BOTH),
        fault=102,
    ),
    *(
        Defect(
            name=f"openloyalty.{name}-in-criteria",
            violates=("OLO-151",),
            summary=summary,
            kind="validation",
            operations=BOTH,
            change=form_of(_own(edit), *BOTH),
            fault=102,
        )
        for name, summary, edit in (
            ("single-values-for-lists", "A text where a list belongs is a list of one.", _listed),
            ("words-for-numbers", "A word where a number belongs counts as 0.", _counted),
            ("negative-numbers", "A number below 0 counts as 0.", _positive),
            ("wrong-dates", "What is no date counts as a day long ago.", _dated),
            ("impossible-dates", "The 30th of February counts as the 28th.", _possible),
            ("later-entries-of-lists", "Entries after the first are not checked.", _alike),
            ("labels-without-keys", "A label without a key is given one.", _keyed),
        )
    ),
    Defect(
        name="openloyalty.words-for-numbers-in-changes",
        violates=("OLO-151",),
        summary="In a change a word where a number belongs counts as 0.",
        kind="validation",
        operations=(CHANGE,),
        change=form_of(_own(_counted), CHANGE),
        fault=102,
    ),
    Defect(
        name="openloyalty.decimals-of-to-amount-rounded",
        violates=("OLO-017",),
        summary="A toAmount with more than six decimals is rounded.",
        kind="validation",
        operations=BOTH,
        change=form_of(
            _own(lambda name, value: _rounded(name, value) if name == "toAmount" else value), *BOTH
        ),
        fault=102,
    ),
    Defect(
        name="openloyalty.long-later-entries-cut",
        violates=("OLO-013",),
        summary="Long texts after the first entry of a list are cut.",
        kind="validation",
        operations=BOTH,
        change=form_of(_own(_later_cut), *BOTH),
        fault=102,
    ),
)
