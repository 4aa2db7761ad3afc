"""Segments that select members: made with one criterion, and looked at once they are worked out.

The own fields of criteria are documented for an older edition only. A target that does not
take them cannot be judged by them, so whatever it refuses here makes a test inconclusive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from conformance.exchange import Reply
from conformance.judging import Unmet
from conformance.openloyalty import operations as op
from conformance.openloyalty.case import MOST_ON_PAGE, OpenLoyalty, holds, ids_of, part, same_id

Member = Mapping[str, Any]


def selecting(case: OpenLoyalty, *parts: Mapping[str, Any], name: str = "") -> str:
    """Make an active segment of some parts and return its id. Raises Unmet."""
    form = case.draft(active=True, parts=list(parts))
    form["name"] = name or form["name"]
    reply = case.create({"segment": form}, step="set up")
    if reply.status == 400:
        kinds = {each["type"] for one in parts for each in one["criteria"]}
        raise Unmet(
            f"the target does not take the fields that {' and '.join(sorted(kinds))} "
            "had in the older edition"
        )
    case.need(reply, 200, what="creating a segment with a criterion")
    segment = case.id_of(reply)
    _edited_if_new(case, segment, form)
    return segment


def worked_out(case: OpenLoyalty, segment: str, form: Mapping[str, Any]) -> Reply:
    """Return a new active segment, made of a form, once it is recalculated, or the last look."""
    return case.settle(lambda: _edited_if_new(case, segment, form), is_calculated)


def _edited_if_new(case: OpenLoyalty, segment: str, form: Mapping[str, Any]) -> Reply:
    """Read a segment; send its form again, once, if it was not recalculated.

    What is documented to recalculate is an edit: to be made may mean to wait for ten minutes.
    """
    reply = case.read(segment, step="set up")
    edits = sum(
        each.request.operation == op.CHANGE and f"/{segment}" in each.request.url
        for each in case.record.exchanges
    )
    if reply.status == 200 and not is_calculated(reply) and not edits:
        case.change(segment, {"segment": dict(form)}, step="set up")
    return reply


def criterion(type: str, **own: Any) -> dict[str, Any]:  # noqa: A002 - the vendor's word
    """Return a criterion as it is sent: its type, and the type's own fields beside it."""
    return {"type": type, **own}


def listing(case: OpenLoyalty, members: Iterable[Member], name: str = "") -> str:
    """Make a segment of known members and return its id once it shows them. Raises Unmet."""
    ids = ids_of(members)
    segment = selecting(case, part(criterion("customer_list", customers=list(ids))), name=name)
    reply = case.settle(
        lambda: case.members(segment, {"_itemsOnPage": MOST_ON_PAGE}, step="set up"),
        lambda found: all(holds(found, each) for each in ids),
    )
    case.need(reply, 200, what="listing the members of a segment")
    shown = reply.each("/customerId", of="/items")
    if len(shown) != len(ids) or not all(holds(reply, each) for each in ids):
        raise Unmet(
            "a segment of the known members does not show them within "
            f"{case.session.settle_seconds:g} s; set openloyalty.settle to more if the target "
            "needs it, and look whether openloyalty.known.members are members of this store"
        )
    return segment


class Selection:
    """What is said about the members that one segment selects."""

    def __init__(self, case: OpenLoyalty, requirements: str | Sequence[str], segment: str) -> None:
        """`requirements` are judged by who is in the segment."""
        self.case = case
        self.requirements = requirements
        self.segment = segment

    def has(self, member: Member, why: str) -> Selection:
        """Judge that a member is selected; `why` completes "… is selected, who …"."""
        reply = self.look(member, shown=True)
        found = holds(reply, str(member["id"]))
        if not found:
            self._must_be_calculated()
        self.case.judge(self.requirements, reply).that(
            found, f"the member {member['id']} is selected, who {why}", "not selected", "members"
        )
        return self

    def lacks(self, member: Member, why: str) -> Selection:
        """Judge that a member is not selected; look only after `has` saw another one."""
        reply = self.look(member, shown=False)
        self.case.judge(self.requirements, reply).that(
            not holds(reply, str(member["id"])),
            f"the member {member['id']} is not selected, who {why}", "selected", "members",
        )  # fmt: skip
        return self

    def look(self, member: Member, *, shown: bool) -> Reply:
        """Return the members narrowed to one, as soon as that one is shown, or is not.

        Raises Unmet when they cannot be narrowed, which is judged elsewhere.
        """
        wanted = str(member["id"])
        reply = self.case.settle(
            lambda: self.case.members(
                self.segment, {"customerId": wanted, "_itemsOnPage": MOST_ON_PAGE}
            ),
            lambda found: holds(found, wanted) is shown,
        )
        self.case.need(reply, 200, what="listing the members of a segment")
        if not isinstance(reply.at("/items"), list):
            raise Unmet("the members of a segment are not listed as documented")
        others = [
            each for each in reply.each("/customerId", of="/items") if not same_id(each, wanted)
        ]
        if others:
            raise Unmet("the members of a segment cannot be narrowed by customerId")
        return reply

    def selects(self, member: Member) -> bool:
        """Return whether a member is selected, once the segment was worked out. Raises Unmet."""
        self.case.settle(lambda: self.case.read(self.segment), is_calculated)
        self._must_be_calculated()
        return holds(self.look(member, shown=True), str(member["id"]))

    def _must_be_calculated(self) -> None:
        reply = self.case.read(self.segment)
        if not is_calculated(reply):
            raise Unmet(
                f"the segment was not recalculated within {self.case.session.settle_seconds:g} s; "
                "set openloyalty.settle to more"
            )


