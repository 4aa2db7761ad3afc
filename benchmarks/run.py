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
    """The ratio to the bare app that the project promises at 1,000 segments."""


def command(core: str, *arguments: str) -> list[str]:
    """Return a command line that is pinned to a core where the system can do that."""
    pin = shutil.which("taskset")
    return [pin, "-c", core, *arguments] if pin else list(arguments)


@contextmanager
def mock(segments: int, *options: str) -> Iterator[tuple[str, int, float]]:
    """Run the mock; yield its URL, its process id and the seconds to the first answer."""
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "url"
        started = time.perf_counter()
        process = subprocess.Popen(
            command(
                SERVER_CORE, sys.executable, "-m", "mockserver", "--port", "0",
                "--ready-file", str(ready), "--log-level", "warning",
                "--segments", str(segments), *options,
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


def cases(ids: list[str]) -> list[Case]:
    """Return everything that is measured, for a world that has these segments."""
    one = ids[len(ids) // 2]
    body = json.dumps(segment("Benchmark", description={"en": "made by a benchmark"}))
    return [
        Case("GET one", "GET", f"{BASE}/{one}", bar=0.40),
        Case("list of 60", "GET", BASE, bar=0.35),
        Case("create", "POST", BASE, body, bar=0.30),
        Case("PUT", "PUT", f"{BASE}/{one}", body),
        Case("q=siteCode", "GET", f"{BASE}?q=siteCode:rare"),
        Case("q=status", "GET", f"{BASE}?q=status:INACTIVE"),
        Case("q=id", "GET", f"{BASE}?q=id:{one}"),
    ]


def prepare(url: str, headers: dict[str, str]) -> list[str]:
    """Add fifty segments of a rare site; return the ids of the first page."""
    rare = json.dumps([segment(f"Rare {n}", "rare") for n in range(50)])
    status, answer = send(url, "POST", f"{BASE}/bulk", rare, headers)
    assert status == 207, answer
    status, answer = send(url, "GET", BASE, headers=headers)
    assert status == 200, answer
    return [entry["id"] for entry in json.loads(answer)]


def token() -> str:
    """Return the demo token that may manage and read."""
    line = [sys.executable, "-m", "mockserver", "token", "emporix"]
    return subprocess.run(line, capture_output=True, text=True, check=True).stdout.strip()


def measure(seconds: float, rounds: int, sizes: tuple[int, ...]) -> dict[str, object]:
    """Run everything and return the figures."""
    headers = {"Authorization": f"Bearer {token()}", "Content-Type": "application/json"}
    rates: dict[tuple[str, str], list[float]] = {}
    for round_number in range(rounds):
        for size in sizes:
            with mock(size, "--vendor", "emporix") as (url, _, _):
                for case in cases(prepare(url, headers)):
                    status, answer = send(url, case.method, case.path, case.body, headers)
                    rate = load(url, case, headers, seconds)
                    rates.setdefault((case.name, str(size)), []).append(rate)
                    if size == sizes[0] and case.bar is not None:
                        with bare(status, answer) as yardstick:
                            rate = load(yardstick, case, headers, seconds)
                        rates.setdefault((case.name, "bare"), []).append(rate)
        print(f"round {round_number + 1} of {rounds} done", file=sys.stderr)
    rows = []
    for case in cases(["-"]):
        row: dict[str, object] = {"case": case.name, "bar": case.bar}
        for column in ("bare", *map(str, sizes)):
            found = rates.get((case.name, column))
            row[column] = None if found is None else round(statistics.median(found))
        rows.append(row)
    return {"requests per second": rows, "start and size": footprint(sizes)}


def footprint(sizes: tuple[int, ...]) -> dict[str, float]:
    """Return the time to the first answer and the memory."""
    starts, default_rss = [], 0.0
    for _ in range(5):
        with mock(40) as (_, pid, seconds):
            starts.append(seconds)
            default_rss = resident(pid)
    memory = {}
    for size in sizes:
        with mock(size, "--vendor", "emporix") as (_, pid, _):
            memory[size] = resident(pid)
    small, large = sizes[0], sizes[-1]
    each = (memory[large] - memory[small]) * 1024 / (large - small)
    return {
        "seconds to the first answer": round(statistics.median(starts), 3),
        "MB resident, default world": round(default_rss, 1),
        "kB per further segment": round(each, 3),
    }


def show(figures: dict[str, object], sizes: tuple[int, ...]) -> None:
    """Print the table."""
    small, large = map(str, sizes)
    heads = ("bare/s", f"{small}/s", f"{large}/s", "to bare", "bar", f"{large} to {small}")
    print(f"{'case':<12}" + "".join(f"{head:>16}" for head in heads))
    for row in figures["requests per second"]:  # type: ignore[attr-defined]
        ratio = f"{row[small] / row['bare']:.2f}" if row["bare"] else "-"
        cells = (row["bare"] or "-", row[small], row[large], ratio, row["bar"] or "-")
        print(
            f"{row['case']:<12}"
            + "".join(f"{cell:>16}" for cell in cells)
            + f"{row[large] / row[small]:>16.2f}"
        )
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
    sizes = (1_000, 100_000)
    figures = measure(asked.seconds, asked.rounds, sizes)
    show(figures, sizes)
    asked.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
