"""What lists refuse: a total that is neither wanted nor not, queries that are not offered."""

from __future__ import annotations

import pytest

from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.emporix.lists import SEGMENTS, Scene, kind_of
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
    """compoundLogicalQuery, which other services offer, is refused."""
    made = _nothing(emporix, operation)
    field = "id" if made.kind == SEGMENTS else "metadata.version"
    q = f"compoundLogicalQuery:(({field}:1) OR ({field}:2))"
    reply = made.look(operation, q, narrowed=False, pageSize=1)
    emporix.judge("EMX-261", reply).refused()


def _nothing(case: Emporix, operation: str) -> Scene:
    """Return a scene without records: what is refused needs none."""
    kind = kind_of(operation)
    needed = kind != SEGMENTS and operation != op.LIST_ALL_ITEMS
    return Scene(case, kind, (), (), case.segment() if needed else "")
