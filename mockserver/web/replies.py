"""Compiles the replies of an operation: encoding, and the check against the contract.

A `Document` is checked and encoded once per version of its record; a list of
documents is then a matter of joining bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from mockserver.kernel.call import Document, Reply
from mockserver.web.schemas import Schemas, Validator, violations

JSON = "application/json"

OPTIONAL_BODY = "x-optional-body"
"""Extension of a response whose body the vendor documents in one place and denies in another."""


class OffContract(Exception):
    """A reply that the contract does not allow: a fault of the mock."""


class ReplyShape:
    """One status of one operation."""

    def __init__(self, declared: Mapping[str, Any], schemas: Schemas) -> None:
        declared = schemas.resolve(declared)
        content = declared.get("content", {})
        self.has_body = bool(content)
        self.needs_body = self.has_body and not declared.get(OPTIONAL_BODY, False)
        schema = content.get(JSON, {}).get("schema", {})
        self._whole = schemas.compile(schema)
        items = schemas.items_of(schema)
        self._items = None if items is None else schemas.compile(items)
        properties = schemas.resolve(schema).get("properties", {})
        self._lists: dict[str, Validator] = {}
        """Validators for the entries of lists that stand directly in the body."""
        for name, value in properties.items():
            entries = schemas.items_of(value)
            if entries is not None:
                self._lists[name] = schemas.compile(entries)

    def encode(self, body: Any, *, check: bool) -> bytes:
        """Return the bytes of a body. Raises OffContract."""
        if body is None:
            if check and self.needs_body:
                raise OffContract("a body is promised and none was given")
            return b""
        if check and not self.has_body:
            raise OffContract("a body was given where none is promised")
        if type(body) is Document:
            return _encoded(body, self._whole if check else None)
        if type(body) is list and body and type(body[0]) is Document:
            return self._joined(body, self._items, check=check)
        if type(body) is dict:
            return self._object(body, check=check)
        if check:
            _require(self._whole, body)
        return orjson.dumps(body)

    def _joined(self, documents: list[Any], entry: Validator | None, *, check: bool) -> bytes:
        if check and entry is None:
            raise OffContract("a list was given where none is promised")
        validator = entry if check else None
        parts = [
            each.data
            if each.data is not None and (validator is None or each.checked is validator)
            else _encoded(each, validator)
            for each in documents
        ]
        return b"[" + b",".join(parts) + b"]"

    def _object(self, body: dict[str, Any], *, check: bool) -> bytes:
        lists = {
            name: value
            for name, value in body.items()
            if type(value) is list and value and type(value[0]) is Document
        }
        if check:
            _require(self._whole, {**body, **{name: [] for name in lists}} if lists else body)
        if not lists:
            return orjson.dumps(body)
        joined = {
            name: orjson.Fragment(self._joined(value, self._lists.get(name), check=check))
            for name, value in lists.items()
        }
        return orjson.dumps({**body, **joined})


def _encoded(document: Document, validator: Validator | None) -> bytes:
    """Return a document's bytes, made and checked now unless that was done before."""
    if validator is not None and document.checked is not validator:
        value = document.value if document.data is None else orjson.loads(document.data)
        _require(validator, value)
        document.checked = validator
    if document.data is None:
        document.data = orjson.dumps(document.value)
        document.value = None
    return document.data


def _require(validator: Validator, value: Any) -> None:
    if not validator.is_valid(value):
        first = violations(validator, value, limit=1)[0]
        raise OffContract(f"{first.pointer or '(body)'}: {first.message}")


class Replies:
    """All replies of one operation."""

    def __init__(self, declared: Mapping[str, Any], schemas: Schemas) -> None:
        self._shapes = {
            int(status): ReplyShape(response, schemas) for status, response in declared.items()
        }

    def encode(self, reply: Reply, *, check: bool) -> bytes:
        """Return the bytes of a reply's body. Raises OffContract."""
        shape = self._shapes.get(reply.status)
        if shape is None:
            if check:
                raise OffContract(f"the contract lists no {reply.status}")
            return encode_freely(reply)
        return shape.encode(reply.body, check=check)


def encode_freely(reply: Reply) -> bytes:
    """Return the bytes of a reply that no operation declares.

    Refusals that precede every operation are such, and what a defect makes of a reply.
    """
    return b"" if reply.body is None else orjson.dumps(reply.body, default=_opened)


def _opened(value: object) -> Any:
    """Return what a document holds; orjson asks for what it does not know."""
    if not isinstance(value, Document):
        raise TypeError(f"{type(value).__name__} is no JSON value")
    return value.value if value.data is None else orjson.Fragment(value.data)
