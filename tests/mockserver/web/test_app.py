"""The whole application: contracts before Connexion, Flask for the rest, CORS around both."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from mockserver import contracts
from mockserver.assembly import Settings
from mockserver.kernel.clock import Clock
from mockserver.kernel.room import FixtureError
from mockserver.vendors import ROOMS
from mockserver.web.app import Mock, build
from mockserver.web.fixtures import check_fixture
from mockserver.web.welcome import as_text, greetings

from .client import Client

ORIGIN = {"Origin": "https://shop.example.com"}


@pytest.fixture(scope="module")
def mock() -> Mock:
    """All vendors, with small worlds."""
    return build(Settings(segments=0, customers=0, products=0, seed=7))


@pytest.fixture
def browser(mock: Mock) -> Client:
    """A client with no credentials."""
    return Client(mock.app, {"host": "mock.test:8080"})


class TestContracts:
    """Every vendor is there, at its own paths."""

    @pytest.mark.parametrize(
        "path",
        ["/customer-segment/acme/segments", "/api/DEFAULT/segment", "/users/segments/"],
    )
    def test_operations_ask_who_is_there(self, browser: Client, path: str) -> None:
        """In JSON, whatever the vendor."""
        answer = browser.send("GET", path)
        assert answer.status == 401
        assert answer.header("content-type") == "application/json"

    @pytest.mark.parametrize("vendor", ROOMS)
    def test_every_demo_credential_of_the_start_page_is_a_header(
        self, mock: Mock, vendor: str
    ) -> None:
        """And a curl command says how to use one."""
        found = {each.vendor: each for each in greetings(mock.service, "http://mock.test")}[vendor]
        assert found.demos
        assert all(demo.header and demo.token in demo.value for demo in found.demos)
        assert "curl" in found.example
        assert "http://mock.test/" in found.example

    def test_a_subset_serves_nothing_of_the_others(self) -> None:
        """Their paths are then like any other."""
        only = Client(build(Settings(vendors=("akinon",)), cors=False).app, {"host": "mock.test"})
        assert only.send("GET", "/users/segments/").status == 401
        answer = only.send("GET", "/customer-segment/acme/segments")
        assert answer.status == 404
        assert "akinon" in answer.json["message"]
        assert only.send("GET", "/docs/emporix.json").status == 404
        assert only.send("GET", "/docs/companions/emporix.json").status == 404


class TestPages:
    """What Flask serves."""

    def test_the_start_page_names_everybody(self, mock: Mock, browser: Client) -> None:
        """As the text in the terminal does."""
        page = browser.send("GET", "/")
        assert page.status == 200
        text = as_text(mock.service, "http://mock.test:8080", 7)
        for vendor in ROOMS:
            assert f"http://mock.test:8080/docs/{vendor}/" in page.data.decode()
            assert f"http://mock.test:8080/docs/{vendor}/" in text
        assert "seed 7)" in text
        assert "seed 7. " in page.data.decode()

    @pytest.mark.parametrize(
        ("frozen", "told"),
        [
            # A running clock has gone on by the time that it is asked.
            (False, "seed 1, clock starts at 1970-01-01T0"),
            (True, "seed 1, clock stands at 1970-01-01T00:00:00.000Z"),
        ],
    )
    def test_a_clock_of_its_own_is_told(self, frozen: bool, told: str) -> None:
        """And a contract that is newer than the bundled one."""
        editions, start = {"emporix": "2026-09"}, partial(Clock, 0, frozen=frozen)
        other = build(Settings(vendors=("emporix",), seed=1, editions=editions, clock=start))
        page = Client(other.app, {"host": "mock.test"}).send("GET", "/").data.decode()
        for text in (page, as_text(other.service, "http://mock.test", 1)):
            assert told in text
            assert "Emporix Customer Segment Service, contract 2026-09" in text
        health = Client(other.app, {}).send("GET", "/_mock/health").json
        assert health["time"].startswith("1970-01-01T0")

    def test_documents_are_those_of_the_version_that_is_served(self) -> None:
        """Swagger UI shows what can be called."""
        newer = build(Settings(vendors=("emporix",), editions={"emporix": "2026-09"}))
        served = Client(newer.app, {}).send("GET", "/docs/emporix.json").json
        assert "/customer-segment/{tenant}/segments/me" in served["paths"]

    def test_health_says_what_is_served(self, browser: Client) -> None:
        """With the seed."""
        told = browser.send("GET", "/_mock/health").json
        assert (told["status"], told["seed"], told["vendors"]) == ("ok", 7, list(ROOMS))

    @pytest.mark.parametrize("vendor", ROOMS)
    def test_documents_are_served_with_this_server(self, browser: Client, vendor: str) -> None:
        """So that "Try it out" comes here; everything else is the contract."""
        contract = contracts.contract(vendor)
        for path, document in (
            (f"/docs/{vendor}.json", contract.document),
            (f"/docs/companions/{vendor}.json", contract.companions),
        ):
            served = browser.send("GET", path).json
            assert served["servers"] == [{"url": "/", "description": "This mock"}], path
            for part in ("openapi", "info", "paths"):
                assert served[part] == document[part], path
            assert served["components"]["schemas"] == document["components"]["schemas"], path
        assert browser.send("GET", f"/docs/{vendor}/").status == 200

    @pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
    def test_a_path_that_nobody_has_is_said_so(self, browser: Client, method: str) -> None:
        """With the way to the start page."""
        answer = browser.send(method, "/nobody/has/this")
        assert answer.status == 404
        assert answer.json["start"] == "http://mock.test:8080/"


class TestOrigins:
    """Browsers of any origin are answered, with credentials."""

    def test_a_preflight_is_granted(self, browser: Client) -> None:
        """Whatever header and method it asks for."""
        asked = {
            **ORIGIN,
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": "authorization,content-language",
        }
        answer = browser.send("OPTIONS", "/customer-segment/acme/segments", headers=asked)
        assert answer.status == 200
        assert answer.header("Access-Control-Allow-Origin") == ORIGIN["Origin"]
        assert answer.header("Access-Control-Allow-Credentials") == "true"
        assert "PUT" in str(answer.header("Access-Control-Allow-Methods"))
        assert "content-language" in str(answer.header("Access-Control-Allow-Headers"))

    @pytest.mark.parametrize("path", ["/users/segments/", "/", "/nobody/has/this"])
    def test_answers_may_be_read(self, browser: Client, path: str) -> None:
        """Refusals and pages too, with the headers that explain."""
        answer = browser.send("GET", path, headers=ORIGIN)
        assert answer.header("Access-Control-Allow-Origin") == ORIGIN["Origin"]
        assert "X-Mock-Requirement" in str(answer.header("Access-Control-Expose-Headers"))
        assert browser.send("GET", path).header("Access-Control-Allow-Origin") is None

    def test_it_can_be_switched_off(self) -> None:
        """Then no answer says a word about origins."""
        app = build(Settings(vendors=("akinon",)), cors=False).app
        answer = Client(app).send("GET", "/users/segments/", headers=ORIGIN)
        assert [name for name, _ in answer.headers if name.startswith("access-control")] == []


class TestFixtures:
    """A user's fixture is checked before a world is built from it."""

    @pytest.mark.parametrize("vendor", ROOMS)
    def test_the_bundled_ones_are_fine(self, vendor: str) -> None:
        """With and without a folder of one's own."""
        check_fixture(vendor, None)
        check_fixture(vendor, contracts.fixtures_folder())

    @pytest.mark.parametrize("vendor", ROOMS)
    def test_a_misspelt_key_is_found(self, vendor: str, tmp_path: Path) -> None:
        """No world is built, and the vendor is told."""
        own = tmp_path / vendor / "world.json"
        own.parent.mkdir()
        bundled = contracts.fixture_path(vendor).read_text("utf-8")
        own.write_text(bundled.replace('"asOf"', '"asof"', 1), "utf-8")
        with pytest.raises(FixtureError) as caught:
            build(Settings(vendors=(vendor,), fixtures=tmp_path))
        assert caught.value.vendor == vendor
        assert "as" in caught.value.message + caught.value.pointer
