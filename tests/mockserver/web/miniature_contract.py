"""The contract of the miniature vendor: a small one, with every kind of thing in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def _json(schema: Mapping[str, Any], description: str = "As it says.") -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _query(name: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema}


_PROBLEM = _json(_ref("Problem"))
_REFUSED = dict.fromkeys(("400", "401", "403", "404"), _PROBLEM)
_SHOP = {"name": "shop", "in": "path", "required": True, "schema": {"type": "string"}}
_THING = {"name": "thing", "in": "path", "required": True, "schema": {"type": "string"}}

DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.0",
    "info": {"title": "Miniature", "version": "1"},
    "paths": {
        "/mini/{shop}/things/{thing}": {
            "parameters": [_SHOP, _THING],
            "get": {
                "operationId": "getThing",
                "responses": {"200": _json(_ref("Thing")), **_REFUSED},
            },
            "delete": {
                "operationId": "deleteThing",
                "responses": {"204": {"description": "Gone."}, **_REFUSED},
            },
        },
        "/mini/{shop}/things/bulk": {
            "parameters": [_SHOP],
            "put": {
                "operationId": "putThings",
                "requestBody": {
                    "x-per-entry-validation": True,
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {"type": "array", "maxItems": 3, "items": _ref("Thing")}
                        }
                    },
                },
                "responses": {
                    "207": _json({"type": "array", "items": {"type": "object"}}),
                    **_REFUSED,
                },
            },
        },
        "/mini/{shop}/things": {
            "parameters": [_SHOP],
            "get": {
                "operationId": "listThings",
                "responses": {
                    "200": _json({"type": "array", "items": _ref("Thing")}),
                    **_REFUSED,
                },
            },
            "post": {
                "operationId": "addThing",
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": _ref("Thing")}},
                },
                "responses": {"201": _json(_ref("Thing")), **_REFUSED, "409": _PROBLEM},
            },
        },
        "/mini/{shop}/page": {
            "parameters": [_SHOP],
            "get": {
                "operationId": "pageThings",
                "responses": {
                    "200": _json(
                        {
                            "type": "object",
                            "required": ["items", "total"],
                            "properties": {
                                "items": {"type": "array", "items": _ref("Thing")},
                                "total": {"type": "integer"},
                            },
                        }
                    ),
                    **_REFUSED,
                },
            },
        },
        "/mini/{shop}/echo/{number}": {
            "parameters": [
                _SHOP,
                {"name": "number", "in": "path", "required": True, "schema": {"type": "integer"}},
            ],
            "get": {
                "operationId": "echoGet",
                "parameters": [
                    _query("page", type="integer", minimum=1, default=1),
                    _query("active", type="boolean"),
                    _query("ratio", type="number"),
                    _query("since", type="string", format="date-time"),
                    {
                        "name": "_orderBy",
                        "in": "query",
                        "style": "deepObject",
                        "explode": True,
                        "schema": {
                            "type": "object",
                            "additionalProperties": {"type": "string", "enum": ["asc", "desc"]},
                        },
                    },
                    {"name": "X-Total-Count", "in": "header", "schema": {"type": "boolean"}},
                ],
                "responses": {"200": _json({}), **_REFUSED},
            },
            "post": {
                "operationId": "echoPost",
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {"anyOf": [{"type": "array"}, {"type": "object"}]}
                        }
                    }
                },
                "responses": {"200": _json({}), **_REFUSED},
            },
        },
        "/mini/{shop}/silent": {
            "parameters": [_SHOP],
            "get": {"operationId": "silent", "responses": {"204": {"description": "Nothing."}}},
        },
        "/mini/{shop}/oops/{how}": {
            "parameters": [
                _SHOP,
                {"name": "how", "in": "path", "required": True, "schema": {"type": "string"}},
            ],
            "get": {
                "operationId": "oops",
                "responses": {"200": _json(_ref("Thing")), **_REFUSED},
            },
        },
    },
    "components": {
        "schemas": {
            "Thing": {
                "type": "object",
                "required": ["id"],
                "additionalProperties": {"type": "string"},
                "properties": {
                    "id": {"type": "string", "minLength": 1},
                    "count": {"type": "integer", "nullable": True},
                },
            },
            "Problem": {
                "type": "object",
                "required": ["kind", "message"],
                "properties": {"kind": {"type": "string"}, "message": {"type": "string"}},
            },
        }
    },
}
COMPANIONS: dict[str, Any] = {
    "openapi": "3.0.0",
    "info": {"title": "Miniature login", "version": "1"},
    "paths": {
        "/mini/login": {
            "post": {
                "operationId": "login",
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/x-www-form-urlencoded": {
                            "schema": {"type": "object", "required": ["name"]}
                        }
                    },
                },
                "responses": {"200": _json({}), "400": _PROBLEM},
            }
        }
    },
    "components": DOCUMENT["components"],
}
