"""The mock as a process: how it starts, says what is wrong, answers browsers and ends."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

COMMAND = [sys.executable, "-m", "mockserver"]
SEGMENTS = "/customer-segment/acme/segments"
MANAGER = {"Authorization": "Bearer demo-acme-manager"}


@contextmanager
def started(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """Start a mock on a free port; yield the process, its URL and its start page."""
    ready = folder / "url"
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*COMMAND, "--port", "0", "--ready-file", str(ready), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        page = ""
        while "Stop with Ctrl-C" not in page:
            line = process.stdout.readline()
            assert line, "the mock ended before it was ready"
            page += line
        yield process, ready.read_text().strip(), page
    finally:
        process.kill()
        process.communicate(timeout=10)


def test_it_says_where_it_is_and_ends_quietly(tmp_path: Path) -> None:
    """The start page names the bound URL, every vendor and a curl that works; Ctrl-C is silent."""
    with started(tmp_path, "--seed", "7") as (process, url, page):
        told = re.findall(r"\$ (curl .*)", page)
        for curl in told:
            address = re.search(r"http://[^' ]+", curl)
            assert address is not None
            headers = dict(re.findall(r"-H '([^:]+): ([^']+)'", curl))
            assert httpx.get(address[0], headers=headers).status_code == 200
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=10)

    assert len(told) == 3
    assert f"ready at {url}  (seed 7)" in page
    assert all(f"{url}/docs/{vendor}/" in page for vendor in ("akinon", "emporix", "openloyalty"))
    assert process.returncode == 0
    assert rest == ""
    assert len(errors.splitlines()) == len(told), errors


def test_a_taken_port_is_one_line_with_a_hint() -> None:
    """A port that somebody listens on is named, and --port 0 is offered."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        outcome = subprocess.run(  # noqa: S603 - our own command
            [*COMMAND, "--port", port], capture_output=True, text=True, timeout=30, check=False
        )

    assert outcome.returncode == 1
    assert outcome.stdout == ""
    assert outcome.stderr.count("\n") == 1
    assert port in outcome.stderr
    assert "--port 0" in outcome.stderr


def test_a_browser_may_ask_first(served: str) -> None:
    """A preflight from any origin is answered with credentials, method and headers allowed."""
    answer = httpx.options(
        served + SEGMENTS,
        headers={
            "Origin": "http://localhost:3000",
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": "authorization,content-type",
        },
    )

    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:3000"
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert "PUT" in answer.headers["Access-Control-Allow-Methods"]
    assert "authorization" in answer.headers["Access-Control-Allow-Headers"]


def test_the_clock_and_the_size_of_worlds_are_options(tmp_path: Path) -> None:
    """What the options say is what is served."""
    options = ("--time", "2026-12-24T08:00:00Z", "--freeze-time", "--vendor", "emporix")
    sizes = ("--segments", "12", "--assignments", "7", "--products", "30")
    with started(tmp_path, *options, *sizes) as (_, url, page):
        assert "clock stands at 2026-12-24T08:00:00.000Z" in page
        for _ in range(2):
            health = httpx.get(f"{url}/_mock/health").json()
            assert health["time"] == "2026-12-24T08:00:00.000Z"
        made = httpx.post(
            url + SEGMENTS, headers=MANAGER, json={"name": {"en": "Now"}, "siteCode": "main"}
        ).json()["id"]
        created = httpx.get(f"{url}{SEGMENTS}/{made}", headers=MANAGER).json()["metadata"]
        assert created["createdAt"] == "2026-12-24T08:00:00.000Z"
        counting = MANAGER | {"X-Total-Count": "true"}
        listed = httpx.get(url + SEGMENTS, headers=counting).json()
        made_up = listed[11]["id"]  # the named ones come first
        for what in ("customers", "items"):
            found = httpx.get(f"{url}{SEGMENTS}/{made_up}/{what}", headers=counting)
            assert found.headers["X-Total-Count"] == "7"


def test_a_browser_may_read_answers_and_refusals(served: str) -> None:
    """Answers to another origin carry its name, and the explaining headers are exposed."""
    origin = {"Origin": "http://localhost:3000"}
    fine = httpx.get(served + SEGMENTS, headers={**MANAGER, **origin, "X-Total-Count": "true"})
    refused = httpx.get(served + SEGMENTS, headers=origin)

    assert (fine.status_code, refused.status_code) == (200, 401)
    for answer in (fine, refused):
        assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:3000"
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"
        exposed = answer.headers["Access-Control-Expose-Headers"]
        assert {"X-Total-Count", "Items-Count"} <= set(exposed.split(", "))
    assert (
        "Access-Control-Allow-Origin" not in httpx.get(served + SEGMENTS, headers=MANAGER).headers
    )


