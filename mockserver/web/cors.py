"""Answers browsers of any origin. Starlette does it; clients that are no browsers pass by."""

from __future__ import annotations

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

EXPOSED = ("X-Total-Count", "Items-Count", "X-Mock-Requirement", "X-Mock-Pointer", "Allow")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class AnyOrigin(CORSMiddleware):
    """CORS for every origin, with credentials: right for a local mock, and only there."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            app,
            allow_origin_regex=".*",
            allow_credentials=True,
            allow_methods=METHODS,
            allow_headers=["*"],
            expose_headers=EXPOSED,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add CORS headers where a browser asks for them.

        Starlette would wrap every answer to add `Vary: Origin`; nothing here may be cached
        anyway, and the wrapping costs a third of a short request.
        """
        if scope["type"] == "http" and any(name == b"origin" for name, _ in scope["headers"]):
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, send)
