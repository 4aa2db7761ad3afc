"""Whatever is sent, answers stay within the contract; Schemathesis generates what is sent."""

from __future__ import annotations

import pytest

from conformance.emporix.case import Emporix
from conformance.emporix.fitting import EmporixFitting
from conformance.generated import generate, generated_operations

OPERATIONS = generated_operations("emporix")


@pytest.mark.generated
@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_answer_is_within_the_contract(emporix: Emporix, operation: str) -> None:
    """Whatever is sent to an operation, its answer is within the contract and no 500."""
    fitting = EmporixFitting()
    fitting.scene(emporix)
    generate(emporix, fitting, [operation], stateful=False)


@pytest.mark.generated
def test_every_sequence_is_within_the_contract(emporix: Emporix) -> None:
    """Whatever is made and then used, answers are within the contract and no 500."""
    fitting = EmporixFitting()
    fitting.scene(emporix)
    names = [name for name in OPERATIONS if "-customer-segment-" in name]
    generate(emporix, fitting, names, stateful=True)
