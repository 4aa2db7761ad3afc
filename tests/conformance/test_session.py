"""What the tests of one run share: credentials, services, limits, and what is between them."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.case import Case
from conformance.emporix import operations as op
from conformance.exchange import Request
from conformance.journal import Journal
from conformance.judging import Unmet, Unsupported
from conformance.session import BACKGROUND, Credential, Run, Session
from conformance.witness import Witness
from tests.conformance.targets import CONFIG, Target, case_with, json_of, make, session_with

COUPONS = "/coupon/acme/coupons"


class Counter:
    """A login that counts how often it was asked for."""

    def __init__(self, lives: float = float("inf")) -> None:
        self.lives = lives
        self.names: list[str] = []

    def __call__(self, session: Session, name: str) -> Credential:
        """Return a credential with a number."""
        self.names.append(name)
        return Credential(
            (("Authorization", f"{name}-{len(self.names)}"),),
            expires=session.transport.now() + self.lives,
        )


class TestCredentials:
    """Who sends is logged in when it is needed, and again in time."""

    def test_nobody_logs_in_before_it_is_needed(self) -> None:
        """Each credential is had once, when it is first used."""
        log_in = Counter()
        case = case_with(Target(), log_in=log_in)
        assert log_in.names == []
        for name in ("read", "manage", "read"):
            case.send(op.LIST, by=name)
        assert log_in.names == ["read", "manage"]

    def test_one_that_ends_soon_is_had_anew(self) -> None:
        """A credential with less than a minute to live is not used any more."""
        log_in, target = Counter(lives=100), Target()
        session = session_with(target, log_in=log_in)
        first = session.credential("read")
        target.wait(40)
        assert session.credential("read") is first
        target.wait(0.5)
        assert session.credential("read").headers == (("Authorization", "read-2"),)

    def test_one_that_was_forgotten_is_had_anew(self) -> None:
        """Tests that end a login of the session's say so; forgetting nothing is fine."""
        log_in = Counter()
        session = session_with(Target(), log_in=log_in)
        session.credential("read")
        session.forget("read")
        session.forget("manage")
        session.credential("read")
        assert log_in.names == ["read", "read"]

    def test_one_that_died_is_had_anew(self) -> None:
        """The request is sent again with the new one, and the second answer counts."""
        target = Target(json_of(401), json_of(200, []), json_of(401), json_of(403))
        case = case_with(target, log_in=Counter())
        assert case.send(op.LIST, by="read").status == 200
        assert [dict(each.headers)["Authorization"] for each in target.sent] == ["read-1", "read-2"]
        reply = case.send(op.LIST, by="read", headers={"authorization": "mine"})
        assert (reply.status, dict(target.sent[-1].headers)["authorization"]) == (403, "mine")

    def test_one_that_dies_again_and_again_is_not_had_for_ever(self) -> None:
        """That is the target's fault."""
        log_in, target = Counter(), Target(json_of(401))
        case = case_with(target, log_in=log_in)
        for _ in range(5):
            assert case.send(op.LIST, by="read").status == 401
        assert len(log_in.names) == 4
        assert len(target.sent) == 5 + 3

    def test_one_that_cannot_be_had_anew_is_refused(self) -> None:
        """A token that stands in the configuration, or a login that fails: 401 is the answer."""
        assert case_with(Target(json_of(401))).send(op.LIST, by="read").status == 401
        names: list[str] = []

        def log_in(_session: Session, name: str) -> Credential:
            names.append(name)
            if len(names) > 1:
                raise Unmet("the target is away")
            return Credential((("Authorization", "first"),))

        target = Target(json_of(401), json_of(401), json_of(200, []))
        case = case_with(target, log_in=log_in)
        assert case.send(op.LIST, by="read").status == 401
        assert case.send(op.LIST, by="read").status == 401
        assert len(target.sent) == 2

    def test_one_that_is_not_configured_is_named(self) -> None:
        """The reason says what to add."""
        log_in = Counter()
        with pytest.raises(Unmet, match=r"^add emporix\.credentials\.other$"):
            session_with(Target(), log_in=log_in).credential("other")
        assert log_in.names == []

    def test_what_is_configured_as_secret_is_known(self) -> None:
        """The secrets of the configuration are taken out of what is shown."""
        session = session_with(Target(), config={"secrets": {"hunter22": "EMPORIX_PASSWORD"}})
        assert session.secrets.text("it is hunter22") == "it is ${EMPORIX_PASSWORD}"


class TestReadOnly:
    """The read-only profile sends no unsafe method, whoever asks for it."""

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    @pytest.mark.parametrize("step", ["", "set up", "clean up"])
    def test_no_unsafe_method_is_sent(self, method: str, step: str) -> None:
        """It is unmet, and nothing goes out."""
        target = Target()
        case = case_with(target, run=Run("read-only"))
        with pytest.raises(Unmet, match="sends no unsafe method"):
            case.exchange(Request(method, "/x"), step=step, urgent=True)
        assert target.sent == []

    def test_safe_methods_and_logins_are_sent(self) -> None:
        """Reading is what it is for, and a login is needed to read."""
        target = Target()
        case = case_with(target, run=Run("read-only"))
        case.send(op.LIST)
        case.send(op.SERVICE_TOKEN, step="log in")
        assert [request.method for request in target.sent] == ["GET", "POST"]

    def test_other_profiles_write(self) -> None:
        """Only this profile is held back."""
        for profile in ("full", "smoke"):
            target = Target()
            case_with(target, run=Run(profile)).send(op.CREATE, body={})
            assert len(target.sent) == 1


