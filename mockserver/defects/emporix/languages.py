"""Texts that are kept or shown in the wrong languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Invalid

CREATE = "POST-customer-segment-create-segment"
LIST = "GET-customer-segment-retrieve-segments"
SEARCH = "POST-customer-segment-search-segments"
READ = "GET-customer-segment-retrieve-segment"
UPDATE = "PUT-customer-segment-update-segment"
PATCH = "PATCH-customer-segment-update-segment"
CREATE_BULK = "POST-customer-segment-create-segments-bulk"
UPDATE_BULK = "PUT-customer-segment-update-segments-bulk"
TREES = "GET-customer-segment-retrieve-category-trees"
LIST_ALL_ITEMS = "GET-customer-segment-retrieve-segments-items"
LIST_ITEMS = "GET-customer-segment-retrieve-segment-items"
SEARCH_ITEMS = "POST-customer-segment-search-items"
READ_ITEM = "GET-customer-segment-retrieve-item"

_SHOWING = {
    "segment": READ,
    "segment-list": LIST,
    "segment-search": SEARCH,
    "tree": TREES,
    "all-items": LIST_ALL_ITEMS,
    "item-list": LIST_ITEMS,
    "item-search": SEARCH_ITEMS,
    "item": READ_ITEM,
}
"""What is shown -> the operation that shows it, with texts in some language."""

_TEXTS = ("name", "description")


def _accepting(edit: Callable[[str], str | None], *operations: str) -> Change:
    """Read another Accept-Language than the one that was sent; None for none at all."""

    def edited(call: Call) -> Call:
        sent = call.headers.get("Accept-Language")
        if sent is None:
            return call
        accepted = edit(sent)
        rest = {name: each for name, each in call.headers.items() if name != "Accept-Language"}
        if accepted is not None:
            rest["Accept-Language"] = accepted
        return replace(call, headers=rest)

    return changes.before(edited, *operations)


def _writing(edit: Callable[[Any], Any], *operations: str) -> Change:
    """Edit the texts of every segment that is written."""

    def edited(body: Any) -> Any:
        if isinstance(body, list):
            return [edited(each) for each in body]
        if not isinstance(body, dict):
            return body
        return {name: edit(each) if name in _TEXTS else each for name, each in body.items()}

    return changes.with_body(edited, *operations)


def _first_only(text: Any) -> Any:
    return dict(list(text.items())[:1]) if isinstance(text, dict) else text


def _joined(text: Any) -> Any:
    """Make a map of a list of texts."""
    return {"en": " ".join(map(str, text))} if isinstance(text, list) else text


def _flat(text: Any) -> Any:
    """Take whatever stands for a language as a text."""
    if not isinstance(text, dict):
        return text
    return {each: value if isinstance(value, str) else str(value) for each, value in text.items()}


def _joined_in_patches(body: Any) -> Any:
    return [
        {**each, "value": _joined(each["value"])}
        if isinstance(each, dict) and each.get("path") in ("/name", "/description")
        and isinstance(each.get("value"), list)
        else each
        for each in body
    ]  # fmt: skip


def _one_at_a_time(body: Any) -> Any:
    """Keep one language of a text that is patched."""
    return [
        {**each, "value": _first_only(each["value"])} if isinstance(each, dict) and "value" in each
        else each
        for each in body
    ]  # fmt: skip


def _any_text(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["Localized"] = {}


def _under_a_star(act: Callable[[Call], Call], *operations: str) -> Change:
    """Do something to calls whose Content-Language is a star."""
    return changes.before(
        lambda call: (
            act(call) if call.has_body and call.headers.get("Content-Language") == "*" else call
        ),
        *operations,
    )


def _no_language(_: Call) -> Call:
    raise Invalid("* is no language.", requirement="", pointer="/header/Content-Language")


def _in_one_language(call: Call) -> Call:
    body = changes.plain(call.body)
    kept = {name: _first_only(each) if name in _TEXTS else each for name, each in body.items()}
    return replace(call, body=kept)


def _without_description(call: Call) -> Call:
    kept = {name: each for name, each in changes.plain(call.body).items() if name != "description"}
    return replace(call, body=kept)


def _default_for_star(accepted: str) -> str:
    return "en" if accepted == "*" else accepted


def _ignored_where_listed(accepted: str) -> str | None:
    """Overlook a list of languages, and show every one."""
    return None if "," in accepted else accepted


def _first_of_list(accepted: str) -> str:
    return accepted.partition(",")[0]


def _last_of_list(accepted: str) -> str:
    return accepted.rpartition(",")[2].partition(";")[0].strip()


DEFECTS = (
    Defect(
        name="emporix.bulk-keeps-one-language",
        violates=("EMX-075",),
        summary="A segment that is made in bulk keeps the first language of its texts alone.",
        kind="bulk",
        operations=(CREATE_BULK,),
        change=_writing(_first_only, CREATE_BULK),
    ),
    Defect(
        name="emporix.bulk-put-keeps-one-language",
        violates=("EMX-075",),
        summary="A segment that a bulk PUT makes keeps the first language of its texts alone.",
        kind="bulk",
        operations=(UPDATE_BULK,),
        change=_writing(_first_only, UPDATE_BULK),
    ),
    Defect(
        name="emporix.lists-of-texts-joined",
        violates=("EMX-075",),
        summary="A name or description may be a list of texts.",
        kind="validation",
        operations=(CREATE, UPDATE),
        change=_writing(_joined, CREATE, UPDATE),
        loosen=_any_text,
        fault=102,
    ),
    Defect(
        name="emporix.texts-of-any-type",
        violates=("EMX-075",),
        summary="What stands under a language need not be a text in a bulk.",
        kind="validation",
        operations=(CREATE_BULK, UPDATE_BULK),
        change=_writing(_flat, CREATE_BULK, UPDATE_BULK),
        loosen=_any_text,
        fault=102,
    ),
    Defect(
        name="emporix.patched-texts-of-any-type",
        violates=("EMX-075",),
        summary="A patch may make a list of a name, which is then joined.",
        kind="validation",
        operations=(PATCH,),
        change=changes.with_body(_joined_in_patches, PATCH),
        fault=102,
    ),
    Defect(
        name="emporix.patch-keeps-one-language",
        violates=("EMX-075",),
        summary="A patched text keeps the first of its languages alone.",
        kind="state",
        operations=(PATCH,),
        change=changes.with_body(_one_at_a_time, PATCH),
    ),
    Defect(
        name="emporix.star-is-no-content-language",
        violates=("EMX-076",),
        summary="Content-Language * is refused.",
        kind="validation",
        operations=(CREATE,),
        change=_under_a_star(_no_language, CREATE),
    ),
    Defect(
        name="emporix.star-keeps-one-language",
        violates=("EMX-076",),
        summary="Under Content-Language * a PUT stores the first language alone.",
        kind="state",
        operations=(UPDATE,),
        change=_under_a_star(_in_one_language, UPDATE),
    ),
    Defect(
        name="emporix.star-loses-descriptions",
        violates=("EMX-076",),
        summary="Under Content-Language * the description of a new segment is lost.",
        kind="state",
        operations=(CREATE,),
        change=_under_a_star(_without_description, CREATE),
    ),
    *(
        Defect(
            name=f"emporix.star-shows-the-default-of-{shown}",
            violates=("EMX-079",),
            summary=f"Accept-Language * shows the default language alone ({shown}).",
            kind="projection",
            operations=(operation,),
            change=_accepting(_default_for_star, operation),
        )
        for shown, operation in _SHOWING.items()
    ),
    *(
        Defect(
            name=f"emporix.languages-ignored-by-{shown}",
            violates=("EMX-082",),
            summary=f"A list of accepted languages has no effect ({shown}).",
            kind="projection",
            operations=(operation,),
            change=_accepting(_ignored_where_listed, operation),
        )
        for shown, operation in _SHOWING.items()
    ),
    Defect(
        name="emporix.one-accepted-language",
        violates=("EMX-082",),
        summary="Of a list of accepted languages the first alone counts.",
        kind="projection",
        operations=(TREES, READ_ITEM),
        change=_accepting(_first_of_list, TREES, READ_ITEM),
    ),
    Defect(
        name="emporix.last-accepted-language",
        violates=("EMX-082",),
        summary="Of a list of accepted languages the last one counts.",
        kind="projection",
        operations=(READ,),
        change=_accepting(_last_of_list, READ),
    ),
)
