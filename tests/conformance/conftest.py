"""In these tests nothing is skipped by the kit's own words: whoever runs into one has failed."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from conformance.judging import Unmet


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call() -> Generator[None, object, object]:
    """Turn what would skip a test of the kit into the failure of a test about it."""
    try:
        return (yield)
    except Unmet as reason:
        raise AssertionError(f"{type(reason).__name__}: {reason.reason}") from reason
