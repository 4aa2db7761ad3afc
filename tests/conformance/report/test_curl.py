"""The command that sends a request again is run in a shell here, against a server that tells."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from conformance.report.curl import curl, variables
from conformance.results import packed_exchange

from .documents import exchange

SHELL = shutil.which("sh")
needs_curl = pytest.mark.skipif(not shutil.which("curl") or not SHELL, reason="there is no curl")


class _Echo(BaseHTTPRequestHandler):
    seen: list[dict[str, Any]]

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.seen.append(
            {"method": self.command, "url": self.path, "headers": headers, "body": body}
        )
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        if self.command != "HEAD":  # whoever waits for the body of a HEAD waits for ever
            self.wfile.write(b"{}")

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@pytest.fixture
def echo() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A server that remembers what it is sent."""
    handler = type("Echo", (_Echo,), {"seen": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", handler.seen  # type: ignore[attr-defined]
    server.shutdown()
    thread.join()
    server.server_close()


def _sent(command: str, folder: Path, **environment: str) -> None:
    assert SHELL is not None
    inherited = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    subprocess.run(  # noqa: S603 - that it can be run is what is tested
        [SHELL, "-c", command],
        check=True, cwd=folder, env={**inherited, **environment}, capture_output=True, timeout=30,
    )  # fmt: skip


@needs_curl
@pytest.mark.parametrize(
    ("url", "body"),
    [
        ("/a?q=id:(1,2)&sort=a:desc", '{"name": "it\'s \\"quoted\\""}'),
        ("/a%20b/%7Bid%7D?x=$HOME`date`", "two\nlines; echo $(touch made) & rm * !! \\ #"),
        ("/a/../b/./c?list[]=1&{x,y}=[1-3]", '{"emoji": "\U0001f600", "at": "@file"}'),
        ("/-d?x='", "@/etc/hostname"),
    ],
)
def test_the_command_sends_the_same_request(
    echo: tuple[str, list[dict[str, Any]]], tmp_path: Path, url: str, body: str
) -> None:
    """The shell fills in secrets, and finds nothing else to do."""
    base, seen = echo
    headers = (
        ("Accept", "application/json"),
        ("Authorization", "Bearer ${A_TOKEN}"),
        ("Content-Type", "application/json"),
        ("X-Empty", ""),
        ("X-Quoted", "'a' \"b\" $HOME"),
    )
    told = exchange(method="PUT", url=url, headers=headers, body=body)
    command = curl(packed_exchange(told), base)
    _sent(command, tmp_path, A_TOKEN='it\'s "se cret"')
    (came,) = seen
    assert (came["method"], came["url"], came["body"]) == ("PUT", url, body)
    assert came["headers"]["authorization"] == 'Bearer it\'s "se cret"'
    assert came["headers"]["x-quoted"] == "'a' \"b\" $HOME"
    assert came["headers"]["x-empty"] == ""
    assert list(tmp_path.iterdir()) == []


@needs_curl
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "PATCH"])
def test_every_method_can_be_sent_again(
    echo: tuple[str, list[dict[str, Any]]], tmp_path: Path, method: str
) -> None:
    """A HEAD does not wait for a body, and no header is made up."""
    base, seen = echo
    _sent(curl(packed_exchange(exchange(method=method, headers=())), base), tmp_path)
    (came,) = seen
    assert came["method"] == method
    assert not {"accept", "content-type"} & came["headers"].keys()


@needs_curl
def test_a_secret_in_a_body_is_filled_in(
    echo: tuple[str, list[dict[str, Any]]], tmp_path: Path
) -> None:
    """Where it stands, between what is quoted; a GET may have a body, too."""
    base, seen = echo
    told = exchange(url="/x?token=${IN_URL}", body='{"password": "${A_B}", "x": "\'"}')
    _sent(curl(packed_exchange(told), base), tmp_path, A_B="p a", IN_URL="u")
    assert json.loads(seen[0]["body"]) == {"password": "p a", "x": "'"}
    assert seen[0]["url"] == "/x?token=u"
    assert seen[0]["method"] == "GET"
    assert "content-type" not in seen[0]["headers"]


def test_a_plain_request_is_a_plain_command() -> None:
    """As a person would write it; what curl adds itself is left to it."""
    headers = (("Accept", "*/*"), ("Host", "x"), ("Content-Length", "3"))
    told = packed_exchange(exchange(url="/a/b", headers=headers))
    assert curl(told, "http://h:1") == "curl -sS -i -H 'Accept: */*' http://h:1/a/b"


def test_the_variables_that_are_needed_are_named_once() -> None:
    """Wherever they stand, in the order in which they are met."""
    told = exchange(
        url="/x?y=${ONE}", headers=(("A", "${TWO} ${ONE}"),), body='"${THREE} ${not one} $FOUR"'
    )
    assert variables(packed_exchange(told)) == ["ONE", "TWO", "THREE"]
    assert variables(packed_exchange(exchange())) == []
