"""Names and descriptions that are not kept as they were sent."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

from mockserver.defects import changes
from mockserver.defects.openloyalty.bodies import BOTH, CHANGE, CREATE, form_of
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Change, Defect
from mockserver.kernel.refusals import Invalid
from mockserver.kernel.room import Operation
from mockserver.vendors.openloyalty.wire import row
from mockserver.vendors.openloyalty.world import World

LIST = "segmentGetList"


def _each(edit: Callable[[str], str], *names: str) -> Change:
    """Edit some texts of a segment that is made."""

    def edited(form: dict[str, Any]) -> None:
        for name in names:
            if isinstance(form.get(name), str):
                form[name] = edit(form[name])

    return form_of(edited, CREATE)


def _at_most(length: int, measure: Callable[[str], int]) -> Change:
    def check(form: dict[str, Any]) -> None:
        for name in ("name", "description"):
            if measure(form.get(name, "")) > length:
                message = f"This value should have {length} characters or less."
                raise Invalid(message, requirement="", pointer=f"/segment/{name}")

    return form_of(check, *BOTH)


def _not_empty(form: dict[str, Any]) -> None:
    if not form.get("description"):
        form.pop("description", None)


def _old_name(operation: Operation, world: World, call: Call, caller: Any) -> Reply:
    record = world.record(call.path["segment"])
    name = record.segment.name
    reply = operation(world, call, caller)
    shown = row(record)
    shown.value, shown.data = {**changes.plain(shown), "name": name}, None
    return reply


DEFECTS = (
    *(
        Defect(
            name=f"openloyalty.{name}",
            violates=("OLO-041",),
            summary=summary,
            kind="state",
            operations=(CREATE,),
            change=change,
        )
        for name, summary, change in (
            ("names-cut", "A name is cut after 40 characters.",
             _each(lambda text: text[:40], "name")),
            ("texts-in-ascii", "Letters beyond ASCII become question marks.",
             _each(lambda text: text.encode("ascii", "replace").decode(), "name", "description")),
            ("texts-without-emoji", "Signs of four bytes get lost.",
             _each(lambda text: "".join(each for each in text if ord(each) < 2**16),
                   "description")),
            ("texts-escaped", "Signs that mean something in HTML are escaped.",
             _each(html.escape, "name")),
            ("blanks-collapsed", "Several blanks become one.",
             _each(lambda text: " ".join(text.split()), "name", "description")),
        )
    ),
    Defect(
        name="openloyalty.texts-limited-by-bytes",
        violates=("OLO-040",),
        summary="A text may have 255 bytes, instead of characters.",
        kind="validation",
        operations=BOTH,
        change=_at_most(255, lambda text: len(text.encode())),
    ),
    Defect(
        name="openloyalty.texts-limited-to-254",
        violates=("OLO-040",),
        summary="A text of 255 characters is refused.",
        kind="validation",
        operations=BOTH,
        change=_at_most(254, len),
    ),
    Defect(
        name="openloyalty.empty-description-ignored",
        violates=("OLO-071",),
        summary="A change to an empty description leaves it as it was.",
        kind="state",
        operations=(CHANGE,),
        change=form_of(_not_empty, CHANGE),
    ),
    Defect(
        name="openloyalty.list-shows-old-names",
        violates=("OLO-071",),
        summary="After a change the list shows the name from before.",
        kind="state",
        operations=(CHANGE, LIST),
        change=changes.around(_old_name, CHANGE),
    ),
)  # fmt: skip
