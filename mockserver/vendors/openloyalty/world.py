"""The segments of one store: state, indexes and the verbs of the vendor's API.

Raises refusals. No JSON, no HTTP, no frameworks. Who a criterion selects is decided in
`criteria.py` and `population.py`; here is decided when they are asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from mockserver.kernel.call import Document
from mockserver.kernel.clock import Clock
from mockserver.kernel.ids import Ids
from mockserver.kernel.instants import MINUTE
from mockserver.kernel.refusals import Conflict, Invalid, Missing
from mockserver.vendors.openloyalty.criteria import REQUIREMENTS, Reading, faults
from mockserver.vendors.openloyalty.model import (
    Draft,
    Member,
    Resource,
    ResourceName,
    Segment,
)
from mockserver.vendors.openloyalty.population import Population, is_timed
from mockserver.vendors.openloyalty.query import Query, Slice

CYCLE = 10 * MINUTE
"""How often active segments are recalculated. Help pages, Segments."""

Uses = Mapping[tuple[ResourceName, str], Sequence[Resource]]
"""Kind of resource and segment id -> what uses the segment, in order."""


class Record:
    """One segment with what is kept beside it; the only part of a world that changes."""

    __slots__ = ("cycle", "detail", "members", "row", "segment")

    def __init__(self, segment: Segment, members: Sequence[Member] = (), cycle: int = 0) -> None:
        self.segment = segment
        self.members = members
        """Who was in the segment at its last recalculation."""
        self.cycle = cycle
        """The last ten-minute cycle that this record has seen."""
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
        population: Population,
        choices: Mapping[str, str],
        clock: Clock,
        ids: Ids,
        uses: Uses,
    ) -> None:
        self.code = code
        self.name = name
        self.currency = currency
        self.population = population
        self.choices = choices
        self.clock = clock
        self.ids = ids
        self.records: dict[str, Record] = {}
        """Segments by id, in the order in which they were created."""
        self._names: dict[str, str] = {}
        """Name -> id; kept only while names must differ."""
        self._uses = dict(uses)
        self._cycles = choices["openloyalty.recalculation"] == "ten-minutes"
        self._names_differ = choices["openloyalty.duplicate-name"] == "refuse"

    # Reading

    def record(self, segment_id: str) -> Record:
        """Return a segment as it stands now. Raises Missing."""
        record = self.records.get(segment_id) or self.records.get(segment_id.lower())
        if record is None:
            raise Missing(
                "Segment not found.",
                requirement="OLO-061",
                pointer="/path/segment",
                resource=segment_id,
            )
        now = self.clock.now()
        if record.cycle != now // CYCLE:
            self._settle(record, now)
        return record

    def rows(self, query: Query[Record]) -> Slice[Record]:
        """Return a page of the segments."""
        now = self.clock.now()
        if not query.settled:
            self._settle_all(self.records.values(), now)
        found = query.apply(self.records.values(), len(self.records))
        self._settle_all(found.rows, now)
        return found

    def uses(self, segment_id: str, kind: ResourceName) -> Sequence[Resource]:
        """Return the resources of one kind that use a segment. Raises Missing."""
        record = self.record(segment_id)
        return self._uses.get((kind, record.segment.segment_id), ())

    # Changing

    def create(self, draft: Draft) -> Segment:
        """Add a segment. Raises Invalid and Conflict."""
        parts = draft.parts or ()
        self._judge(draft, None)
        now = self.clock.now()
        segment = Segment(
            segment_id=self.ids.uuid(),
            name=draft.name,
            active=bool(draft.active),
            created_at=now,
            parts=parts,
            description=draft.description,
        )
        self.place(Record(segment, cycle=now // CYCLE), now)
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
        """Change a segment; an active one is recalculated (OLO-092).

        Raises Missing, Invalid and Conflict.
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
        """Remove a segment that nothing uses. Raises Missing and Conflict."""
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
        """Switch a segment on and recalculate it (OLO-093). Raises Missing."""
        record = self.record(segment_id)
        record.become(replace(record.segment, active=True))
        self.recalculate(record, self.clock.now())

    def deactivate(self, segment_id: str) -> None:
        """Switch a segment off; its members stay as they are (OLO-085). Raises Missing."""
        record = self.record(segment_id)
        record.become(replace(record.segment, active=False))

    # Recalculating

    def recalculate(self, record: Record, now: int) -> None:
        """Work out anew who is in a segment."""
        selection = self.population.select(record.segment.parts, self._reading(now))
        record.members = selection.members
        record.become(replace(record.segment, figures=selection.figures, calculated_at=now))

    def _reading(self, now: int) -> Reading:
        return Reading(
            now,
            last_purchase=self.choices["openloyalty.last-purchase"],
            anniversary=self.choices["openloyalty.anniversary"],
            percent_scale=self.choices["openloyalty.percent-scale"],
        )

    def _settle_all(self, records: Iterable[Record], now: int) -> None:
        cycle = now // CYCLE
        for record in records:
            if record.cycle != cycle:
                self._settle(record, now)

    def _settle(self, record: Record, now: int) -> None:
        """Do for one segment what the ten-minute cycle has done meanwhile.

        Nobody can tell whether the work was done in the background or is done now, so
        nothing runs in the background; and only the last of several missed cycles shows.
        """
        cycle = now // CYCLE
        passed, record.cycle = cycle > record.cycle, cycle
        segment = record.segment
        if not (passed and self._cycles and segment.active):
            return
        if is_timed(segment.parts):
            self.recalculate(record, cycle * CYCLE)
        else:
            record.become(replace(segment, calculated_at=cycle * CYCLE))

    # Rules

    def _judge(self, draft: Draft, own_id: str | None) -> None:
        """Raise Invalid or Conflict when the draft breaks a rule about its values."""
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
        if found:
            first = found[0]
            raise Invalid(
                first.message,
                requirement=REQUIREMENTS.get(first.code, "OLO-151"),
                pointer=first.pointer,
                code=first.code,
                violations=found,
            )
        if self._names_differ and self._names.get(draft.name, own_id) != own_id:
            raise Conflict(
                "Segment with this name already exists.",
                requirement="OLO-045",
                pointer="/segment/name",
                code="unique",
            )
