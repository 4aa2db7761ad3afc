"""Baskets that show another segment than the current one, or not all of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Defect
from mockserver.kernel.room import Operation
from mockserver.vendors.akinon import wire
from mockserver.vendors.akinon.access import Caller
from mockserver.vendors.akinon.world import World

BASKET = "getBasket"


def _of_segment(edit: Callable[[dict[str, Any]], Any]) -> Callable[[Any], Any]:
    def edited(told: Any) -> Any:
        if told["basket"]["segment"] is not None:
            told["basket"]["segment"] = edit(told["basket"]["segment"])
        return told

    return edited


def _without_segment(told: Any) -> Any:
    del told["basket"]["segment"]
    return told


def _best_shown(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    if caller.user is None:
        return run(world, call, caller)
    return Reply(200, wire.basket(next(iter(world.available(caller.user)), None)))


def _shown_as_guest(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    return run(world, call, replace(caller, user=None))


DEFECTS = (
    Defect(
        name="akinon.basket-without-segment",
        violates=("AKN-100",),
        summary="The basket does not show the segment.",
        kind="schema",
        operations=(BASKET,),
        change=changes.body(_without_segment, BASKET),
        fault=101,
    ),
    *(
        Defect(
            name=f"akinon.basket-without-{member.replace('_', '-')}",
            violates=("AKN-100",),
            summary=f"The segment of a basket has no {member}.",
            kind="schema",
            operations=(BASKET,),
            change=changes.body(_of_segment(changes.without(member)), BASKET),
            fault=101,
        )
        for member in ("pk", "price_list", "stock_list")
    ),
    Defect(
        name="akinon.basket-with-default-price-list",
        violates=("AKN-100",),
        summary="The basket always shows the shop's first price list.",
        kind="projection",
        operations=(BASKET,),
        change=changes.body(_of_segment(lambda segment: {**segment, "price_list": 1}), BASKET),
    ),
    Defect(
        name="akinon.basket-shows-best-segment",
        violates=("AKN-100",),
        summary="The basket shows the best segment on offer, though another one was set.",
        kind="state",
        operations=(BASKET,),
        change=changes.around(_best_shown, BASKET),
    ),
    Defect(
        name="akinon.basket-of-a-guest",
        violates=("AKN-100",),
        summary="The basket shows a user's segment as if nobody were signed in.",
        kind="state",
        operations=(BASKET,),
        change=changes.around(_shown_as_guest, BASKET),
    ),
)
