"""Where a request says it came from, judged as Django's CSRF protection judges it.

Only headers are looked at. The mock speaks HTTP: what came by HTTPS is told by the
proxy in front of it, in the header X-Forwarded-Proto (AKN-089).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is wrong with where a request came from."""

    reason: str
    """Django's own sentence (AKN-093)."""
    requirement: str
    pointer: str


def doubt(sent: Mapping[str, str], reading: str) -> Doubt | None:
    """Return what is wrong with the origin of a request, or `None`.

    `sent` are its headers by lower-case name; `reading` is the choice akinon.referer.
    """
    if reading == "origin" and "origin" in sent:
        return _doubt_of_origin(sent)
    if reading != "ignored" and came_by_https(sent):
        return _doubt_of_referer(sent)
    return None


def came_by_https(sent: Mapping[str, str]) -> bool:
    """Tell whether the first proxy took the request by HTTPS (AKN-089)."""
    return sent.get("x-forwarded-proto", "").partition(",")[0].strip() == "https"


def _doubt_of_origin(sent: Mapping[str, str]) -> Doubt | None:
    scheme = "https" if came_by_https(sent) else "http"
    if sent["origin"] == f"{scheme}://{sent.get('host', '')}":
        return None
    reason = f"Origin checking failed - {sent['origin']} does not match any trusted origins"
    return Doubt(reason, "AKN-092", "/header/Origin")


def _doubt_of_referer(sent: Mapping[str, str]) -> Doubt | None:
    referer = sent.get("referer")
    if referer is None:
        return _bad_referer("no Referer", "AKN-090")
    try:
        parts = urlsplit(referer)
    except ValueError:
        return _bad_referer("Referer is malformed", "AKN-091")
    if not parts.scheme or not parts.netloc:
        return _bad_referer("Referer is malformed", "AKN-091")
    if parts.scheme != "https":
        return _bad_referer("Referer is insecure while host is secure", "AKN-091")
    if parts.netloc != sent.get("host", "").lower():
        return _bad_referer(f"{parts.geturl()} does not match any trusted origins", "AKN-091")
    return None


def _bad_referer(what: str, requirement: str) -> Doubt:
    return Doubt(f"Referer checking failed - {what}", requirement, "/header/Referer")
