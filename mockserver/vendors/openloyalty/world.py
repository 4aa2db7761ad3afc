"""The segments of one store: state, indexes and the verbs of the vendor's API.

Raises refusals. No JSON, no HTTP, no frameworks. Who a criterion selects is decided in
`criteria/` and `segmentation.py`; here is decided when they are asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from mockserver.kernel.call import Document
from mockserver.kernel.clock import Clock
from mockserver.kernel.ids import Ids
from mockserver.kernel.instants import MINUTE
from mockserver.kernel.refusals import Conflict, Invalid, Missing, Violation
from mockserver.vendors.openloyalty.criteria import REQUIREMENTS, Reading, faults
from mockserver.vendors.openloyalty.model import Draft, Resource, ResourceName, Segment
from mockserver.vendors.openloyalty.query import Query, Slice
from mockserver.vendors.openloyalty.segmentation import (
    NOBODY,
    Segmentation,
    Selection,
    is_timed,
)

CYCLE = 10 * MINUTE
"""How often active segments are recalculated. Help pages, Segments; from full ten minutes
to full ten minutes of the clock, and only by choice (OLO-175)."""

Cycle = tuple[int, int]
"""A full ten minutes of the clock, and how often the clock had been set back."""

Uses = Mapping[tuple[ResourceName, str], Sequence[Resource]]
"""Kind of resource and segment id -> what uses the segment, in order."""


class Record:
    """One segment with what is kept beside it; the only part of a world that changes."""

    __slots__ = ("detail", "members", "row", "seen", "segment")

    def __init__(self, segment: Segment, seen: Cycle) -> None:
        self.segment = segment
        self.members: Selection = NOBODY
        """Who was in the segment at its last recalculation (OLO-109)."""
        self.seen = seen
        """The ten-minute cycle that this record was last seen in."""
        self.detail: Document | None = None
        """The segment as its own operation shows it, while it stays as it is."""
        self.row: Document | None = None
        """The segment as the list shows it, while it stays as it is."""

    def become(self, segment: Segment) -> None:
        """Take on a new version of the segment."""
        self.segment = segment
        self.detail = self.row = None


class World:
    """Everything about one store."""

    def __init__(
        self,
        *,
        code: str,
        name: str,
        currency: str,
        segmentation: Segmentation,
        choices: Mapping[str, str],
        clock: Clock,
        ids: Ids,
        uses: Uses,
    ) -> None:
        self.code = code
        self.name = name
        self.currency = currency
        self.segmentation = segmentation
        self.choices = choices
        self.clock = clock
        self.ids = ids
        self.records: dict[str, Record] = {}
        """Segments by id, in the order in which they were created (OLO-144)."""
        self._names: dict[str, str] = {}
        """Name -> id; kept only while names must differ."""
        self._uses = dict(uses)
        self._cycles = choices["openloyalty.recalculation"] == "ten-minutes"
        self._names_differ = choices["openloyalty.duplicate-name"] == "refuse"

    # Reading

    def record(self, segment_id: str) -> Record:
        """Return a segment as it stands now. Raises Missing."""
        record = self.records.get(segment_id.lower())
        if record is None:
            raise Missing(
                "Segment not found.",
                requirement="OLO-061",
                pointer="/path/segment",
                resource=segment_id,
            )
        if record.seen != (cycle := self._cycle()):
            self._settle(record, cycle)
        return record

    def rows(self, query: Query[Record]) -> Slice[Record]:
        """Return a page of the segments."""
        cycle = self._cycle()
        if not query.settled:
            self._settle_all(self.records.values(), cycle)
        found = query.apply(self.records.values(), len(self.records))
        self._settle_all(found.rows, cycle)
        return found

    def uses(self, segment_id: str, kind: ResourceName) -> Sequence[Resource]:
        """Return the resources of one kind that use a segment (OLO-112). Raises Missing."""
        record = self.record(segment_id)
        return self._uses.get((kind, record.segment.segment_id), ())

    # Changing

    def create(self, draft: Draft) -> Segment:
        """Add a segment as the draft says (OLO-041). Raises Invalid."""
        parts = draft.parts or ()  # none are needed (OLO-052)
        # Judged before anything is changed, so that a refusal leaves no trace (OLO-015).
        self._judge(draft, None)
        now = self.clock.now()
        segment = Segment(
            segment_id=self.ids.uuid(),
            name=draft.name,
            active=bool(draft.active),  # inactive unless said (OLO-046)
            created_at=now,  # (OLO-051)
            parts=parts,
            description=draft.description,
        )
        self.place(Record(segment, self._cycle()), now)
        return segment

    def place(self, record: Record, now: int) -> None:
        """Put a new segment in its place; an active one is recalculated (OLO-091)."""
        segment = record.segment
        self.records[segment.segment_id] = record
        if self._names_differ:
            self._names[segment.name] = segment.segment_id
        if segment.active:
            self.recalculate(record, now)

    def change(self, segment_id: str, draft: Draft) -> Segment:
        """Change a segment as the draft says (OLO-071); an active one is recalculated (OLO-092).

        What the draft does not say stays as it is: active by choice (OLO-068), description
        (OLO-069), parts (OLO-067); parts that it has replace all parts (OLO-066). Id and
        createdAt never change (OLO-070).
        Raises Missing and Invalid.
        """
        record = self.record(segment_id)
        old = record.segment
        self._judge(draft, old.segment_id)
        absent = old.active if self.choices["openloyalty.put-without-active"] == "keep" else False
        if self._names_differ:
            del self._names[old.name]
            self._names[draft.name] = old.segment_id
        record.become(
            replace(
                old,
                name=draft.name,
                active=absent if draft.active is None else draft.active,
                description=old.description if draft.description is None else draft.description,
                parts=old.parts if draft.parts is None else draft.parts,
            )
        )
        if record.segment.active:
            self.recalculate(record, self.clock.now())
        return record.segment

    def remove(self, segment_id: str) -> None:
        """Remove a segment that nothing uses; from now on it is missing (OLO-076).

        Raises Missing and Conflict.
        """
        segment = self.record(segment_id).segment
        used = [use for use in self._uses if use[1] == segment.segment_id]
        if used:
            if self.choices["openloyalty.delete-associated"] == "refuse":
                kinds = ", ".join(kind for kind, _ in used)
                raise Conflict(
                    f"The segment is in use by: {kinds}.",
                    requirement="OLO-077",
                    pointer="/path/segment",
                    code="inUse",
                    resource=segment.segment_id,
                )
            for use in used:
                del self._uses[use]
        del self.records[segment.segment_id]
        if self._names_differ:
            del self._names[segment.name]

    def activate(self, segment_id: str) -> None:
        """Switch a segment on (OLO-081) and recalculate it (OLO-093). Raises Missing.

        One that is on already is only recalculated (OLO-084).
        """
        record = self.record(segment_id)
        record.become(replace(record.segment, active=True))
        self.recalculate(record, self.clock.now())

    def deactivate(self, segment_id: str) -> None:
        """Switch a segment off (OLO-083); its members stay (OLO-085). Raises Missing."""
        record = self.record(segment_id)
        record.become(replace(record.segment, active=False))

    # Recalculating

    def recalculate(self, record: Record, now: int) -> None:
        """Work out anew who is in a segment; from now on it has a calculatedAt (OLO-090)."""
        selection = self.segmentation.select(record.segment.parts, self._reading(now))
        record.members = selection
        record.become(replace(record.segment, figures=selection.figures, calculated_at=now))

    def _reading(self, now: int) -> Reading:
        return Reading(
            now,
            last_purchase=self.choices["openloyalty.last-purchase"],
            anniversary=self.choices["openloyalty.anniversary"],
            percent_scale=self.choices["openloyalty.percent-scale"],
        )

    def _cycle(self) -> Cycle:
        return self.clock.now() // CYCLE, self.clock.turned_back

    def _settle_all(self, records: Iterable[Record], cycle: Cycle) -> None:
        for record in records:
            if record.seen != cycle:
                self._settle(record, cycle)

    def _settle(self, record: Record, cycle: Cycle) -> None:
        """Do for one segment what the ten-minute cycle has done meanwhile (OLO-094).

        Nobody can tell whether the work was done in the background or is done now, so
        nothing runs in the background; and only the last of several missed cycles shows.
        A clock that was set back has recalculated too, whatever was asked meanwhile (OLO-208).
        """
        record.seen = cycle
        segment = record.segment
        if not (self._cycles and segment.active):  # (OLO-095)
            return
        begun = cycle[0] * CYCLE
        if is_timed(segment.parts):
            self.recalculate(record, begun)
        else:
            record.become(replace(segment, calculated_at=begun))

    # Rules

    def _judge(self, draft: Draft, own_id: str | None) -> None:
        """Raise Invalid, with everything that is wrong (OLO-212), if a draft breaks a rule."""
        mode = self.choices["openloyalty.criterion-fields"]
        scale = self.choices["openloyalty.percent-scale"]
        found = [
            violation
            for position, part in enumerate(draft.parts or ())
            for place, criterion in enumerate(part.criteria)
            for violation in faults(
                criterion, f"/segment/parts/{position}/criteria/{place}", mode, scale
            )
        ]
        if self._names_differ and self._names.get(draft.name, own_id) != own_id:
            told = "Segment with this name already exists."
            found.append(Violation(told, "/segment/name", "unique"))
        if found:
            first = found[0]
            taken = first.code == "unique"
            raise Invalid(
                first.message,
                requirement="OLO-045" if taken else REQUIREMENTS.get(first.code, "OLO-151"),
                pointer=first.pointer,
                code=first.code,
                violations=found,
            )
