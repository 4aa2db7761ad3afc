"""Runs a built mock under uvicorn on a socket of our own."""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import uvicorn

from mockserver.web.app import Mock


class AddressTaken(Exception):
    """The address cannot be listened on."""


def listen(host: str, port: int) -> socket.socket:
    """Return a bound socket; port 0 takes a free one. Raises AddressTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except (OSError, OverflowError) as error:
        found.close()
        raise AddressTaken(getattr(error, "strerror", None) or str(error)) from error
    return found


def url_of(bound: socket.socket) -> str:
    """Return the base URL of a bound socket, in a form that a client can use."""
    host, port = bound.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        host = "127.0.0.1" if host == "0.0.0.0" else "::1"  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Server(uvicorn.Server):
    """A uvicorn server that says when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        if self.started:
            self._ready()


def serve(mock: Mock, bound: socket.socket, announce: Callable[[str], None]) -> None:
    """Serve until interrupted; `announce` is called with the base URL once it answers."""
    config = uvicorn.Config(
        mock.app, log_config=None, access_log=False, lifespan="on", ws="none", server_header=False
    )
    server = _Server(config, lambda: announce(url_of(bound)))
    # The worlds live as long as the process; the collector need not walk them again.
    gc.collect()
    gc.freeze()
    # Ctrl-C is how a mock is meant to end.
    with suppress(KeyboardInterrupt):
        server.run(sockets=[bound])


def prepare_ready_file(path: Path | None) -> None:
    """Remove what an earlier run left behind. Raises OSError where nothing can be written."""
    if path is not None:
        # Tried with the draft: an empty ready file, even for a moment, would be read.
        _draft(path).write_text("", "utf-8")
        _draft(path).unlink()
        path.unlink(missing_ok=True)


def write_ready_file(path: Path | None, url: str) -> None:
    """Write the bound URL in one step, so that no reader sees half of it."""
    if path is not None:
        _draft(path).write_text(url + "\n", "utf-8")
        _draft(path).replace(path)


def _draft(path: Path) -> Path:
    return path.with_name(path.name + ".part")
