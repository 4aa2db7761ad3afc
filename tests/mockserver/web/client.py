"""A client for ASGI applications in the same process: bytes in, bytes out, nothing guessed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `status` is 0 when nothing did."""

    status: int
    headers: list[tuple[str, str]]
    data: bytes

    def header(self, name: str) -> str | None:
        """Return the one header of a name, or `None`. A header that comes twice is a fault."""
        values = [value for key, value in self.headers if key == name.lower()]
        assert len(values) <= 1, f"{name} stands {len(values)} times"
        return values[0] if values else None

    @property
    def json(self) -> Any:
        """The decoded body."""
        return json.loads(self.data)


class Client:
    """Sends one request at a time."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str] | None = None) -> None:
        """`headers` go with every request unless a request says otherwise."""
        self._app = app
        self._headers = dict(headers or {})

    def send(
        self,
        method: str,
        path: str,
        query: str | bytes = b"",
        *,
        headers: Mapping[str, str | None] | None = None,
        body: bytes | Sequence[bytes] = b"",
        complete: bool = True,
    ) -> Answer:
        """Return the answer to a request.

        A body in several parts arrives in several messages; without `complete` the
        client goes away before the last. A header of `None` is left out.
        """
        all_headers = {**self._headers, **(headers or {})}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode("latin-1"),
            "query_string": query if isinstance(query, bytes) else query.encode("ascii"),
            "root_path": "",
            "headers": [
                (name.lower().encode(), value.encode("latin-1"))
                for name, value in all_headers.items()
                if value is not None
            ],
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 8080),
        }
        parts = [body] if isinstance(body, bytes) else list(body)
        told: list[Message] = []
        waiting: list[Message] = [
            {
                "type": "http.request",
                "body": part,
                "more_body": not complete or number < len(parts) - 1,
            }
            for number, part in enumerate(parts)
        ]

        async def receive() -> Message:
            return waiting.pop(0) if waiting else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            told.append(message)

        async def run() -> None:
            await self._app(scope, receive, send)

        asyncio.run(run())
        self.unread = len(waiting)
        if not told:
            return Answer(0, [], b"")
        start, *rest = told
        assert start["type"] == "http.response.start"
        return Answer(
            status=start["status"],
            headers=[(name.decode(), value.decode("latin-1")) for name, value in start["headers"]],
            data=b"".join(message.get("body", b"") for message in rest),
        )
