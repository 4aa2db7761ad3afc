"""Checks a user's fixture against its schema before a world is built from it."""

from __future__ import annotations

from pathlib import Path

import jsonschema_rs

from mockserver import contracts
from mockserver.kernel.room import FixtureError
from mockserver.web.schemas import violations


def check_fixture(vendor: str, folder: Path | None) -> None:
    """Read and check the `world.json` of a vendor.

    Raises FixtureUnreadable, or FixtureError with the pointer of the first fault.
    """
    data = contracts.fixture(contracts.fixture_path(vendor, folder))
    schema = jsonschema_rs.Draft202012Validator(
        contracts.fixture_schema(vendor), validate_formats=True
    )
    for found in violations(schema, data, limit=1):
        error = FixtureError(found.message, found.pointer)
        error.vendor = vendor
        raise error