def is_calculated(reply: Reply) -> bool:
    """Return whether a segment says when it was recalculated."""
    return isinstance(reply.at("/calculatedAt"), str)


def refuses(
    case: OpenLoyalty, requirements: str | Sequence[str], field: str, bad: Mapping[str, Any]
) -> None:
    """Judge that a criterion with one bad field is refused with 400, and told by its place.

    Only for types whose fields the target was seen to understand: one that keeps unknown
    fields without reading them could not refuse anything.
    """
    _is_refused(case, requirements, field, case.create({"segment": case.draft(parts=[part(bad)])}))


def refuses_changes(case: OpenLoyalty, segment: str, field: str, bad: Mapping[str, Any]) -> None:
    """Judge the same of a change of a segment (OLO-151)."""
    form = case.draft(active=True, parts=[part(bad)])
    _is_refused(case, "OLO-151", field, case.change(segment, {"segment": form}))


def _is_refused(
    case: OpenLoyalty, requirements: str | Sequence[str], field: str, reply: Reply
) -> None:
    paths = [each for each in reply.each("/path", of="/errors") if isinstance(each, str)]
    case.judge(requirements, reply).status(400)
    if "OLO-151" in requirements:
        case.judge("OLO-151", reply).that(
            any(field in each for each in paths),
            f"the path of an error that leads to {field}", paths, "the body", "/errors",
        )  # fmt: skip


def pair(
    members: Sequence[Member], values: Callable[[Member], Iterable[Any]]
) -> tuple[Member, Any, Member, Any | None] | None:
    """Return two members that can be told apart by a list of theirs; None when no two can.

    The first with a value that the second lacks; the second with one that the first lacks,
    or None. Pairs in which both have one come first, labels of one key before all.
    """
    best: tuple[int, tuple[Member, Any, Member, Any | None]] | None = None
    for one in members:
        for other in members:
            ours, others = list(values(one)), list(values(other))
            only_others = [each for each in others if each not in ours]
            for mine in (each for each in ours if each not in others):
                for theirs in only_others or [None]:
                    worth = 0 if theirs is None else 1 + _is_same_key(mine, theirs)
                    if best is None or worth > best[0]:
                        best = worth, (one, mine, other, theirs)
    return None if best is None else best[1]


def having_one(
    known: Sequence[Member], values: Callable[[Member], Iterable[Any]]
) -> tuple[Member, Any, Any] | None:
    """Return a member with a value that they have, and one that only others have."""
    every = [each for one in known for each in values(one)]
    for one in known:
        mine = list(values(one))
        lacked = [each for each in every if each not in mine]
        if mine and lacked:
            return one, mine[0], lacked[0]
    return None


def crossed(
    known: Sequence[Member], values: Callable[[Member], Iterable[Any]]
) -> tuple[Member, dict[str, Any], Member, Any] | None:
    """Return a member with two labels, of which the key of one and the value of the other.

    That pair is no label of theirs; with it come another member, who has a label that the
    first has not, and this label. None when the known members have none such.
    """
    for one in known:
        ours = list(values(one))
        pairs = [
            {"key": first["key"], "value": second["value"]} for first in ours for second in ours
        ]
        for cross in (each for each in pairs if each not in ours):
            for other in known:
                for theirs in values(other):
                    if theirs not in ours and theirs != cross:
                        return one, cross, other, theirs
    return None


def _is_same_key(one: Any, other: Any) -> bool:
    """Return whether two values are labels that differ in their value only."""
    return isinstance(one, Mapping) and isinstance(other, Mapping) and one["key"] == other["key"]
