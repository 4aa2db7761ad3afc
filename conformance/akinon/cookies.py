"""Cookies both ways, as a browser would keep them. Nothing that a target sends can make this fail.

Every cookie is sent explicitly: what one test was given is not another's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from conformance.exchange import Headers, Reply

CSRF: Final = "csrftoken"
SESSION_NAMES: Final = ("osessionid", "sessionid")
"""The platform's default name, and the one on the Segments page; sites use either."""


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie that a reply sets."""

    value: str
    seconds: float = float("inf")
    """How long it lives; 0 or less for one that is taken away."""


def set_by(reply: Reply) -> dict[str, Cookie]:
    """Return the cookies that a reply sets, by name; of equal names the last counts."""
    found = {}
    for name, value in reply.headers.headers:
        if name.lower() == "set-cookie":
            pair, *attributes = value.split(";")
            cookie, equals, text = pair.partition("=")
            # What could not be sent back is as good as not set.
            if equals and pair.isascii() and pair.isprintable():
                found[cookie.strip()] = Cookie(text.strip().strip('"'), _lifetime(attributes))
    return found


def _lifetime(attributes: list[str]) -> float:
    for each in attributes:
        name, _, value = each.partition("=")
        text = value.strip()
        digits = text.removeprefix("-")
        if name.strip().lower() == "max-age" and digits.isascii() and digits.isdigit():
            return float(text[:18])
    return float("inf")


def session_in(cookies: Mapping[str, str], own_name: str = "") -> tuple[str, str] | None:
    """Return name and value of the session cookie among some; `own_name` is looked for first."""
    names = (own_name, *SESSION_NAMES) if own_name else SESSION_NAMES
    return next(((name, cookies[name]) for name in names if cookies.get(name)), None)


def updated(cookies: Mapping[str, str], reply: Reply) -> dict[str, str]:
    """Return what a browser that held some cookies holds after a reply."""
    kept = dict(cookies)
    for name, cookie in set_by(reply).items():
        if cookie.seconds > 0 and cookie.value:
            kept[name] = cookie.value
        else:
            kept.pop(name, None)
    return kept


def written(cookies: Mapping[str, str]) -> dict[str, str]:
    """Return the header that sends cookies; none for none."""
    text = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return {"Cookie": text} if text else {}


def read(headers: Headers) -> dict[str, str]:
    """Return the cookies that some request headers send."""
    found = {}
    for name, value in headers:
        if name.lower() == "cookie":
            for part in value.split(";"):
                cookie, equals, text = part.partition("=")
                if equals:
                    found[cookie.strip()] = text.strip()
    return found
