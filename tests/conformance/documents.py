"""Small documents of the tests' own, and a catalogue of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from conformance.catalogue import Catalogue


def document(version: str = "3.0.0", **paths: Any) -> dict[str, Any]:
    """Return an OpenAPI document; its paths are named without their slash."""
    return {
        "openapi": version,
        "info": {"title": "Things", "version": "1"},
        "security": [{"nobody": []}],
        "servers": [{"url": "https://elsewhere.example"}],
        "paths": {f"/{path}": item for path, item in paths.items()},
    }


def answering(responses: dict[str, Any], version: str = "3.0.0", **more: Any) -> dict[str, Any]:
    """Return a document whose one operation, `read` at /things, has some responses."""
    operation = {"operationId": "read", "responses": responses}
    return {**document(version, things={"get": operation}), **more}


def catalogue(
    contract: dict[str, Any],
    companions: dict[str, Any] | None = None,
    published: dict[str, Any] | None = None,
    **options: Any,
) -> Catalogue:
    """Return the catalogue of some documents."""
    documents: Any = SimpleNamespace(
        document=contract, companions=companions or document(), published=published or contract
    )
    return Catalogue(documents, **options)


def json_body(schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a response with a JSON body."""
    return {"description": "", "content": {"application/json": {"schema": schema}}, **more}
