"""Takes secrets out of everything that is shown or stored.

A secret that is known by name becomes `${NAME}`, so that a printed command runs once the
variable is set; what only looks like a secret becomes `[redacted]`.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from conformance.exchange import Exchange, Headers, Request, Response

REDACTED = "[redacted]"

_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "x-api-key", "x-auth-token", "x-csrftoken"}
)
_FIELDS = re.compile(
    r"pass(word|wd)|secret|(access|refresh|saas|anonymous|csrf|id)_?token|^token$|^key$|api_?key"
    r"|session",
    re.IGNORECASE,
)
_HINT = re.compile(r"pass(word|wd)|secret|token|key|session", re.IGNORECASE)
"""Found in every text that names a field of `_FIELDS`; most have none, and are left as they are."""
_QUOTED = re.compile(
    r"""(["'](?:password|client_secret|api_key|(?:(?:access|refresh|saas|csrf)_?)?token)["']"""
    r"""\s*:\s*["'])(?!\$\{|\[redacted)[^"']+(["']|$)""",
    re.IGNORECASE,
)
"""A field of a quoted JSON object, or what is left of one where the quotation was cut."""
_SHORTEST = 6
"""Characters; shorter values would be found by chance."""


class Secrets:
    """What is known to be secret in one run."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None

    def add(self, value: str, name: str) -> None:
        """Remember a secret; `name` is that of an environment variable."""
        if len(value) >= _SHORTEST and value not in self._names:
            self._names[value] = name
            longest_first = sorted(self._names, key=len, reverse=True)
            self._pattern = re.compile("|".join(re.escape(each) for each in longest_first))

    def text(self, text: str) -> str:
        """Return a text with every known secret as `${NAME}`.

        Parts of JSON that it quotes lose the tokens and passwords that nobody knew of.
        """
        if self._pattern is not None:
            text = self._pattern.sub(lambda found: f"${{{self._names[found[0]]}}}", text)
        return _QUOTED.sub(rf"\1{REDACTED}\2", text) if _HINT.search(text) else text

    def exchange(self, exchange: Exchange) -> Exchange:
        """Return an exchange that may be shown."""
        response = exchange.response
        return replace(
            exchange,
            request=self._request(exchange.request),
            response=None if response is None else self._response(response),
            trouble=self.text(exchange.trouble),
        )

    def _request(self, request: Request) -> Request:
        return replace(
            request,
            url=self._url(request.url),
            headers=self._headers(request.headers),
            body=self._body(request.body),
        )

    def _response(self, response: Response) -> Response:
        return replace(
            response, headers=self._headers(response.headers), body=self._body(response.body)
        )

    def _url(self, url: str) -> str:
        path, mark, query = self.text(url).partition("?")
        if not mark:
            return path
        pairs = (pair.partition("=") for pair in query.split("&"))
        return path + mark + "&".join(self._pair(name, sign, value) for name, sign, value in pairs)

    @staticmethod
    def _pair(name: str, sign: str, value: str) -> str:
        secret = bool(sign and value and _FIELDS.search(name) and not value.startswith("${"))
        return f"{name}{sign}{REDACTED if secret else value}"

    def _headers(self, headers: Headers) -> Headers:
        return tuple((name, self._header(name, value)) for name, value in headers)

    def _header(self, name: str, value: str) -> str:
        shown = self.text(value)
        if name.lower() in ("cookie", "set-cookie"):
            # Of several cookies some may be known; what follows one that is set is no cookie.
            pairs = shown.split(";")
            cookies = 1 if name.lower() == "set-cookie" else len(pairs)
            return ";".join([*map(_cookie, pairs[:cookies]), *pairs[cookies:]])
        if name.lower() in _HEADERS and shown == value:
            kind, space, rest = value.partition(" ")
            return f"{kind} {REDACTED}" if space and rest and kind.isalpha() else REDACTED
        return shown

    def _body(self, body: bytes) -> bytes:
        if not body:
            return body
        text = self.text(body.decode("utf-8", "replace"))
        if not _HINT.search(text):
            return text.encode()
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            pairs = (pair.partition("=") for pair in text.split("&"))
            return "&".join(self._pair(*each) for each in pairs).encode()
        return json.dumps(_hidden(value), ensure_ascii=False).encode("utf-8", "replace")


def _cookie(pair: str) -> str:
    name, sign, value = pair.partition("=")
    if not sign:
        return REDACTED if name.strip() else name
    return f"{name}={value if not value or value.startswith('${') else REDACTED}"


def _hidden(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        # A key with a value beside it is a label, not somebody's API key.
        labelled = "value" in value
        return {
            each: inner if labelled and each == "key" else _hidden(inner, each)
            for each, inner in value.items()
        }
    if isinstance(value, list):
        return [_hidden(each, name) for each in value]
    if isinstance(value, str) and value and _FIELDS.search(name) and not value.startswith("${"):
        return REDACTED
    return value
