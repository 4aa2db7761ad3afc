"""Recalculation: when a segment is worked out anew, and how it says so."""

from __future__ import annotations

from conformance.exchange import Reply
from conformance.judging import Unmet, judges
from conformance.openloyalty.case import OpenLoyalty, part
from conformance.openloyalty.criteria import criterion, is_calculated
from conformance.openloyalty.instants import instant

CYCLE = 600
"""Seconds from one recalculation of a segment to the next."""
LATE = 60
"""Seconds that a recalculation may be late, and may take."""


@judges("OLO-090")
def test_a_segment_that_was_never_recalculated_says_so(openloyalty: OpenLoyalty) -> None:
    """A segment that was never recalculated has no calculatedAt, by itself and in the list."""
    name = openloyalty.fresh_name()
    segment = openloyalty.segment(name=name)
    read = openloyalty.settle(lambda: openloyalty.read(segment), lambda found: found.status == 200)
    openloyalty.judge("OLO-090", read).status(200)
    listed, row = openloyalty.shown_row(
        segment, name, lambda row: _tells(row) == _tells(openloyalty.read(segment).json)
    )
    read = openloyalty.read(segment)
    if not _tells(read.json) and not _tells(row):
        openloyalty.judge("OLO-090", read).absent("/calculatedAt")
        openloyalty.judge("OLO-090", listed).that(
            row.get("calculatedAt") is None, "no calculatedAt", row, "the list", "/items"
        )
        return
    # A target may work out every new segment, inactive ones too: then both say so, and when.
    made = instant(read.at("/createdAt"))
    for reply, shown in ((read, read.json), (listed, row)):
        if _tells(shown):
            at = instant(shown.get("calculatedAt"))
            openloyalty.judge("OLO-090", reply).that(
                at is not None and (made is None or at >= int(made)),
                f"no calculatedAt, or one that is not before {read.at('/createdAt')}", shown,
                "what the segment shows", "/calculatedAt",
            )  # fmt: skip
    if not _tells(row) and not any(map(_tells, openloyalty.list().entries("/items"))):
        raise Unmet("the list shows no calculatedAt of any segment, and this one was worked out")
    openloyalty.judge("OLO-090", listed).that(
        _tells(read.json) and _tells(row),
        "calculatedAt of this segment by itself and in the list, or in neither",
        [read.at("/calculatedAt"), row.get("calculatedAt")], "both",
    )  # fmt: skip
    raise Unmet("the target works out every new segment, so none was seen that never was")


@judges("OLO-090", "OLO-092")
def test_a_change_recalculates_an_active_segment(openloyalty: OpenLoyalty) -> None:
    """A change of an active segment gives it a later calculatedAt, well before ten minutes."""
    segment = _active(openloyalty)
    before = openloyalty.settle(lambda: openloyalty.read(segment), is_calculated, within=CYCLE / 2)
    openloyalty.need(before, 200, what="reading a segment")
    # Twice: within half a cycle the ten-minute one may come in between once, not twice.
    for _ in range(2):
        openloyalty.pause(1.5)
        reply = openloyalty.change(
            segment, {"segment": openloyalty.draft(active=True)}, step="set up"
        )
        openloyalty.need(reply, 200, what="changing a segment")
        after = _recalculated(openloyalty, segment, before, CYCLE / 2 - LATE)
        patience = openloyalty.session.settle_seconds
        if patience < LATE and after.status == 200 and not _is_later(after, before):
            raise Unmet(
                f"no recalculation was seen within {patience:g} s; "
                f"set openloyalty.settle to {LATE} or more to judge OLO-092"
            )
        openloyalty.judge(("OLO-092", "OLO-090"), after).status(200).present("/calculatedAt")
        openloyalty.judge("OLO-092", after).that(
            _is_later(after, before), f"later than {before.at('/calculatedAt')}",
            after.at("/calculatedAt"), "the body after a change", "/calculatedAt",
        )  # fmt: skip
        before = after


@judges("OLO-094")
def test_segments_are_recalculated_every_ten_minutes(openloyalty: OpenLoyalty) -> None:
    """The calculatedAt of an active segment is never much older than ten minutes."""
    patience = openloyalty.session.settle_seconds
    if patience < CYCLE + LATE:
        raise Unmet("set openloyalty.settle to 700 or more to judge OLO-094")
    segment = _active(openloyalty)
    first = openloyalty.settle(lambda: openloyalty.read(segment), is_calculated, within=LATE)
    openloyalty.need(first, 200, what="reading a segment")
    waited = 0.0
    last = first
    while not _is_later(last, first) and waited < patience:
        openloyalty.pause(30)
        waited += 30
        last = openloyalty.read(segment)
    if last.status == 200 and not _is_later(last, first):
        # A target may be told not to recalculate by itself, and nobody else can see that.
        raise Unmet(
            f"no recalculation was seen within {waited:g} s; if the target is to make them, "
            "it breaks OLO-094"
        )
    openloyalty.judge("OLO-094", last).status(200).that(
        waited <= CYCLE + LATE, "recalculated within ten minutes", f"after {waited:g} s",
        "the body", "/calculatedAt",
    )  # fmt: skip


def _tells(shown: object) -> bool:
    """Return whether a segment, as it is shown, says that it was recalculated."""
    return isinstance(shown, dict) and shown.get("calculatedAt") is not None


def _active(case: OpenLoyalty) -> str:
    """Make an active segment: of a known member where the target takes one. Raises Unmet."""
    members = [each["id"] for each in case.session.config.known.get("members", ())]
    if members:
        form = case.draft(
            active=True, parts=[part(criterion("customer_list", customers=members[:1]))]
        )
        reply = case.create({"segment": form}, step="set up")
        if reply.status == 200:
            return case.id_of(reply)
    return case.segment(active=True)


def _recalculated(case: OpenLoyalty, segment: str, before: Reply, seconds: float) -> Reply:
    return case.settle(
        lambda: case.read(segment), lambda found: _is_later(found, before), within=seconds
    )


def _is_later(reply: Reply, before: Reply) -> bool:
    now, then = instant(reply.at("/calculatedAt")), instant(before.at("/calculatedAt"))
    return now is not None and (then is None or now > then)
