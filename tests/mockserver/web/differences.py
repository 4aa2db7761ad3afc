"""Where openapi-core is knowingly laxer or stricter than the compiled reading, and who is right.

Each difference names the text that decides, recognises the requests it is about (so
that generated ones leave them out) and has examples that prove it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote

import jsonschema_rs
import orjson

from .readings import Message, Reading

# One operation that declares everything that the readings differ about.
DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.0",
    "info": {"title": "Differences", "version": "1"},
    "paths": {
        "/d/{code}": {
            "post": {
                "operationId": "differ",
                "parameters": [
                    {
                        "name": "code",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "string", "pattern": "^[a-z]+$"},
                    },
                    {"name": "n", "in": "query", "schema": {"type": "integer"}},
                    {"name": "x", "in": "query", "schema": {"type": "number"}},
                    {"name": "b", "in": "query", "schema": {"type": "boolean"}},
                    {"name": "s", "in": "query", "schema": {"type": "string"}},
                    {
                        "name": "t",
                        "in": "query",
                        "schema": {"type": "string", "format": "date-time"},
                    },
                    {
                        "name": "o",
                        "in": "query",
                        "style": "deepObject",
                        "explode": True,
                        "schema": {"type": "object", "additionalProperties": {"enum": ["asc"]}},
                    },
                    {"name": "X-Flag", "in": "header", "schema": {"type": "boolean"}},
                ],
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "properties": {
                                    "name": {"type": "string", "pattern": r"\S"},
                                    "count": {"type": "integer"},
                                    "short": {"type": "integer", "format": "int32"},
                                    "email": {"type": "string", "format": "email"},
                                    "link": {"type": "string", "format": "uri"},
                                    "at": {"type": "string", "format": "date-time"},
                                },
                            }
                        }
                    }
                },
                "responses": {"204": {"description": "Done."}},
            }
        }
    },
}


def asked(query: str = "", *, code: str = "a", flag: str | None = None) -> Message:
    """Return a request without a body."""
    headers = {} if flag is None else {"X-Flag": flag}
    return Message(f"/d/{quote(code)}", query, headers)


def told(body: str | bytes) -> Message:
    """Return a request with a JSON body."""
    data = body if isinstance(body, bytes) else body.encode()
    return Message("/d/a", body=data, content_type="application/json")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the two readings see differently."""

    name: str
    reason: str
    """What the compiled reading does, and the text that says so."""
    applies: Callable[[Reading, Message], bool]
    accepted: tuple[Message, ...] = ()
    """What the compiled reading accepts and openapi-core refuses."""
    refused: tuple[Message, ...] = ()
    """What the compiled reading refuses and openapi-core accepts."""


def _texts(both: Reading, message: Message, kind: str) -> Iterator[str]:
    """Yield the texts of all parameters of a type."""
    for reference in both.operation["parameters"]:
        declared = both.schemas.resolve(reference)
        if both.schemas.resolve(declared["schema"]).get("type") != kind:
            continue
        name = declared["name"]
        if declared["in"] == "path":
            yield (both.path_of(message) or {}).get(name, "")
        elif declared["in"] == "header":
            yield from (each for key, each in message.headers.items() if key == name)
        else:
            pairs = parse_qsl(message.query, keep_blank_values=True)
            yield from (each for key, each in pairs if key == name)


def _strings(value: Any) -> Iterator[str]:
    """Yield every text inside a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _numbers(value: Any) -> Iterator[int]:
    """Yield every whole number inside a JSON value."""
    if type(value) is int:
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _numbers(each)


def _body(message: Message) -> Any:
    """Return the body as Python's own reader sees it; `None` when it cannot."""
    try:
        return json.loads(message.body)
    except (ValueError, RecursionError):
        return None


def _all_texts(both: Reading, message: Message) -> Iterator[str]:
    yield from _texts(both, message, "string")
    yield from _strings(_body(message))


_JSON_NUMBER = re.compile(r"-?[0-9]{1,40}(\.[0-9]+)?([eE][+-]?[0-9]{1,4})?")


def _reads_as_number(text: str) -> bool:
    try:
        return float(text) is not None
    except (ValueError, OverflowError):
        return False


def _python_number(both: Reading, message: Message) -> bool:
    texts = (*_texts(both, message, "integer"), *_texts(both, message, "number"))
    return any(
        _reads_as_number(text) and (not _JSON_NUMBER.fullmatch(text) or abs(float(text)) > 1e300)
        for text in texts
    )


_WORDS = frozenset({"y", "yes", "t", "true", "on", "1", "n", "no", "f", "false", "off", "0"})


def _boolean_word(both: Reading, message: Message) -> bool:
    return any(
        text.lower() in _WORDS and text not in ("true", "false")
        for text in _texts(both, message, "boolean")
    )


def _empty_text(both: Reading, message: Message) -> bool:
    del both
    return any(text == "" for _, text in parse_qsl(message.query, keep_blank_values=True))


def _strange_key(both: Reading, message: Message) -> bool:
    del both
    keys = (key for key, _ in parse_qsl(message.query, keep_blank_values=True))
    return any("[" in key and not re.fullmatch(r"[^\[\]]+\[\w+\]", key) for key in keys)


def _line_end(both: Reading, message: Message) -> bool:
    return any(text.endswith("\n") for text in _all_texts(both, message))


_INSTANT = re.compile(r"0000-..-..[tT].*|.*:60(\.[0-9]+)?([zZ]|[+-].*)")


def _strange_instant(both: Reading, message: Message) -> bool:
    return any(_INSTANT.fullmatch(text) for text in _all_texts(both, message))


