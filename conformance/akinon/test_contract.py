"""Whatever is sent, answers stay within the contract; Schemathesis generates what is sent."""

from __future__ import annotations

import pytest

from conformance.akinon.case import Akinon
from conformance.akinon.fitting import AkinonFitting
from conformance.generated import generate, generated_operations

OPERATIONS = generated_operations("akinon")


@pytest.mark.generated
@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_answer_is_within_the_contract(akinon: Akinon, operation: str) -> None:
    """Whatever is sent to an operation, its answer is within the contract and no 500."""
    fitting = AkinonFitting()
    fitting.scene(akinon)
    generate(akinon, fitting, [operation], stateful=False)
