"""Measures what a request costs, as a ratio to a bare ASGI app in the same run.

    python benchmarks/run.py [--seconds 4] [--rounds 3] [--json FILE]

Server and load get a core each; the load comes from `wrk`. The mock runs as a user
would start it, with access control and both validations on; only the line per request
is switched off. Figures are medians over interleaved rounds.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

HERE = Path(__file__).parent
SERVER_CORE, LOAD_CORE = "0", "1"
CONNECTIONS = 64
BASE = "/customer-segment/acme/segments"


@dataclass(frozen=True)
class Case:
    """One kind of request."""

    name: str
    method: str
    path: str
    body: str = ""
    script: str = ""
    bar: float | None = None
    """The ratio to the bare app that the project promises."""


@dataclass(frozen=True)
class World:
    """One size of the mock's world."""

    name: str
    options: tuple[str, ...]


SMALL = World("1,000", ("--segments", "1000"))
LARGE = World("100,000", ("--segments", "100000"))
FULL = World(
    "1,000 full",
    ("--segments", "1000", "--assignments", "1000", "--customers", "2000", "--products", "10000"),
)
"""Every made-up segment holds 1,000 customers and 1,000 items, out of 10,000 products."""
WORLDS = (SMALL, LARGE, FULL)


def command(core: str, *arguments: str) -> list[str]:
    """Return a command line that is pinned to a core where the system can do that."""
    pin = shutil.which("taskset")
    return [pin, "-c", core, *arguments] if pin else list(arguments)


