"""What a test holds in its hands: sending, judging, waiting."""

from __future__ import annotations

import json

import pytest

from conformance.case import Case
from conformance.catalogue import UnknownOperation
from conformance.emporix import operations as op
from conformance.exchange import Request
from conformance.judging import KitFault, Unmet, Violation
from conformance.safety import LimitReached, Limits, TransportFailure
from tests.conformance.targets import (
    ALSO_DOCUMENTED,
    CONTRADICTED,
    DOCUMENTED,
    UNDOCUMENTED,
    Target,
    case_with,
    json_of,
    lost,
    session_with,
)

SEGMENT = {"segmentId": "s 1/2"}


class TestSending:
    """One request, and what is noted of it."""

    def test_an_operation_is_addressed(self) -> None:
        """Path parameters of the configuration and of the test are filled in, and encoded."""
        target = Target()
        case_with(target).send(op.READ, path=SEGMENT, query={"a": True, "b": "x y"})
        assert target.lines == ["GET /customer-segment/acme/segments/s%201%2F2?a=true&b=x+y"]
        assert target.sent[0].operation == op.READ

    def test_a_path_parameter_of_the_test_replaces_the_configured_one(self) -> None:
        """A test may ask for somebody else's tenant."""
        target = Target()
        case_with(target).send(op.LIST, path={"tenant": "globex"})
        assert target.lines == ["GET /customer-segment/globex/segments"]

    def test_an_operation_of_no_document_is_a_fault(self) -> None:
        """Nothing is sent to where no document leads."""
        target = Target()
        with pytest.raises(UnknownOperation):
            case_with(target).send("nothing")
        assert target.sent == []

    def test_a_body_is_sent_as_json(self) -> None:
        """Null is a body too; without one there is neither body nor media type."""
        target = Target()
        case = case_with(target)
        case.send(op.CREATE, body={"ü": "\ud800"})
        case.send(op.CREATE, body=None)
        case.send(op.CREATE)
        case.send(op.CREATE, raw=b"a=b", content_type="text/x")
        case.send(op.CREATE, raw=b"", body={})
        bodies = [request.body for request in target.sent]
        assert bodies == [
            '{"ü": "\ud800"}'.encode("utf-8", "surrogatepass"),
            b"null",
            b"",
            b"a=b",
            b"",
        ]
        kinds = [dict(request.headers).get("Content-Type") for request in target.sent]
        assert kinds == ["application/json", "application/json", None, "text/x", None]

    def test_credentials_are_sent(self) -> None:
        """A proof goes with methods that change something; nobody is nobody."""
        target = Target()
        case = case_with(target)
        case.default_credential = "read"
        case.send(op.LIST)
        case.send(op.CREATE, by="manage")
        case.send(op.LIST, by="")
        assert [dict(request.headers) for request in target.sent] == [
            {"Accept": "application/json", "Authorization": "Bearer read"},
            {"Accept": "application/json", "Authorization": "Bearer manage", "X-Proof": "signed"},
            {"Accept": "application/json"},
        ]
        assert [request.credential for request in target.sent] == ["read", "manage", ""]

    def test_headers_of_a_test_come_last(self) -> None:
        """What a test names replaces a header of any case, those of a credential included."""
        target = Target()
        case_with(target).send(
            op.LIST, by="read", headers={"authorization": "Basic x", "ACCEPT": "*/*"}
        )
        assert target.sent[0].headers == (("authorization", "Basic x"), ("ACCEPT", "*/*"))

    def test_a_missing_credential_is_named_with_what_it_would_judge(self) -> None:
        """Nothing is sent, and the reason says what to add and what for."""
        target = Target()
        case = case_with(target, DOCUMENTED, ALSO_DOCUMENTED)
        with pytest.raises(
            Unmet, match=r"^add emporix\.credentials\.other to judge EMX-001, EMX-002$"
        ):
            case.send(op.LIST, by="other")
        assert target.sent == []

    def test_an_exchange_is_noted(self) -> None:
        """Every request is numbered within its test and kept with its answer and its step."""
        target = Target(json_of(200, []), json_of(404, {}))
        case = case_with(target)
        first = case.send(op.LIST)
        second = case.send(op.LIST, step="set up")
        assert [each.number for each in case.record.exchanges] == [1, 2]
        assert [each.step for each in case.record.exchanges] == ["", "set up"]
        assert (first.exchange, second.exchange) == tuple(case.record.exchanges)
        assert (first.status, second.status) == (200, 404)

    def test_a_lost_answer_is_noted(self) -> None:
        """Where no answer comes the request is kept with what happened."""
        case = case_with(Target(lost()))
        with pytest.raises(TransportFailure, match="the line is dead"):
            case.send(op.CREATE, body={})
        [exchange] = case.record.exchanges
        assert (exchange.number, exchange.response, exchange.trouble) == (
            1,
            None,
            "the line is dead",
        )

    def test_what_the_witness_finds_is_noted(self) -> None:
        """Findings go with the number of the exchange."""
        case = case_with(Target(json_of(200, []), json_of(200, {})))
        case.send(op.LIST)
        case.send(op.LIST)
        assert [(number, finding.what) for number, finding in case.record.findings] == [(2, "body")]

    def test_a_request_of_no_operation_can_be_sent(self) -> None:
        """Paths that no document has may be asked for; nobody witnesses them."""
        case = case_with(Target(json_of(299, 1)))
        assert case.exchange(Request("GET", "/nowhere")).status == 299
        assert case.record.findings == []

    def test_a_limit_stops_a_test(self) -> None:
        """What is over the limit is not sent, and keeps its own reason."""
        target = Target()
        case = case_with(target, DOCUMENTED, limits=Limits(requests=1))
        case.send(op.LIST)
        with pytest.raises(LimitReached, match=r"^the limit of 1 requests was reached$"):
            case.send(op.LIST)
        assert len(target.sent) == len(case.record.exchanges) == 1

    def test_a_limit_that_stops_a_login_is_no_missing_credential(self) -> None:
        """Reaching a limit while logging in is told as what it is."""

        def log_in(session: object, name: str) -> object:
            raise LimitReached("enough")

        with pytest.raises(LimitReached, match=r"^enough$"):
            case_with(Target(), DOCUMENTED, log_in=log_in).send(op.LIST, by="read")


