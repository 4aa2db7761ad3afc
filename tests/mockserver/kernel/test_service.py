"""A service ties rooms to states, and refusals to replies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import pytest

from mockserver.kernel.call import Call, Reply
from mockserver.kernel.clock import Clock
from mockserver.kernel.refusals import Broken, Missing, Refusal, Unauthenticated
from mockserver.kernel.room import Admission, Blueprint, FixtureError, Room, Rules
from mockserver.kernel.service import Service

RULES = Rules(**{each.name: "MIN-001" for each in fields(Rules)})


def room(vendor: str) -> Room:
    """Return a room whose state is a list of the callers that came."""

    def start(blueprint: Blueprint) -> list[str]:
        if "bad" in blueprint.fixture:
            raise FixtureError("this cannot be", "/bad")
        return [str(blueprint.seed)]

    def admit(state: list[str], call: Call) -> Admission:
        if "who" not in call.sent:
            raise Unauthenticated("who?", requirement="MIN-010")
        return Admission(state, call.sent["who"])

    def come(state: list[str], call: Call, caller: str) -> Reply:
        if "missing" in call.path:
            raise Missing("no", requirement="MIN-011", pointer=call.path["missing"])
        state.append(caller)
        return Reply(200, list(state))

    def refuse(refusal: Refusal, choices: Mapping[str, str], operation: str) -> Reply:
        told = {"said": refusal.message, "choices": dict(choices), "operation": operation}
        return Reply(418, told, [("X-Own", vendor)])

    return Room(
        vendor=vendor,
        title=vendor.title(),
        operations={f"{vendor}.come": come},
        rules=RULES,
        base_path="/{scope}",
        open=start,
        admit=admit,
        refuse=refuse,
        demos=lambda _: (),
        example=lambda *_: "",
    )


@pytest.fixture
def service() -> Service:
    """Two rooms."""
    blueprints = {
        "one": Blueprint(fixture={}, seed=1, choices={"one.open": "yes"}),
        "two": Blueprint(fixture={}, seed=2),
    }
    return Service([room("one"), room("two")], blueprints, Clock())


def come(service: Service, vendor: str, who: str = "anna", **path: str) -> Reply:
    """Answer one call."""
    return service.answer(Call(f"{vendor}.come", path=path, sent={"who": who}))


def test_each_room_has_its_own_state(service: Service) -> None:
    """Calls find theirs by the operation."""
    assert come(service, "one", "anna") == Reply(200, ["1", "anna"])
    assert come(service, "two", "ben") == Reply(200, ["2", "ben"])
    assert service.state("one") == ["1", "anna"]
    with pytest.raises(KeyError):
        service.answer(Call("nobody.comes"))


def test_a_reset_builds_a_new_state(service: Service) -> None:
    """Of one room, or of all; the old one is not cleaned but dropped."""
    come(service, "one")
    come(service, "two")
    before = service.state("one")
    service.reset("one")
    assert (service.state("one"), service.state("two")) == (["1"], ["2", "anna"])
    assert before == ["1", "anna"]
    service.reset()
    assert (service.state("one"), service.state("two")) == (["1"], ["2"])


def test_an_admission_is_asked_for_unless_it_is_brought(service: Service) -> None:
    """The web layer asks before it validates."""
    call = Call("one.come", sent={"who": "anna"})
    admission = service.admit(call)
    assert (admission.world, admission.caller) == (service.state("one"), "anna")
    elsewhere: list[str] = []
    assert service.answer(call, Admission(elsewhere, "ben")) == Reply(200, ["ben"])
    with pytest.raises(Unauthenticated):
        service.admit(Call("one.come"))


def test_a_refusal_becomes_a_reply_that_explains_itself(service: Service) -> None:
    """In the room's own shape, with the room's choices; requirement and pointer beside it."""
    reply = come(service, "one", missing="/id")
    assert (reply.status, reply.body["said"], reply.body["choices"]) == (
        418,
        "no",
        {"one.open": "yes"},
    )
    assert reply.headers == [
        ("X-Own", "one"),
        ("X-Mock-Requirement", "MIN-011"),
        ("X-Mock-Pointer", "/id"),
    ]
    assert reply.body["operation"] == "one.come"
    nobody = service.answer(Call("one.come"))
    assert nobody.headers == [("X-Own", "one"), ("X-Mock-Requirement", "MIN-010")]
    assert service.state("one") == ["1"]


def test_a_fault_of_ours_cites_no_requirement(service: Service) -> None:
    """There is none that it upholds."""
    reply = service.refuse("two", Broken("fell down"))
    assert (reply.headers, reply.body["operation"]) == ([("X-Own", "two")], "")


@pytest.mark.parametrize(
    ("pointer", "sent"),
    [
        ("/a b/日", "/a%20b/%E6%97%A5"),
        ("/a\r\nX: y", "/a%0D%0AX:%20y"),
        ("/a~1b/0", "/a~1b/0"),
        ("/" + "k" * 1000, "/" + "k" * 159),
    ],
)
def test_a_pointer_in_a_header_is_short_and_ascii(
    service: Service, pointer: str, sent: str
) -> None:
    """RFC 6901, section 6, says how; keys of the caller's own body may stand in it."""
    assert come(service, "one", missing=pointer).headers[-1] == ("X-Mock-Pointer", sent)


def test_a_fixture_error_says_whose_fixture_it_is() -> None:
    """The room does not know its file."""
    blueprints: dict[str, Any] = {
        "one": Blueprint(fixture={}),
        "two": Blueprint(fixture={"bad": True}),
    }
    with pytest.raises(FixtureError, match="this cannot be") as caught:
        Service([room("one"), room("two")], blueprints, Clock())
    assert (caught.value.vendor, caught.value.pointer) == ("two", "/bad")