@contextmanager
def mock(*options: str) -> Iterator[tuple[str, int, float]]:
    """Run the mock; yield its URL, its process id and the seconds to the first answer."""
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "url"
        started = time.perf_counter()
        process = subprocess.Popen(
            command(
                SERVER_CORE, sys.executable, "-m", "mockserver", "--port", "0",
                "--ready-file", str(ready), "--log-level", "warning", *options,
            ),
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            while not ready.exists():
                if process.poll() is not None:
                    raise SystemExit("the mock did not start")
                time.sleep(0.002)
            url = ready.read_text().strip()
            send(url, "GET", "/_mock/health")
            yield url, process.pid, time.perf_counter() - started
        finally:
            process.terminate()
            process.wait()


@contextmanager
def bare(status: int, body: bytes) -> Iterator[str]:
    """Run the bare app with the bytes that the mock gave."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(body)
        file.flush()
        port = 18000 + os.getpid() % 1000
        process = subprocess.Popen(
            command(
                SERVER_CORE, sys.executable, "-m", "uvicorn", "bare:app", "--port", str(port),
                "--no-access-log", "--log-level", "warning", "--app-dir", str(HERE),
            ),
            env={**os.environ, "BARE_BODY": file.name, "BARE_STATUS": str(status)},
        )  # fmt: skip
        url = f"http://127.0.0.1:{port}"
        try:
            for _ in range(500):
                try:
                    send(url, "GET", "/")
                    break
                except OSError:
                    time.sleep(0.01)
            yield url
        finally:
            process.terminate()
            process.wait()


def send(
    url: str, method: str, path: str, body: str = "", headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    """Send one request and return status and body."""
    where = urlsplit(url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
    try:
        connection.request(method, path, body or None, headers or {})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def load(url: str, case: Case, headers: dict[str, str], seconds: float) -> float:
    """Return requests per second that the server sustains for a case."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(
            f'wrk.method = "{case.method}"\nwrk.body = {json.dumps(case.body)}\n{case.script}'
        )
        script.flush()
        run = subprocess.run(
            command(
                LOAD_CORE, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{round(seconds)}s",
                "-s", script.name,
                *(f"-H{name}: {value}" for name, value in headers.items()), url + case.path,
            ),
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    if "Non-2xx" in run.stdout:
        raise SystemExit(f"{case.name}: {run.stdout}")
    found = re.search(r"Requests/sec:\s+([0-9.]+)", run.stdout)
    assert found, run.stdout
    return float(found[1])


def resident(pid: int) -> float:
    """Return the resident memory of a process in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


def segment(name: str, site: str = "main", **more: object) -> dict[str, object]:
    """Return the body of a segment."""
    return {"name": {"en": name}, "siteCode": site, "status": "ACTIVE", **more}


def cases(ids: list[str], products: list[str]) -> list[Case]:
    """Return what is measured in every world, for one that has these segments and products."""
    one = ids[len(ids) // 2]
    body = json.dumps(segment("Benchmark", description={"en": "made by a benchmark"}))
    items = [{"id": product} for product in products]
    match = json.dumps({"items": items, "segmentIds": ids[:5], "site": "main"})
    return [
        Case("GET one", "GET", f"{BASE}/{one}", bar=0.40),
        Case("list of 60", "GET", BASE, bar=0.35),
        Case("create", "POST", BASE, body, bar=0.30),
        Case("PUT", "PUT", f"{BASE}/{one}", body),
        Case("q=siteCode", "GET", f"{BASE}?q=siteCode:rare"),
        Case("q=status", "GET", f"{BASE}?q=status:INACTIVE"),
        Case("q=id", "GET", f"{BASE}?q=id:{one}"),
        Case("its customers", "GET", f"{BASE}/{one}/customers"),
        Case("its items", "GET", f"{BASE}/{one}/items"),
        Case("all items", "GET", f"{BASE}/items"),
        Case("match 20 in 5", "POST", f"{BASE}/match", match),
    ]


def prepare(url: str, headers: dict[str, str]) -> tuple[list[str], list[str]]:
    """Add fifty segments of a rare site; return some ids of segments and of products."""
    rare = json.dumps([segment(f"Rare {n}", "rare") for n in range(50)])
    status, answer = send(url, "POST", f"{BASE}/bulk", rare, headers)
    assert status == 207, answer
    status, segments = send(url, "GET", BASE, headers=headers)
    assert status == 200, segments
    status, items = send(url, "GET", f"{BASE}/items?q=type:PRODUCT&pageSize=20", headers=headers)
    assert status == 200, items
    ids = [entry["id"] for entry in json.loads(segments)]
    return ids, [entry["item"]["id"] for entry in json.loads(items)]


def token() -> str:
    """Return the demo token that may manage and read."""
    line = [sys.executable, "-m", "mockserver", "token", "emporix"]
    return subprocess.run(line, capture_output=True, text=True, check=True).stdout.strip()


def measure(seconds: float, rounds: int) -> dict[str, object]:
    """Run everything and return the figures."""
    headers = {"Authorization": f"Bearer {token()}", "Content-Type": "application/json"}
    rates: dict[tuple[str, str], list[float]] = {}
    for round_number in range(rounds):
        for world in WORLDS:
            with mock(*world.options, "--vendor", "emporix") as (url, _, _):
                for case in cases(*prepare(url, headers)):
                    status, answer = send(url, case.method, case.path, case.body, headers)
                    rate = load(url, case, headers, seconds)
                    rates.setdefault((case.name, world.name), []).append(rate)
                    if world is SMALL and case.bar is not None:
                        with bare(status, answer) as yardstick:
                            rate = load(yardstick, case, headers, seconds)
                        rates.setdefault((case.name, "bare"), []).append(rate)
        print(f"round {round_number + 1} of {rounds} done", file=sys.stderr)
    rows = []
    for case in cases(["-"], []):
        row: dict[str, object] = {"case": case.name, "bar": case.bar}
        for column in ("bare", *(world.name for world in WORLDS)):
            found = rates.get((case.name, column))
            row[column] = None if found is None else round(statistics.median(found))
        rows.append(row)
    return {"requests per second": rows, "start and size": footprint()}


def footprint() -> dict[str, float]:
    """Return the time to the first answer and the memory."""
    starts, default_rss = [], 0.0
    for _ in range(5):
        with mock() as (_, pid, seconds):
            starts.append(seconds)
            default_rss = resident(pid)
    memory, ready = {}, {}
    for world in WORLDS:
        with mock(*world.options, "--vendor", "emporix") as (_, pid, seconds):
            memory[world], ready[world] = resident(pid), seconds
    return {
        "seconds to the first answer": round(statistics.median(starts), 3),
        "MB resident, default world": round(default_rss, 1),
        "kB per further segment": round((memory[LARGE] - memory[SMALL]) * 1024 / 99_000, 3),
        f"MB resident, {FULL.name}": round(memory[FULL], 1),
        f"seconds to the first answer, {FULL.name}": round(ready[FULL], 2),
    }


def show(figures: dict[str, object]) -> None:
    """Print the table."""
    heads = ["bare/s", *(f"{world.name}/s" for world in WORLDS)]
    heads += ["bar", *(f"{world.name} to bare" for world in (SMALL, FULL))]
    heads += [f"{world.name} to {SMALL.name}" for world in (LARGE, FULL)]
    print(f"{'case':<15}" + "".join(f"{head:>22}" for head in heads))
    for row in figures["requests per second"]:  # type: ignore[attr-defined]
        cells = [row["bare"] or "-", *(row[world.name] for world in WORLDS), row["bar"] or "-"]
        cells += [
            f"{row[world.name] / row['bare']:.2f}" if row["bare"] else "-"
            for world in (SMALL, FULL)
        ]
        cells += [f"{row[world.name] / row[SMALL.name]:.2f}" for world in (LARGE, FULL)]
        print(f"{row['case']:<15}" + "".join(f"{cell:>22}" for cell in cells))
    for name, value in figures["start and size"].items():  # type: ignore[attr-defined]
        print(f"{name}: {value}")


def main() -> None:
    """Measure, print the table and write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, default=Path("benchmark.json"))
    asked = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("wrk is needed for the load; Debian and Homebrew have a package of that name.")
    figures = measure(asked.seconds, asked.rounds)
    show(figures)
    asked.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
