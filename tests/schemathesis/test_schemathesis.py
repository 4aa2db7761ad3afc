"""Schemathesis, every check and phase, against the served mock: it must find nothing.

The exceptions, each with its reason, stand in the TOML files beside this module.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver import contracts
from mockserver.assembly import Settings, open_service

HERE = Path(__file__).parent
SEEDS = (1, 300)
TENANT = {"path.tenant": "acme"}
STORE = {"path.storeCode": "default"}
GOLDEN = {
    "path.segmentId": "golden-segment",
    "path.type": "PRODUCT",
    "path.customerId": "C0123456789",
    "path.groupId": "coffee-lovers",
}
SHELF = {"path.code": "WELCOME5", "path.categoryId": "beans"}

# Without pinned ids the stateful phase follows what it creates; with them every
# operation meets a segment that exists.
RUNS = {
    "akinon": ("akinon", "openapi", {}),
    "akinon-login": ("akinon", "companions", {}),
    "openloyalty": ("openloyalty", "openapi", STORE),
    "openloyalty-pinned": (
        "openloyalty",
        "openapi",
        {**STORE, "path.segment": "000005e9-0000-4000-8000-000000000001"},
    ),
    "openloyalty-login": ("openloyalty", "companions", STORE),
    "emporix": ("emporix", "openapi", TENANT),
    "emporix-pinned": ("emporix", "openapi", {**TENANT, **GOLDEN}),
    "emporix-companions": ("emporix", "companions", TENANT),
    "emporix-companions-pinned": ("emporix", "companions", {**TENANT, **SHELF}),
    "emporix-newer": ("emporix", "2026-09/openapi", TENANT),
    "emporix-newer-pinned": ("emporix", "2026-09/openapi", {**TENANT, **GOLDEN}),
}


def _jwt() -> str:
    service = open_service(Settings(vendors=("openloyalty",), segments=0, customers=0, products=0))
    demos = service.rooms["openloyalty"].demos(service.state("openloyalty"))
    return next(demo.token for demo in demos if demo.name == "admin")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("run", RUNS)
def test_nothing_is_found(
    run: str, seed: int, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """No check of Schemathesis fails on any operation, and nothing ends in a 5xx."""
    vendor, document, pinned = RUNS[run]
    served: str = request.getfixturevalue("served_newer" if "newer" in run else "served")
    parameters = "\n".join(f'"{name}" = "{value}"' for name, value in pinned.items())
    headers = f'[headers]\nX-Mock-Namespace = "{run}-{seed}"'
    rules = (HERE / f"{vendor}.toml").read_text("utf-8").replace("[headers]", headers)
    config = tmp_path / "schemathesis.toml"
    config.write_text(f"{rules}\n[parameters]\n{parameters}\n", "utf-8")
    # A stateful sequence may delete what is pinned and would then miss it.
    phases = "examples,coverage,fuzzing" + ("" if "pinned" in run else ",stateful")
    command = shutil.which("schemathesis", path=str(Path(sys.executable).parent))
    assert command is not None

    outcome = subprocess.run(  # noqa: S603 - our own command
        [
            command, "--config-file", str(config),
            "run", str(contracts.specs_folder() / vendor / f"{document}.json"),
            "--url", served, "--checks", "all", "--phases", phases,
            "--max-examples", "20", "--seed", str(seed),
            "--no-color",
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        timeout=300,
        env={**os.environ, "OPENLOYALTY_JWT": _jwt()},
    )  # fmt: skip

    assert outcome.returncode == 0, outcome.stdout[-6000:] + outcome.stderr[-2000:]
    assert "passed" in outcome.stdout
