"""The log of the mock: one line per request, as text or as JSON."""

from __future__ import annotations

import logging
import sys

import orjson

_FIELDS = (
    "method",
    "path",
    "status",
    "operation",
    "requirement",
    "pointer",
    "milliseconds",
)


class TextLines(logging.Formatter):
    """`12:00:01 PUT /customer-segment/acme/… 409  EMX-031 /metadata/version  0.4 ms`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        line = f"{self.formatTime(record, '%H:%M:%S')} {record.getMessage()}"
        if record.levelno >= logging.WARNING:
            line = f"{line} [{record.levelname.lower()}]"
        explained = [getattr(record, name, None) for name in ("requirement", "pointer")]
        line = "  ".join([line, " ".join(part for part in explained if part)]).rstrip()
        if hasattr(record, "milliseconds"):
            line = f"{line}  {record.milliseconds} ms"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonLines(logging.Formatter):
    """One JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        told: dict[str, object] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        told |= {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(told).decode()


def configure(level: str, form: str) -> None:
    """Send the log of the mock to standard error. `form` is `text` or `json`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    for name in ("segment_mock", "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.propagate = False
    logging.getLogger("segment_mock").setLevel(level.upper())
    # The server's own chatter would bury the requests; its errors must show.
    logging.getLogger("uvicorn").setLevel("WARNING")
