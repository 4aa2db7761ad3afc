"""Identifiers: the vendors' forms, and the same for the same seed everywhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import uuid

import pytest

from mockserver.kernel.ids import Ids

PROGRAM = """
from mockserver.kernel.ids import Ids
ids = Ids(7, "emporix", "acme")
print(ids.object_id(), ids.uuid(), ids.token(), ids.hex(8))
"""


def drawn(ids: Ids) -> str:
    """Draw one of each, in the order of the program."""
    return f"{ids.object_id()} {ids.uuid()} {ids.token()} {ids.hex(8)}"


@pytest.mark.parametrize("hash_seed", ["0", "1", "random"])
def test_the_same_seed_gives_the_same_in_any_process(hash_seed: str) -> None:
    """The order of hashes has no part in it."""
    run = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == drawn(Ids(7, "emporix", "acme"))


def test_every_word_of_the_seed_counts() -> None:
    """A tenant's ids are not its neighbour's."""
    seeds = [(), (0,), (1,), (1, "a"), (1, "b"), ("a", 1)]
    assert len({drawn(Ids(*seed)) for seed in seeds}) == len(seeds)


def test_the_forms_are_those_of_the_vendors() -> None:
    """And no two draws are alike."""
    ids = Ids(0)
    objects = [ids.object_id() for _ in range(1000)]
    assert all(re.fullmatch(r"[0-9a-f]{24}", each) for each in objects)
    assert len(set(objects)) == 1000
    made = uuid.UUID(ids.uuid())
    assert (made.version, made.variant) == (4, uuid.RFC_4122)
    assert re.fullmatch(r"[A-Za-z0-9]{32}", ids.token())
    assert re.fullmatch(r"[A-Za-z0-9]{5}", ids.token(5))
    assert all(re.fullmatch(r"[0-9a-f]{7}", ids.hex(7)) for _ in range(100))