# Where Python's \s and the White_Space of ECMA-262 and Unicode disagree.
_WHITE = re.compile(
    r"[\s\x1c-\x1f\x85\ufeff\u180e]*[\x1c-\x1f\x85\ufeff\u180e][\s\x1c-\x1f\x85\ufeff]*"
)


def _strange_white(both: Reading, message: Message) -> bool:
    del both
    return any(_WHITE.fullmatch(text) for text in _strings(_body(message)))


def _json_of_python(both: Reading, message: Message) -> bool:
    del both
    if not message.body or _body(message) is None:
        return False
    try:
        orjson.loads(message.body)
    except orjson.JSONDecodeError:
        return True
    return False


def _huge_number(both: Reading, message: Message) -> bool:
    del both
    return any(not -(2**63) <= number < 2**64 for number in _numbers(_body(message)))


def _wide_number(both: Reading, message: Message) -> bool:
    del both
    return any(not -(2**31) <= number < 2**31 for number in _numbers(_body(message)))


_STRICT = {
    form: jsonschema_rs.Draft4Validator({"format": form}, validate_formats=True)
    for form in ("email", "uri")
}


def _loose_email(both: Reading, message: Message) -> bool:
    texts = _all_texts(both, message)
    return any("@" in text and not _STRICT["email"].is_valid(text) for text in texts)


def _loose_uri(both: Reading, message: Message) -> bool:
    del both
    body = _body(message)
    # No contract of a vendor has a URI so far; only the document above does.
    link = body.get("link") if isinstance(body, dict) else None
    return isinstance(link, str) and not _STRICT["uri"].is_valid(link)


DIFFERENCES = (
    Difference(
        "numbers as Python writes them",
        "JSON's grammar of numbers counts (RFC 8259, section 6): no underscores, blanks, plus "
        "signs, other digits, bare points, infinities; and no more digits than anything needs.",
        _python_number,
        refused=(
            *(asked(f"n={text}") for text in ("1_0", "%201", "%2B1", "%D9%A1", "9" * 41)),
            *(
                asked(f"x={text}")
                for text in ("nan", "inf", "-Infinity", "1_0", ".5", "1.", "1e999")
            ),
        ),
    ),
    Difference(
        "booleans in words",
        "JSON Schema knows two booleans, and their JSON texts are `true` and `false` (RFC 8259, "
        "section 3).",
        _boolean_word,
        refused=(
            *(asked(f"b={text}") for text in ("1", "yes", "on", "TRUE", "f")),
            asked(flag="True"),
        ),
    ),
    Difference(
        "an empty text in the query",
        "An empty string is a value of type string. `allowEmptyValue` is about sending a name in "
        "place of a value, and how it meets the schema is left open (OpenAPI 3.1.1, parameter "
        "object).",
        _empty_text,
        accepted=(asked("s="),),
    ),
    Difference(
        "names of object properties",
        "A deep object has whatever names its schema allows (OpenAPI 3.0.3, style values); "
        "openapi-core sees only letters, digits and underscores.",
        _strange_key,
        refused=(asked("o[first-name]=up"),),
    ),
    Difference(
        "a line end after the end",
        "`$` matches at the end of the text only (ECMA-262, assertions; JSON Schema asks for that "
        "dialect); Python's also matches before a last line end, in date-times too.",
        _line_end,
        refused=(asked(code="a\n"), asked("t=2024-01-01T00:00:00Z%0A")),
    ),
    Difference(
        "year 0 and leap seconds",
        "RFC 3339 allows the year 0000 (section 5.6) and the second 60 (section 5.7). What a room "
        "cannot keep is refused by the room.",
        _strange_instant,
        accepted=(
            asked("t=0000-01-01T00:00:00Z"),
            asked("t=2016-12-31T23:59:60Z"),
            told('{"at": "2016-12-31T23:59:60Z"}'),
        ),
    ),
    Difference(
        "white space that Python adds",
        "The separators U+001C to U+001F are no white space in ECMA-262 (table of white space code "
        "points).",
        _strange_white,
        accepted=(told('{"name": "\\u001c"}'),),
    ),
    Difference(
        "JSON as Python reads it",
        "NaN and Infinity are no JSON, texts are Unicode without lone surrogates, and the encoding "
        "is UTF-8 without a mark (RFC 8259, sections 6, 8.2 and 8.1).",
        _json_of_python,
        refused=(
            told('{"other": NaN}'),
            told('{"name": "\\ud800"}'),
            told('{"name": "a"}'.encode("utf-16")),
        ),
    ),
    Difference(
        "whole numbers beyond 64 bits",
        "A reader may limit range and precision (RFC 8259, section 6); what does not fit is no "
        "exact whole number here, so it is no integer.",
        _huge_number,
        refused=(told('{"count": 18446744073709551616}'),),
    ),
    Difference(
        "int32",
        "A format of a number is a hint for the width of a type (OpenAPI 3.0.3, data types); JSON "
        "Schema asks nobody to check it.",
        _wide_number,
        accepted=(told('{"short": 2147483648}'),),
    ),
    Difference(
        "e-mail addresses",
        "An address has the form of RFC 5322, section 3.4.1 (JSON Schema validation, email), not "
        "merely an @.",
        _loose_email,
        refused=tuple(told(json.dumps({"email": text})) for text in ("@", "a b@c.d", "a@b@c")),
    ),
    Difference(
        "URIs",
        "A URI has a scheme and no blanks (RFC 3986; JSON Schema validation, uri); openapi-core "
        "checks none without another library.",
        _loose_uri,
        refused=tuple(told(json.dumps({"link": text})) for text in ("a", "//a", "http://a b")),
    ),
)


def knowingly_different(both: Reading, message: Message) -> bool:
    """Tell whether a request is about one of the differences."""
    return any(difference.applies(both, message) for difference in DIFFERENCES)
