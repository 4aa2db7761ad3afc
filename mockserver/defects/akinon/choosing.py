"""Segments that are set in the wrong way."""

from __future__ import annotations

from dataclasses import replace

from mockserver.defects import changes
from mockserver.kernel.call import Call, Reply
from mockserver.kernel.defect import Defect
from mockserver.kernel.refusals import Missing, Refusal
from mockserver.kernel.room import Operation
from mockserver.vendors.akinon import wire
from mockserver.vendors.akinon.access import Caller
from mockserver.vendors.akinon.world import World

SET = "setSegment"


def _answers_former(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    former = world.current(caller.signed_in())
    reply = run(world, call, caller)
    return reply if former is None else replace(reply, body=wire.segment_current(world, former))


def _not_kept(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    user = caller.signed_in()
    world.current(user)  # so that there is one to keep
    kept = world._assigned[user.pk]
    reply = run(world, call, caller)
    world._assigned[user.pk] = kept
    return reply


def _set_once(run: Operation, world: World, call: Call, caller: Caller) -> Reply:
    user = caller.signed_in()
    if world.current(user) in (next(iter(world.available(user)), None), None):
        return run(world, call, caller)
    return _not_kept(run, world, call, caller)


def _found(reply: Reply, refusal: Refusal) -> Reply:
    if refusal.requirement != "AKN-067":
        return reply
    return Reply(200, {"pk": 0, "name": "", "priority": 0, "price_list": None})


def _is_400(reply: Reply, refusal: Refusal) -> Reply:
    if refusal.requirement != "AKN-067":
        return reply
    return Reply(400, {"segment_id": ["Invalid pk."]})


DEFECTS = (
    Defect(
        name="akinon.set-answers-201",
        violates=("AKN-065",),
        summary="Setting a segment is answered with 201.",
        kind="status",
        operations=(SET,),
        change=changes.after(
            lambda reply, _: replace(reply, status=201, body=changes.plain(reply.body)), SET
        ),
    ),
    Defect(
        name="akinon.set-answers-nothing",
        violates=("AKN-065",),
        summary="Setting a segment is answered with 200 and no body.",
        kind="schema",
        operations=(SET,),
        change=changes.after(lambda reply, _: replace(reply, body=None), SET),
        fault=101,
    ),
    Defect(
        name="akinon.set-answers-former-segment",
        violates=("AKN-065",),
        summary="Setting a segment is answered with the one that the user had before.",
        kind="state",
        operations=(SET,),
        change=changes.around(_answers_former, SET),
    ),
    Defect(
        name="akinon.set-answers-without-priority",
        violates=("AKN-065",),
        summary="The answer to setting a segment lacks its priority.",
        kind="schema",
        operations=(SET,),
        change=changes.body(
            lambda told: {name: value for name, value in told.items() if name != "priority"}, SET
        ),
        fault=101,
    ),
    Defect(
        name="akinon.set-not-kept",
        violates=("AKN-066",),
        summary="Setting a segment is answered as if, but the user keeps the former one.",
        kind="state",
        operations=(SET,),
        change=changes.around(_not_kept, SET),
    ),
    Defect(
        name="akinon.set-once",
        violates=("AKN-069",),
        summary="A segment that was set stays, though another one is set after it.",
        kind="state",
        operations=(SET,),
        change=changes.around(_set_once, SET),
    ),
    Defect(
        name="akinon.unknown-segment-set",
        violates=("AKN-067",),
        summary="Setting a segment that does not exist is answered with 200.",
        kind="validation",
        operations=(SET,),
        change=changes.refusing(_found, SET, kind=Missing),
        fault=102,
    ),
    Defect(
        name="akinon.unknown-segment-is-400",
        violates=("AKN-067",),
        summary="Setting a segment that does not exist is refused with 400.",
        kind="status",
        operations=(SET,),
        change=changes.refusing(_is_400, SET, kind=Missing),
    ),
    Defect(
        name="akinon.price-list-as-object",
        violates=("AKN-071",),
        summary="The price list of a segment that was set is told as an object.",
        kind="schema",
        operations=(SET,),
        change=changes.body(lambda told: {**told, "price_list": {"pk": told["price_list"]}}, SET),
        fault=101,
    ),
    Defect(
        name="akinon.no-price-list-as-text",
        violates=("AKN-071",),
        summary='A segment without a price list is told to have the price list "default".',
        kind="schema",
        operations=(SET,),
        change=changes.body(
            lambda told: {**told, "price_list": told["price_list"] or "default"}, SET
        ),
        fault=101,
    ),
)
