"""Whatever is sent, answers stay within the contract; Schemathesis generates what is sent."""

from __future__ import annotations

import pytest

from conformance.generated import generate, generated_operations
from conformance.openloyalty.case import OpenLoyalty
from conformance.openloyalty.fitting import OpenLoyaltyFitting

OPERATIONS = generated_operations("openloyalty")


@pytest.mark.generated
@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_answer_is_within_the_contract(openloyalty: OpenLoyalty, operation: str) -> None:
    """Whatever is sent to an operation, its answer is within the contract and no 500."""
    fitting = OpenLoyaltyFitting()
    fitting.scene(openloyalty)
    generate(openloyalty, fitting, [operation], stateful=False)


@pytest.mark.generated
def test_every_sequence_is_within_the_contract(openloyalty: OpenLoyalty) -> None:
    """Whatever is made and then used, answers are within the contract and no 500."""
    fitting = OpenLoyaltyFitting()
    fitting.scene(openloyalty)
    generate(openloyalty, fitting, OPERATIONS, stateful=True)
