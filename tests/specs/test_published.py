"""The structure of a published document is exactly the vendor's; only prose is ours.

The digests were made from what the vendors publish, in the state of the sources named in
`specs/<vendor>/README.md`: the per-operation documents of a vendor merged, all prose and
all examples taken out, keys sorted. Whoever changes one must say what the vendor changed.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from mockserver import contracts
from mockserver.web.compiled import operations_of

DIGESTS = {
    "akinon": "177ee1f1340e59d63420f4f5c71597d73cacc6e5d46ada16e7562a3817dc0d9d",
    "emporix": "155552fc5dd8d91c12952e28791e7b8a7729768464985274659e597dec002b66",
    "openloyalty": "b3dbc056bb35ab39bde61c176090fbd81739e629eca2b9f936002ab25b7497b7",
}
OPERATIONS = {"akinon": 3, "emporix": 30, "openloyalty": 9}
PROSE = frozenset({"description", "summary", "example", "examples"})
NAMED = frozenset(
    {
        "callbacks",
        "content",
        "headers",
        "links",
        "mapping",
        "parameters",
        "paths",
        "patternProperties",
        "properties",
        "requestBodies",
        "responses",
        "schemas",
        "scopes",
        "securitySchemes",
        "variables",
    }
)
"""Keywords whose keys are names, so that a property called `description` stays."""


def structure(node: Any) -> Any:
    """Return a document without prose and examples."""
    if isinstance(node, list):
        return [structure(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        key: {name: structure(each) for name, each in value.items()}
        if key in NAMED and isinstance(value, dict)
        else structure(value)
        for key, value in node.items()
        if key not in PROSE
    }


def digest(document: Any) -> str:
    """Return the digest of a document's structure."""
    text = json.dumps(structure(document), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("vendor", DIGESTS)
def test_the_structure_is_the_vendors(vendor: str) -> None:
    """Paths, parameters, schemas, statuses, media types, security: nothing is ours."""
    published = contracts.contract(vendor).published
    assert digest(published) == DIGESTS[vendor]
    assert len(list(operations_of(published))) == OPERATIONS[vendor]


def test_prose_is_no_structure_and_names_are() -> None:
    """What the digest leaves out, and what it does not."""
    plain = {"properties": {"description": {"type": "string"}}}
    prose = {
        "summary": "S",
        "properties": {"description": {"type": "string", "description": "D", "example": 1}},
    }
    assert digest(plain) == digest(prose)
    assert digest(plain) != digest({"properties": {"summary": {"type": "string"}}})
    assert digest(plain) != digest({"properties": {"description": {"type": "integer"}}})
    assert digest({"enum": ["a", "b"]}) != digest({"enum": ["b", "a"]})


@pytest.mark.parametrize("vendor", DIGESTS)
def test_every_operation_and_parameter_is_explained(vendor: str) -> None:
    """In our words, short and true: an operation without a word helps nobody."""
    for path, method, operation in operations_of(contracts.contract(vendor).published):
        said = operation.get("summary") or operation.get("description")
        assert said, f"{method} {path}"