class TestJudging:
    """A test judges what it names and what is documented; anything else is the kit's fault."""

    def test_what_is_named_and_documented_is_judged(self) -> None:
        """A check that holds is kept once; one that fails is kept and ends the test."""
        case = case_with(Target(), DOCUMENTED, ALSO_DOCUMENTED)
        reply = case.send(op.LIST)
        case.judge(DOCUMENTED, reply).status(200).status(200)
        assert case.record.passed == [DOCUMENTED]
        with pytest.raises(Violation):
            case.judge([ALSO_DOCUMENTED, DOCUMENTED], reply).status(404)
        assert [each.requirement for each in case.record.judgements] == [
            ALSO_DOCUMENTED,
            DOCUMENTED,
        ]

    @pytest.mark.parametrize(
        ("named", "judged", "reason"),
        [
            ((DOCUMENTED,), ALSO_DOCUMENTED, "test_it does not name EMX-002"),
            ((DOCUMENTED,), (DOCUMENTED, ALSO_DOCUMENTED), "test_it does not name EMX-002"),
            ((CONTRADICTED,), CONTRADICTED, "EMX-024 is contradicted: it may be observed"),
            ((UNDOCUMENTED,), UNDOCUMENTED, "EMX-007 is undocumented: it may be observed"),
            (("EMX-999",), "EMX-999", "the ledger has no EMX-999"),
            ((DOCUMENTED,), (), "no requirement"),
        ],
    )
    def test_anything_else_is_a_fault_of_the_kit(
        self, named: tuple[str, ...], judged: str | tuple[str, ...], reason: str
    ) -> None:
        """What is not named, not documented or not in the ledger is never judged."""
        case = case_with(Target(), *named)
        with pytest.raises(KitFault, match=reason):
            case.judge(judged)
        assert case.record.passed == []

    def test_a_variant_is_observed(self) -> None:
        """What is contradicted is reported with what was seen, and fails nobody."""
        case = case_with(Target(), CONTRADICTED)
        case.observe(CONTRADICTED, "as a list", case.send(op.LIST))
        case.observe(CONTRADICTED, "as an object")
        assert [(each.outcome, each.message, each.exchange) for each in case.record.judgements] == [
            ("observed", "as a list", 1),
            ("observed", "as an object", 0),
        ]
        with pytest.raises(KitFault, match="does not name"):
            case.observe(UNDOCUMENTED, "whatever")


