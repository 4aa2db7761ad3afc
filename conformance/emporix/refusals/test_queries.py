"""What lists refuse: a total that is neither wanted nor not, queries that are not offered."""

from __future__ import annotations

import pytest

from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.emporix.lists import ID_FIELD, SEGMENTS, Scene, kind_of, same_ids, scene
from conformance.judging import judges


@judges("EMX-224")
@pytest.mark.parametrize("operation", op.LISTS)
def test_a_total_is_wanted_or_not(emporix: Emporix, operation: str) -> None:
    """X-Total-Count takes true or false; anything else is answered with 400."""
    made = _nothing(emporix, operation)
    for taken in ("true", "false"):
        reply = made.look(operation, headers={"X-Total-Count": taken}, narrowed=False, pageSize=1)
        emporix.judge("EMX-224", reply).status(200)
    reply = made.look(operation, headers={"X-Total-Count": "perhaps"}, narrowed=False, pageSize=1)
    emporix.judge("EMX-224", reply).status(400)


@judges("EMX-261")
@pytest.mark.parametrize("operation", op.LISTS)
def test_compound_queries_are_not_offered(emporix: Emporix, operation: str) -> None:
    """compoundLogicalQuery, which other services offer, does not find what it says."""
    made = scene(emporix, kind_of(operation))
    made.ready(operation)
    field, (one, other, _) = ID_FIELD[made.kind], made.ids
    q = f"compoundLogicalQuery:(({field}:{one}) OR ({field}:{other}))"
    reply = made.look(operation, q)
    # That it is not offered is documented; with which answer is not.
    taken = reply.status == 200 and same_ids(made.found(reply), (one, other))
    emporix.judge("EMX-261", reply).that(
        reply.status < 500 and not taken,
        "a refusal (4xx), or anything but what the two together would leave",
        f"{reply.status} {reply.text[:300]}",
    )


def _nothing(case: Emporix, operation: str) -> Scene:
    """Return a scene without records: what is refused needs none."""
    kind = kind_of(operation)
    needed = kind != SEGMENTS and operation != op.LIST_ALL_ITEMS
    return Scene(case, kind, (), (), case.segment() if needed else "")
