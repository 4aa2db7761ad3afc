"""A session is opened as options and configuration say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conformance.config import ConfigError
from conformance.plugin import Options, opened
from conformance.preflight import NotReady
from conformance.runs import RunFolder
from conformance.safety import Limits
from conformance.session import SMOKE_REQUESTS
from conformance.transports import Network


def options(**fields: Any) -> Options:
    """Return options; what is named replaces what is usual."""
    usual: dict[str, Any] = {
        "config": None, "url": "", "bundled": True, "profile": "full", "seed": 0, "run": "unit",
        "settle": None, "limits": Limits(), "requirements": (), "edition": "",
        "as_published": False,
        "max_examples": 20, "ready": True,
    }  # fmt: skip
    return Options(**{**usual, **fields})


FILE = """
[emporix]
tenant = "acme"
base_url = "http://target.example/api/"
timeout = 7
[emporix.limits]
requests = 30
rate = 5
"""


class TestOpening:
    """A session is as options and configuration say."""

    def opened(self, tmp_path: Path, worker: str = "", **fields: Any) -> Any:
        """Return a session of a file."""
        path = tmp_path / "c.toml"
        path.write_text(FILE)
        session = opened(
            "emporix",
            options(bundled=False, config=path, **fields),
            RunFolder("unit", tmp_path),
            worker,
        )
        session.close()
        return session

    def test_the_target_is_where_the_file_says(self, tmp_path: Path) -> None:
        """Unless the command line names another."""
        session = self.opened(tmp_path)
        assert isinstance(session.transport, Network)
        assert session.transport.base_url == "http://target.example/api"
        assert self.opened(tmp_path, url="http://x").transport.base_url == "http://x"

    @pytest.mark.parametrize("url", ["127.0.0.1:8080", "ftp://target.example", "//target"])
    def test_a_base_url_has_a_scheme(self, tmp_path: Path, url: str) -> None:
        """Anything else is told before it is asked."""
        with pytest.raises(ConfigError, match="must begin with http:// or https://"):
            self.opened(tmp_path, url=url)

    def test_the_tightest_limit_holds(self, tmp_path: Path) -> None:
        """Of the file, of the command line, and of the smoke profile."""
        assert self.opened(tmp_path).run.limits == Limits(30, 5)
        given = Limits(100, 2, 60)
        assert self.opened(tmp_path, limits=given).run.limits == Limits(30, 2, 60)
        given = Limits(requests=0)
        assert self.opened(tmp_path, limits=given).run.limits.requests == 0
        assert self.opened(tmp_path, profile="smoke").run.limits.requests == 30
        bundled = opened("emporix", options(profile="smoke"), RunFolder("x"))
        bundled.close()
        assert bundled.run.limits == Limits(SMOKE_REQUESTS)
        assert SMOKE_REQUESTS < 50

    def test_a_newer_contract_can_be_named(self, tmp_path: Path) -> None:
        """The command line goes before the file."""
        assert self.opened(tmp_path).config.edition == ""
        newer = self.opened(tmp_path, edition="2026-09")
        assert newer.config.edition == "2026-09"
        assert "EMX-424" in newer.requirements
        assert newer.config.options["tenant"] == "acme"

    def test_workers_do_not_meet(self, tmp_path: Path) -> None:
        """Each has its own part of the run's id, and its own journal."""
        one, other = self.opened(tmp_path, "gw0"), self.opened(tmp_path, "gw1")
        assert (one.run.id, other.run.id) == ("unit0", "unit1")
        assert one.journal.path == tmp_path / "unit" / "emporix-gw0.jsonl"
        assert other.journal.path == tmp_path / "unit" / "emporix-gw1.jsonl"

    def test_the_bundled_mock_leaves_no_file(self) -> None:
        """What is made in this process ends with it."""
        session = opened("akinon", options(seed=3, settle=0.5), RunFolder("x"))
        session.close()
        assert session.journal.path is None
        assert (session.run.seed, session.settle_seconds) == (3, 0.5)

    def test_it_is_looked_at_unless_somebody_did(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """One look, before the first test."""

        def look(_session: object) -> None:
            raise NotReady("asleep")

        monkeypatch.setattr("conformance.plugin.look", look)
        opened("emporix", options(), RunFolder("x")).close()
        with pytest.raises(NotReady, match="asleep"):
            opened("emporix", options(ready=False), RunFolder("x"))

    def test_no_vendor_is_opened_without_a_configuration(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The file of this folder is taken where none is named."""
        monkeypatch.chdir(tmp_path)
        with pytest.raises(ConfigError, match=r"there is no conformance\.toml here"):
            opened("emporix", options(bundled=False), RunFolder("x"))
        (tmp_path / "conformance.toml").write_text(FILE)
        session = opened("emporix", options(bundled=False), RunFolder("x"))
        session.close()
        assert session.config.timeout == 7
