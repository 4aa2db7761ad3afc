"""The named defects are well formed; that each is caught is proven by `selftest`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, get_args

import pytest

from mockserver import contracts
from mockserver.assembly import Settings, UnknownDefect, open_service
from mockserver.defects import changes, known_defects
from mockserver.kernel.call import Call, Document, Reply
from mockserver.kernel.defect import FAULTS, Defect, Kind
from mockserver.kernel.refusals import Forbidden, Missing, Refusal
from mockserver.kernel.room import Admission, Room
from mockserver.vendors import ROOMS, room
from mockserver.web.compiled import operations_of

DEFECTS = [defect for vendor in ROOMS for defect in known_defects(vendor).values()]


def settings_for(defect: Defect) -> Settings:
    """Return what a mock needs to show a defect."""
    editions = {defect.vendor: defect.edition} if defect.edition else {}
    return Settings(
        vendors=(defect.vendor,), defects=(defect.name,), choices=defect.choices, editions=editions
    )


def test_there_are_many() -> None:
    """At every vendor."""
    assert len(DEFECTS) > 500
    assert {defect.vendor for defect in DEFECTS} == set(ROOMS)


@pytest.mark.parametrize("vendor", ROOMS)
def test_they_name_what_there_is(vendor: str) -> None:
    """Requirements of the ledger that are documented, operations of the contract, fault codes."""
    ledger = contracts.contract(vendor).requirements
    for defect in known_defects(vendor).values():
        served = settings_for(defect).contract_of(vendor)
        operations = {
            operation["operationId"]
            for document in (served.document, served.companions)
            for _, _, operation in operations_of(document)
        }
        assert re.fullmatch(rf"{vendor}\.[a-z0-9]+(-[a-z0-9]+)*", defect.name), defect.name
        assert defect.violates, defect.name
        for name in defect.violates:
            assert ledger[name].strength == "documented", defect.name
            assert ledger[name].edition in ("", defect.edition), defect.name
        assert set(defect.operations) <= operations, defect.name
        assert defect.kind in get_args(Kind), defect.name
        assert defect.fault is None or defect.fault in FAULTS, defect.name
        assert defect.summary.endswith("."), defect.name
        known = contracts.contract(vendor).choices
        assert all(value in known[name].values for name, value in defect.choices.items())


@pytest.mark.parametrize("vendor", ROOMS)
def test_each_changes_something(vendor: str) -> None:
    """The room, or the contract that requests are held to; never the true ones."""
    for defect in known_defects(vendor).values():
        settings = settings_for(defect)
        true_room, true_contract = room(vendor).at(defect.edition), settings.contract_of(vendor)
        before = contracts.contract(vendor, defect.edition)
        changed = settings.room_of(vendor), settings.enforced_contract_of(vendor)
        assert changed != (true_room, true_contract), defect.name
        assert settings.contract_of(vendor) == before, defect.name


def test_an_unknown_one_is_refused() -> None:
    """By vendor and by name."""
    for name in ("emporix.nothing-of-the-kind", "shop.nothing", "nothing"):
        with pytest.raises(UnknownDefect, match="no defect named"):
            open_service(Settings(vendors=("emporix",), defects=(name,)))


def test_what_could_not_be_seen_is_refused() -> None:
    """A defect that needs a contract version or a choice says so."""
    needy = [defect for defect in DEFECTS if defect.edition]
    assert needy
    name = needy[0].name
    with pytest.raises(UnknownDefect, match="cannot be seen without --contract emporix=2026-09"):
        open_service(Settings(vendors=("emporix",), defects=(name,)))
    for defect in (each for each in DEFECTS if each.choices):
        bare = Settings(defects=(defect.name,), editions=settings_for(defect).editions)
        with pytest.raises(UnknownDefect, match="cannot be seen without --choose"):
            bare.room_of(defect.vendor)


def test_other_vendors_may_be_named() -> None:
    """A script can carry one list for all."""
    defect = next(iter(known_defects("akinon").values()))
    open_service(Settings(vendors=("emporix",), segments=0, customers=0, defects=(defect.name,)))


# --- the ways to change a room ---


class Small:
    """A room of two operations, one of which refuses."""

    def __init__(self) -> None:
        self.room: Room = _small()

    def answer(self, change: Callable[[Room], Room], name: str = "one", **call: Any) -> Reply:
        """Return what an operation of the changed room answers."""
        changed = change(self.room)
        asked = Call(name, **call)
        admission = changed.admit({}, asked)
        return changed.operations[name](admission.world, asked, admission.caller)


def _one(world: Any, call: Call, caller: Any) -> Reply:
    told = {"query": dict(call.query), "headers": dict(call.headers), "body": call.body}
    return Reply(200, {**told, "caller": caller}, [("X-Total", "1"), ("X-Other", "2")])


def _refusing(world: Any, call: Call, caller: Any) -> Reply:
    raise Missing("nothing there", requirement="EMX-092")


def _refused(refusal: Refusal, choices: Mapping[str, str], operation: str) -> Reply:
    return Reply(404, {"message": refusal.message})


def _small() -> Room:
    true = room("akinon")
    return Room(
        vendor="small",
        title="Small",
        operations={"one": _one, "no": _refusing},
        rules=true.rules,
        base_path="/",
        open=lambda _: {"things": 1},
        admit=lambda state, _: Admission(state, "somebody"),
        refuse=_refused,
        demos=true.demos,
        example=true.example,
    )


def test_calls_are_edited_before_they_are_answered() -> None:
    """Parameters vanish, bodies change; what was sent stays as it was."""
    small = Small()
    sent = {"name": "a"}
    call = {"query": {"q": 1, "sort": "x"}, "headers": {"X-A": True}}
    assert small.answer(changes.without_query("q", "one"), **call).body["query"] == {"sort": "x"}
    assert small.answer(changes.without_header("X-A"), **call).body["headers"] == {}
    added = changes.with_body(lambda body: {**body, "b": 1}, "one")
    assert small.answer(added, body=sent, has_body=True).body["body"] == {"name": "a", "b": 1}
    assert small.answer(added).body["body"] is None
    assert sent == {"name": "a"}


def test_answers_are_edited() -> None:
    """Status, body and headers."""
    small = Small()
    assert small.answer(changes.status(201, "one")).status == 201
    assert small.answer(changes.status(201, "one", instead_of=204)).status == 200
    assert small.answer(changes.body(lambda body: body["caller"], "one")).body == "somebody"
    headers = small.answer(changes.without_reply_header("x-total", "one")).headers
    assert list(headers) == [("X-Other", "2")]
    both = changes.together(changes.status(201, "one"), changes.body(lambda _: 5, "one"))
    assert (small.answer(both).status, small.answer(both).body) == (201, 5)


def test_other_operations_stay() -> None:
    """And a name that is no operation is a mistake."""
    small = Small()
    changed = changes.status(201, "one")(small.room)
    assert changed.operations["no"] is small.room.operations["no"]
    assert small.room.operations["one"] is _one
    with pytest.raises(KeyError, match="small has no operations"):
        changes.status(201, "two")(small.room)


def test_refusals_are_edited() -> None:
    """Of a kind, of an operation."""
    edited = changes.refusing(lambda reply, _: Reply(418, reply.body), "no", kind=Missing)
    changed = edited(Small().room)
    refusal = Missing("gone", requirement="EMX-092")
    assert changed.refuse(refusal, {}, "no").status == 418
    assert changed.refuse(refusal, {}, "one").status == 404
    assert changed.refuse(Forbidden("no", requirement="EMX-005"), {}, "no").status == 404


def test_callers_and_worlds_are_edited() -> None:
    """Who is let in, and what there is from the start."""
    small = Small()

    def as_root(admit: Any, state: Any, call: Call) -> Admission:
        return Admission(admit(state, call).world, "root")

    assert small.answer(changes.admitting(as_root, "one")).body["caller"] == "root"
    assert small.answer(changes.admitting(as_root, "no")).body["caller"] == "somebody"
    opened = changes.opening(lambda state: state.update(things=2))(small.room)
    assert opened.open(None) == {"things": 2}  # type: ignore[arg-type]


def test_plain_values_are_copies() -> None:
    """Documents become what they hold, encoded or not."""
    fresh = Document({"a": [1]})
    encoded = Document({"a": [1]})
    encoded.data, encoded.value = b'{"a":[1]}', None
    found = changes.plain({"items": [fresh, encoded], "pair": (1, 2)})
    assert found == {"items": [{"a": [1]}, {"a": [1]}], "pair": [1, 2]}
    found["items"][0]["a"].append(2)
    assert fresh.value == {"a": [1]}
