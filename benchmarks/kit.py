"""What the kit itself costs: its own time per request, and writing the reports.

    python benchmarks/kit.py [--rounds 3]

The deterministic tests of each vendor run against the bundled mock in this process. The time
that the mock takes is subtracted; what is left is the kit's own, by request. Beside it stands
what the same transport needs for a request to a bare ASGI application.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from conformance import selftest
from conformance.bundled import bundled_config, bundled_target
from conformance.catalogue import Catalogue
from conformance.exchange import Request, Response
from conformance.execution import execute
from conformance.gathering import Gathered
from conformance.plugin import named_by, title_of, why_disabled
from conformance.report.document import document
from conformance.report.files import write_all
from conformance.running import Finished, Order
from conformance.session import Run, Session
from conformance.transports import InProcess
from conformance.vendors import VENDORS, profile_of
from conformance.verdicts import Scope, fold
from mockserver import contract


class Timed:
    """A transport that knows how long it took."""

    def __init__(self, transport: InProcess) -> None:
        self.base_url = transport.base_url
        self.now = transport.now
        self.wait = transport.wait
        self.seconds = 0.0
        self.requests = 0
        self._transport = transport

    def send(self, request: Request) -> Response:
        """Send and take the time."""
        started = time.perf_counter()
        response = self._transport.send(request)
        self.seconds += time.perf_counter() - started
        self.requests += 1
        return response


def run(vendor: str) -> tuple[float, float, int, list[Any]]:
    """Return seconds in all, seconds in the target, requests and results."""
    tests = selftest.collected(vendor)
    transport = Timed(bundled_target(vendor, frozen=True))
    session = Session(profile_of(vendor), bundled_config(vendor), transport, run=Run(id="aaaaaa"))
    started = time.perf_counter()
    results = []
    for test in tests:
        if why_disabled(test.item, session):
            continue
        case = session.profile.case(session, test.name, named_by(test.item))
        arguments = {**test.arguments, vendor: case}
        call = test.call
        results.append(
            execute(case, lambda c=call, a=arguments: c(**a), title_of(test.item)).result  # type: ignore[misc]
        )
    return time.perf_counter() - started, transport.seconds, transport.requests, results


def bare() -> float:
    """Return the seconds that a request to an application takes which does nothing."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    transport = InProcess(app)
    request = Request("GET", "/")
    count = 5_000
    started = time.perf_counter()
    for _ in range(count):
        transport.send(request)
    return (time.perf_counter() - started) / count


def reports(results: list[Any]) -> tuple[int, float]:
    """Return how many exchanges were written in how many seconds."""
    many = results
    while sum(len(result.exchanges) for result in many) < 5_000:
        many = many + results
    gathered = Gathered(results=many)
    verdicts = fold(many, Scope(contract("emporix")))
    finished = Finished(
        Order("emporix"), "aaaaaa", "http://mock", "", gathered, verdicts, 0, time.time(), 1.0
    )
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        found = document(finished)
        write_all(found, Path(folder), {})
        return found["counts"]["exchanges"], time.perf_counter() - started


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    floor = bare()
    print(f"bare application, same transport: {floor * 1000:.3f} ms a request")
    for vendor in VENDORS:
        Catalogue(contract(vendor))
        runs = [run(vendor) for _ in range(rounds)]
        whole = statistics.median(each[0] for each in runs)
        own = statistics.median((each[0] - each[1]) / each[2] for each in runs)
        print(
            f"{vendor}: {len(runs[0][3])} tests, {runs[0][2]} requests in {whole:.2f} s; "
            f"the kit's own {own * 1000:.3f} ms a request ({own / floor:.1f} bare requests)"
        )
        if vendor == "emporix":
            count, seconds = reports(runs[0][3])
            print(f"reports of {count} exchanges: {seconds:.2f} s")


if __name__ == "__main__":
    main()
