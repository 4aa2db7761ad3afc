"""The kit against tiny wrong servers: it finds what is wrong, and never stumbles itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from conformance.config import Config
from conformance.exchange import Request, Response
from conformance.execution import Result, execute
from conformance.plugin import named_by, why_disabled
from conformance.preflight import NotReady, look
from conformance.selftest import collected
from conformance.session import Run, Session
from conformance.transports import InProcess, Network
from conformance.vendors import profile_of
from tests.conformance import miniatures

READ = "contract:GET-customer-segment-retrieve-segment"
LIST = "contract:GET-customer-segment-retrieve-segments"
CREATE = "contract:POST-customer-segment-create-segment"

CONFIG = Config(
    "emporix",
    options={"tenant": "acme", "site_code": "main"},
    credentials={
        "manage": {"token": "token-of-acme"},
        "read": {"token": "token-of-a-reader"},
        "other_tenant": {"token": "token-of-globex", "tenant": "globex"},
    },
    settle=1.0,
)


class Time:
    """A clock that runs only while somebody waits."""

    def __init__(self) -> None:
        self.seconds = 1_795_262_400.0

    def now(self) -> float:
        """Return seconds since 1970."""
        return self.seconds

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds


class Impatient(Network):
    """A network on which nobody waits between attempts."""

    def wait(self, seconds: float) -> None:
        """Return at once."""

    def close(self) -> None:
        """Close every connection."""
        self._session.close()


def in_process(app: Any) -> InProcess:
    """Return a transport into an application."""
    time = Time()
    return InProcess(app, now=time.now, wait=time.wait, base_url="http://miniature")


@contextmanager
def session_with(transport: InProcess | Impatient | Fixed) -> Iterator[Session]:
    """Yield a session of a run against a transport, which is closed after it."""
    try:
        yield Session(profile_of("emporix"), CONFIG, transport, run=Run(id="mini"))
    finally:
        transport.close()


def judged(transport: InProcess | Impatient | Fixed, *requirements: str) -> list[Result]:
    """Run every test of the kit that names one of some requirements."""
    with session_with(transport) as session:
        return _judged(session, requirements)


def _judged(session: Session, requirements: Sequence[str]) -> list[Result]:
    results = []
    for test in collected("emporix"):
        named = named_by(test.item)
        if set(requirements) & set(named) and not why_disabled(test.item, session):
            case = session.profile.case(session, test.name, named)
            arguments = {**test.arguments, "emporix": case}
            results.append(execute(case, lambda t=test, a=arguments: t.call(**a)).result)
    session.clean_up()
    assert results, f"no test names {requirements}"
    return results


def outcomes(results: Sequence[Result]) -> Mapping[str, set[str]]:
    """Return every outcome that a requirement, or the contract of an operation, had."""
    found: dict[str, set[str]] = {}
    for result in results:
        for judgement in result.judgements:
            found.setdefault(judgement.requirement, set()).add(judgement.outcome)
    return found


def stumbles(results: Sequence[Result]) -> list[str]:
    """Return what the tests stumbled over themselves."""
    return [f"{each.test}: {each.reason}" for each in results if "stumbled" in each.reason]


WRONG = {
    miniatures.ForgetsDeletes: ("EMX-161",),
    miniatures.ForgetsSegments: ("EMX-051",),
    miniatures.CountsThePage: ("EMX-221",),
    miniatures.IgnoresTokens: ("EMX-001", "EMX-002"),
    miniatures.LeaksTenants: ("EMX-094",),
    miniatures.SpeaksHtml: ("EMX-022", READ),
}
"""Miniature -> what must be found violated."""


@pytest.mark.parametrize("wrong", WRONG, ids=lambda each: each.__name__)
def test_what_is_wrong_is_found(wrong: type[miniatures.Right]) -> None:
    """A server that is wrong in one way fails the requirement that it breaks."""
    asked = [each for each in WRONG[wrong] if each.startswith("EMX")]
    results = judged(in_process(wrong()), *asked)
    found = outcomes(results)
    assert not stumbles(results)
    for requirement in WRONG[wrong]:
        assert "fail" in found[requirement], (requirement, found[requirement])


@pytest.mark.parametrize(
    "requirement", sorted({each for row in WRONG.values() for each in row if each != READ})
)
def test_what_is_right_is_not_found_wrong(requirement: str) -> None:
    """The server that all of them are made from passes what each of them fails."""
    results = judged(in_process(miniatures.Right()), requirement)
    found = outcomes(results)
    assert not stumbles(results)
    assert "pass" in found[requirement]
    assert not {"fail", "error"} & found[requirement], [
        (each.test, each.failures) for each in results if each.failures
    ]


def test_a_server_that_always_fails_passes_nothing() -> None:
    """A server that answers 500 to everything fails, or leaves nothing to judge."""
    results = judged(
        in_process(miniatures.always_500), "EMX-001", "EMX-050", "EMX-092", "EMX-161", "EMX-221"
    )
    found = outcomes(results)
    assert not stumbles(results)
    for requirement in ("EMX-001", "EMX-050", "EMX-092", LIST, CREATE):
        assert "fail" in found[requirement], requirement
    for requirement in ("EMX-161", "EMX-221"):
        assert "pass" not in found[requirement], requirement


def test_a_server_that_finds_everything_fine_passes_nothing() -> None:
    """A server that answers 200 and an empty object to everything is found out."""
    results = judged(
        in_process(miniatures.always_fine), "EMX-001", "EMX-050", "EMX-092", "EMX-161", "EMX-221"
    )
    found = outcomes(results)
    assert not stumbles(results)
    for requirement in ("EMX-001", "EMX-050", "EMX-092", LIST, CREATE):
        assert "fail" in found[requirement], requirement
    for requirement in ("EMX-161", "EMX-221"):
        assert "pass" not in found[requirement], requirement


@pytest.mark.parametrize("app", [miniatures.walks_away, miniatures.breaks_down])
def test_an_application_that_does_not_answer_is_an_error(app: Any) -> None:
    """Where no answer comes nothing is judged: an error of the run, no fault of the target."""
    results = judged(in_process(app), "EMX-001", "EMX-050", "EMX-092")
    assert not stumbles(results)
    for requirement in ("EMX-001", "EMX-050", "EMX-092"):
        assert outcomes(results)[requirement] == {"error"}


MUTE = {
    miniatures.hangs: "no answer to",
    miniatures.hangs_up: "the connection to",
    miniatures.stops_halfway: "the connection to",
    miniatures.speaks_nonsense: "the connection to",
}
"""What is done with a connection -> how the reason begins."""


@pytest.mark.parametrize("answer", MUTE, ids=lambda each: each.__name__)
def test_a_server_that_cannot_be_talked_to_is_an_error(answer: Callable[..., None]) -> None:
    """A server that hangs, hangs up or speaks no HTTP is no finding, and says what happened."""
    with miniatures.listening(answer) as url:
        results = judged(Impatient(url, timeout=0.05), "EMX-050", "EMX-092")
    assert not stumbles(results)
    for requirement in ("EMX-050", "EMX-092"):
        assert outcomes(results)[requirement] == {"error"}
    for result in results:
        assert result.reason.startswith(MUTE[answer]), result.reason


@pytest.mark.parametrize("answer", MUTE, ids=lambda each: each.__name__)
def test_a_server_that_cannot_be_talked_to_is_told_before_any_test(
    answer: Callable[..., None],
) -> None:
    """One sentence says that the target cannot be asked, before any test runs."""
    with (
        miniatures.listening(answer) as url,
        session_with(Impatient(url, timeout=0.05)) as session,
        pytest.raises(NotReady, match=MUTE[answer]),
    ):
        look(session)


class Fixed:
    """A transport whose every answer is the same."""

    base_url = "http://miniature"

    def __init__(self, response: Response) -> None:
        self.response = response

    def send(self, request: Request) -> Response:
        """Return the answer."""
        return self.response

    def wait(self, seconds: float) -> None:
        """Return at once."""

    def now(self) -> float:
        """Return the beginning of time."""
        return 0.0

    def close(self) -> None:
        """Do nothing: nothing is open."""


JSON = ("Content-Type", "application/json")
STRANGE = {
    "nothing": Response(200, (JSON,)),
    "null": Response(200, (JSON,), b"null"),
    "a number": Response(200, (JSON,), b"1" * 400),
    "lists": Response(200, (JSON,), b"[[[]], null, 0]"),
    "no JSON": Response(200, (JSON,), b"{"),
    "another media type": Response(200, (("Content-Type", "image/png"),), b"\x89PNG"),
    "ids that are objects": Response(201, (JSON,), b'{"id": {"id": []}, "metadata": "x"}'),
    "a status that does not exist": Response(999, (JSON,), b"{}"),
}


@pytest.mark.parametrize("response", STRANGE.values(), ids=list(STRANGE))
def test_no_answer_makes_the_kit_stumble(response: Response) -> None:
    """Whatever a target sends is judged; no test of the kit stumbles over it."""
    results = judged(Fixed(response), "EMX-050", "EMX-051", "EMX-092", "EMX-161", "EMX-221")
    assert not stumbles(results)