class TestSettingUp:
    """What cannot be had makes a test inconclusive and says what is missing."""

    def test_what_a_test_rests_on_is_needed(self) -> None:
        """Another status than the needed one leaves nothing to judge."""
        case = case_with(Target(json_of(500)))
        reply = case.send(op.LIST)
        assert case.need(reply, 200, 500, what="reading") is reply
        with pytest.raises(Unmet, match=r"^reading was answered with 500, so there was nothing"):
            case.need(reply, 200, what="reading")

    def test_known_things_come_from_the_configuration(self) -> None:
        """Those with all the fields that are asked for are returned; too few are named."""
        rows = [{"id": "p1", "category": "c"}, {"id": "p2"}]
        case = case_with(Target(), DOCUMENTED, config={"known": {"products": rows}})
        assert case.known("products") == rows
        assert case.known("products", "id", "category") == rows[:1]
        for asked, at_least, advice in [
            (("id", "category"), 2, "products with id and category (at least 2)"),
            (("x",), 1, "products with x"),
        ]:
            with pytest.raises(Unmet) as caught:
                case.known("products", *asked, at_least=at_least)
            assert caught.value.reason == f"add emporix.known.{advice} to judge EMX-001"
        with pytest.raises(Unmet, match=r"^add emporix\.known\.customers to judge"):
            case.known("customers")

    def test_options_come_from_the_configuration(self) -> None:
        """An option that is not there, or empty, is named."""
        case = case_with(Target(), config={"options": {"tenant": "acme", "site_code": ""}})
        assert case.option("tenant") == "acme"
        for name in ("site_code", "other"):
            with pytest.raises(Unmet, match=rf"^add emporix\.{name}$"):
                case.option(name)

    def test_what_else_is_lacking_is_named(self) -> None:
        """Vendors name what they miss in the same words."""
        case = case_with(Target(), DOCUMENTED)
        assert case.lacking("a customer").reason == "add a customer to judge EMX-001"
        assert case.has_credential("manage")
        assert not case.has_credential("other")

    def test_new_names_are_nobody_elses(self) -> None:
        """No two calls, tests or runs give the same name; equal runs give equal ones."""
        session = session_with(Target())
        one, other = Case(session, "one", ()), Case(session, "other", ())
        names = [case.fresh() for case in (one, other) for _ in range(50)]
        assert len(set(names)) == 100
        again = Case(session_with(Target()), "one", ())
        assert [again.fresh() for _ in range(50)] == names[:50]
        assert {len(name) for name in names} == {10}
        assert one.fresh_name().startswith("Conformance unit ")
        assert one.fresh_id().startswith("scunit")
        assert one.fresh_id().isalnum()
        assert one.fresh_id().islower()


class TestSettling:
    """Effects that need not be immediate are waited for, and no longer than is configured."""

    def test_an_immediate_effect_costs_nothing(self) -> None:
        """Where it holds at the first look nobody waits and nobody looks again."""
        target = Target(json_of(200, [1]))
        case = case_with(target)
        reply = case.settle(lambda: case.send(op.LIST), lambda reply: reply.json == [1])
        assert reply.json == [1]
        assert (len(target.sent), target.waits) == (1, [])
        assert case.session.governor.counts.waited == 0

    def test_a_late_effect_is_waited_for(self) -> None:
        """It is looked at again after ever longer pauses, until it holds."""
        target = Target(*[json_of(200, [])] * 3, json_of(200, [1]))
        case = case_with(target)
        reply = case.settle(lambda: case.send(op.LIST), lambda reply: reply.json == [1])
        assert reply.json == [1]
        assert target.waits == [0.05, 0.1, 0.2]
        assert case.session.governor.counts.waited == pytest.approx(0.35)

    def test_waiting_ends_at_the_settling_time(self) -> None:
        """What does not show by then is looked at once more, exactly at the end."""
        target = Target(json_of(200, []))
        case = case_with(target, config={"settle": 1.0})
        reply = case.settle(lambda: case.send(op.LIST), lambda reply: reply.json == [1])
        assert reply.json == []
        assert sum(target.waits) == pytest.approx(1.0)
        assert len(target.sent) == len(target.waits) + 1
        assert target.waits == pytest.approx([0.05, 0.1, 0.2, 0.4, 0.25])

    @pytest.mark.parametrize(("within", "waited"), [(0.3, 0.3), (0.0, 0.0), (5.0, 1.0)])
    def test_some_effects_have_less_time(self, within: float, waited: float) -> None:
        """A test may wait for less than the settling time, never for more."""
        target = Target(json_of(200, []))
        case = case_with(target, config={"settle": 1.0})
        case.settle(lambda: case.send(op.LIST), lambda reply: False, within=within)
        assert sum(target.waits) == pytest.approx(waited)

    def test_without_settling_time_there_is_one_look(self) -> None:
        """A run that grants no time takes the first answer."""
        target = Target(json_of(200, []))
        case = case_with(target, config={"settle": 0.0})
        case.settle(lambda: case.send(op.LIST), lambda reply: False)
        assert (len(target.sent), target.waits) == (1, [])

    def test_time_is_the_targets(self) -> None:
        """A pause passes at the target, and is counted."""
        target = Target()
        case = case_with(target)
        before = case.now()
        case.pause(2.5)
        assert case.now() - before == 2.5
        assert case.session.governor.counts.waited == 2.5


def test_what_is_sent_is_what_is_noted() -> None:
    """The exchange of a test has the very bytes that went out."""
    target = Target()
    case = case_with(target)
    case.send(op.CREATE, body={"name": "ü"})
    assert json.loads(case.record.exchanges[0].request.body) == {"name": "ü"}
    assert case.record.exchanges[0].request is target.sent[0]