@pytest.mark.parametrize(
    ("path", "members"),
    [
        (SEGMENTS, {"code", "status", "message"}),
        ("/coupon/acme/coupons", {"type", "status", "message"}),
    ],
)
def test_a_wrong_method_is_refused_in_the_form_of_the_service(
    served: str, path: str, members: set[str]
) -> None:
    """The services of one vendor have error bodies of their own."""
    answer = httpx.put(served + path)

    assert (answer.status_code, answer.json().keys()) == (405, members)
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("path", "members"),
    [
        ("/customer-segment/acme/nothing", {"code", "status", "message"}),
        ("/coupon/acme/nothing", {"type", "status", "message"}),
        ("/api/default/nothing", {"code", "message"}),
        ("/users/nothing", {"detail"}),
    ],
)
def test_an_unknown_path_is_refused_in_the_form_of_its_service(
    served: str, path: str, members: set[str]
) -> None:
    """The first part of the path tells which service was meant."""
    answer = httpx.get(served + path)

    assert (answer.status_code, answer.json().keys()) == (404, members)


def test_head_and_options(served: str) -> None:
    """HEAD tells the length of what GET would give; OPTIONS lists the methods."""
    head = httpx.head(served + SEGMENTS, headers=MANAGER)
    options = httpx.options(served + SEGMENTS)

    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["Content-Length"]) > 2
    assert options.status_code == 204
    assert options.headers["Allow"] == "GET, HEAD, OPTIONS, POST"


@pytest.mark.parametrize("vendor", ["akinon", "emporix", "openloyalty"])
def test_every_vendor_has_its_documents(served: str, vendor: str) -> None:
    """Swagger UI and both documents are served, and "Try it out" stays on this mock."""
    page = httpx.get(f"{served}/docs/{vendor}/")
    contract = httpx.get(f"{served}/docs/{vendor}.json").json()
    companions = httpx.get(f"{served}/docs/companions/{vendor}.json").json()

    assert "swagger-ui" in page.text
    assert httpx.get(f"{served}/docs/{vendor}/swagger-ui-bundle.js").status_code == 200
    assert contract["servers"] == companions["servers"]
    assert contract["servers"][0]["url"] == "/"
    for scheme in contract["components"]["securitySchemes"].values():
        for flow in scheme.get("flows", {}).values():
            assert flow["tokenUrl"] == "/oauth/token"


def test_what_is_no_contract(served: str) -> None:
    """The start page and the health check answer; other paths say what is served here."""
    start = httpx.get(served)
    health = httpx.get(f"{served}/_mock/health").json()
    nothing = httpx.post(f"{served}/no/such/thing")

    assert "Anna Bauer" in start.text
    assert health["status"] == "ok"
    assert health["vendors"] == ["akinon", "emporix", "openloyalty"]
    assert nothing.status_code == 404
    assert httpx.options(f"{served}/no/such/thing").status_code == 404
    assert httpx.head(f"{served}/no/such/thing").status_code == 404
    assert "emporix" in nothing.json()["message"]
    assert httpx.get(f"{served}/docs/nobody.json").status_code == 404


def test_only_the_vendors_asked_for_are_served(tmp_path: Path) -> None:
    """With --vendor the other vendors' paths are not there."""
    with started(tmp_path, "--vendor", "akinon") as (_, url, _):
        missing = httpx.get(url + SEGMENTS, headers=MANAGER)
        there = httpx.get(f"{url}/users/segments/")

    assert (missing.status_code, there.status_code) == (404, 401)
    assert "akinon" in missing.json()["message"]


def test_a_defect_is_shown_on_demand(tmp_path: Path) -> None:
    """The start page says what is broken on purpose; everything else is as ever."""
    name = "emporix.create-answers-200"
    with started(tmp_path, "--vendor", "emporix", "--defect", name) as (_, url, page):
        assert f"Broken on purpose: {name}" in page
        body = {"name": {"en": "Mine"}, "siteCode": "main"}
        made = httpx.post(url + SEGMENTS, json=body, headers=MANAGER)
        read = httpx.get(f"{url}{SEGMENTS}/{made.json()['id']}", headers=MANAGER)
        assert (made.status_code, read.status_code) == (200, 200)
