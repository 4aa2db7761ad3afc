"""The variants that every vendor has: what may differ on the way to any correct server."""

from __future__ import annotations

from datetime import datetime, timedelta

from . import wires
from .varied import Variant

GENERAL = (
    Variant(
        "other-headers",
        "Servers and gateways add headers, spell their names as they like and name a charset.",
        "RFC 9110, sections 5.1 and 8.3; the kit judges no header that is not documented",
        wire=wires.dressed,
    ),
    Variant(
        "other-sentences",
        "What an error says in words, and in which language, is nobody's promise.",
        "vendor-facts 1.5 and 2.7: bodies are promised by their members",
        wire=wires.worded,
    ),
    Variant(
        "more-properties",
        "No schema of the three forbids further properties, and services grow some.",
        "additionalProperties of the contracts",
        wire=wires.richer,
    ),
    Variant(
        "instants-with-an-offset",
        "RFC 3339 lets an instant be written in any offset.",
        "EMX-069, EMX-073",
        wire=wires.instants(lambda at, ms: _an_hour_ahead(at) + f".{ms}+01:00"),
    ),
    Variant(
        "instants-with-microseconds",
        "RFC 3339 lets a fraction have any number of digits.",
        "EMX-069, EMX-073",
        wire=wires.instants(lambda at, ms: f"{at}.{ms}000Z"),
    ),
    Variant(
        "throttled",
        "A shared system may ask to slow down, in seconds.",
        "RFC 6585, section 4",
        wire=wires.throttling(7, {"Retry-After": "1"}),
    ),
    Variant(
        "throttled-without-a-time",
        "Retry-After is optional.",
        "RFC 6585, section 4",
        wire=wires.throttling(11, {}),
    ),
    Variant(
        "unavailable-now-and-then",
        "A gateway may have nobody behind it for a moment.",
        "RFC 9110, section 15.6.4",
        wire=wires.unavailable(9),
    ),
    Variant(
        "slow", "Every answer takes its time, and instants differ.", "nothing promises speed",
        wire=wires.slow(430),
    ),
    Variant(
        "clock-behind", "The clocks of two machines differ by a minute.",
        "nothing promises equal clocks", wire=wires.skewed(60),
    ),
    Variant(
        "clock-ahead", "The clocks of two machines differ by a minute.",
        "nothing promises equal clocks", wire=wires.skewed(-60),
    ),
)  # fmt: skip


def _an_hour_ahead(at: str) -> str:
    return (datetime.fromisoformat(at) + timedelta(hours=1)).isoformat()