class TestServices:
    """A service that the target does not have makes nothing fail."""

    def test_one_that_is_said_to_be_missing_is_never_asked(self) -> None:
        """The configuration says so, and nothing is sent."""
        target = Target()
        case = case_with(target, config={"options": {**CONFIG.options, "without": ["coupon"]}})
        with pytest.raises(Unsupported, match=r"^the configuration says that there is no coupon"):
            case.send(op.LIST_COUPONS)
        case.send(op.LIST)
        assert len(target.sent) == 1

    @pytest.mark.parametrize("status", [404, 405, 501])
    def test_one_whose_path_is_not_there_is_missing(self, status: int) -> None:
        """The first answer tells; nothing more is sent to it, and the reason stays the same."""
        target = Target(json_of(status), json_of(200, []))
        case = case_with(target)
        told = f"the target has no coupon service: GET {COUPONS} was answered with {status}"
        for operation in (op.LIST_COUPONS, op.CREATE_COUPON, op.LIST_COUPONS):
            with pytest.raises(Unsupported) as caught:
                case.send(operation, query={"q": "x"})
            assert caught.value.reason == told
        assert target.lines == [f"GET {COUPONS}?q=x"]
        assert len(case.record.exchanges) == 1
        case.send(op.LIST)

    @pytest.mark.parametrize("status", [200, 400, 401, 403, 429 - 1, 500])
    def test_one_that_answers_is_there(self, status: int) -> None:
        """Any other status is a service's; a 404 after it is judged like any."""
        case = case_with(Target(json_of(status), json_of(404)))
        assert case.send(op.LIST_COUPONS).status == status
        assert case.send(op.LIST_COUPONS).status == 404

    def test_a_thing_that_is_not_there_is_no_missing_service(self) -> None:
        """A 404 for an id says nothing about the service."""
        case = case_with(Target(json_of(404)))
        assert case.send(op.READ_COUPON, path={"code": "none"}).status == 404
        assert case.send(op.LIST_COUPONS).status == 404

    def test_a_tenant_that_is_not_there_is_no_missing_service(self) -> None:
        """Nor does a 404 for somebody else's tenant."""
        case = case_with(Target(json_of(404)))
        assert case.send(op.LIST_COUPONS, path={"tenant": "globex"}).status == 404

    def test_the_service_that_is_judged_is_never_missing(self) -> None:
        """The segments themselves are no option."""
        assert case_with(Target(json_of(404))).send(op.LIST).status == 404


class TestBackground:
    """What no test sends has a record of its own."""

    def test_it_is_there_when_it_is_needed(self) -> None:
        """It is one case for the whole session, and names no requirement."""
        session = session_with(Target())
        assert session.background is session.background
        assert (session.background.record.test, session.background.record.named) == (BACKGROUND, ())

    def test_it_does_not_mix_with_tests(self) -> None:
        """What is sent between the tests is not in the record of one."""
        session = session_with(Target())
        case = Case(session, "test_it", ())
        session.background.send(op.LIST)
        assert case.record.exchanges == []
        assert len(session.background.record.exchanges) == 1


def test_a_session_writes_where_it_is_told(tmp_path: Path) -> None:
    """Creations go to the journal that was handed over; without one, to memory."""
    journal = Journal(tmp_path / "x.jsonl")
    make(case_with(Target(), journal=journal), "a")
    assert journal.count == 1
    assert session_with(Target()).journal.path is None


def test_a_witness_can_be_handed_on() -> None:
    """Sessions of the same contract may share one, and what it has judged."""
    witness = session_with(Target()).witness
    assert isinstance(witness, Witness)
    assert session_with(Target(), witness=witness).witness is witness


def test_the_run_may_overrule_the_settling_time() -> None:
    """None leaves the configuration's; zero is a value."""
    assert session_with(Target()).settle_seconds == CONFIG.settle
    assert session_with(Target(), run=Run(settle=0.0)).settle_seconds == 0.0


def test_a_run_may_judge_by_the_published_document() -> None:
    """Requests are made by the corrected document; answers are judged by the vendor's own."""
    session = session_with(Target(), run=Run(as_published=True))
    assert session.judged is not session.catalogue
    assert session.judged.document is session.contract.published
    assert session.catalogue.document is session.contract.document
    usual = session_with(Target())
    assert usual.judged is usual.catalogue


def test_a_newer_contract_has_more() -> None:
    """The edition that the configuration names is taken."""
    options = {**CONFIG.options, "contract": "2026-09"}
    assert op.LIST_GROUPS in session_with(Target(), config={"options": options}).catalogue
    assert op.LIST_GROUPS not in session_with(Target()).catalogue


def test_names_differ_by_seed_and_by_run() -> None:
    """Two runs against one target do not meet; equal ones are equal."""
    runs = [Run(seed=seed, id=id_) for seed in (0, 1) for id_ in ("a", "b")]
    names = {session_with(Target(), run=run).fresh("key") for run in runs}
    assert len(names) == 4
    again = session_with(Target(), run=runs[0])
    assert again.fresh("key") in names
    assert again.fresh("key", 4) == again.fresh("key")[:4]


def test_a_session_lets_go_of_its_target() -> None:
    """Whoever ends a session closes what it holds."""
    target = Target()
    session_with(target).close()
    assert target.closed
