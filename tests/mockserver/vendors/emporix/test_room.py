"""The room as a whole, on its seeded world and with real tokens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.kernel.call import Call
from mockserver.kernel.service import Service


def test_a_demo_token_reads_the_seeded_segments(
    open_vendor: Callable[..., Service], value_of: Any
) -> None:
    """The first demo credential lists the segments of the seeded world."""
    service = open_vendor("emporix")
    state = service.state("emporix")
    demo = service.rooms["emporix"].demos(state)[0]
    sent = {demo.header.lower(): demo.value}

    def call(operation: str, **more: Any) -> Any:
        path = {"tenant": demo.scope} | more.pop("path", {})
        return service.answer(
            Call(f"{operation[0]}-customer-segment-{operation[1]}", path=path, sent=sent, **more)
        )

    listed = call(("GET", "retrieve-segments"), query={"q": "status:ACTIVE"})
    assert listed.status == 200
    rows = [value_of(row) for row in listed.body]
    assert rows
    assert {row["status"] for row in rows} == {"ACTIVE"}
    one = call(("GET", "retrieve-segment"), path={"segmentId": rows[0]["id"]})
    assert value_of(one.body) == rows[0]
    anonymous = service.answer(
        Call("GET-customer-segment-retrieve-segments", path={"tenant": demo.scope})
    )
    assert anonymous.status == 401
    foreign = call(("GET", "retrieve-segment"), path={"segmentId": "no such id"})
    assert foreign.status == 404
