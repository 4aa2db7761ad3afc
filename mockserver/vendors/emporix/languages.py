"""The languages of a request: which texts a reply shows, and under which one a text is stored.

Pure reading of two headers and choosing among texts; no state.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mockserver.kernel.refusals import Invalid
from mockserver.vendors.emporix.model import Localized, texts
from mockserver.vendors.emporix.world import World

ANY = "*"
_TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)
_MAX_LANGUAGES = 50


@dataclass(frozen=True, slots=True)
class Speech:
    """How a reply shows localized text: in the first accepted language that there is."""

    accepted: tuple[str, ...]
    """Lower-case language tags, best first; `*` stands for every language."""
    default: str
    as_string: bool
    """True for the bare text, False for a map that holds the one language."""

    def render(self, compact: Localized) -> dict[str, str] | str:
        """Return a localized text as this reply shows it."""
        full = texts(compact)
        by_tag = {language.lower(): language for language in full}
        for wanted in (*self.accepted, self.default.lower()):
            if wanted == ANY:
                return full
            if (language := _lookup(wanted, by_tag)) is not None:
                return full[language] if self.as_string else {language: full[language]}
        return full


def _lookup(wanted: str, by_tag: dict[str, str]) -> str | None:
    """Return the language that a tag, or the tag cut from its end, names (RFC 4647, 3.4)."""
    while wanted:
        if wanted in by_tag:
            return by_tag[wanted]
        wanted = wanted.rpartition("-")[0]
    return None


def speech(world: World, header: str | None) -> Speech | None:
    """Read Accept-Language; `None` means maps with every language. Raises Invalid."""
    if header is None or header in ("", ANY):
        return None
    ranked = []
    for position, part in enumerate(header.split(",")[:_MAX_LANGUAGES]):
        tag, _, parameters = part.partition(";")
        quality = _quality(parameters)
        tag = tag.strip()
        if quality > 0 and (tag == ANY or _TAG.fullmatch(tag)):
            ranked.append((-quality, position, tag.lower()))
    accepted = tuple(tag for _, _, tag in sorted(ranked))
    if world.choices.unsupported_language_refused:
        for tag in accepted:
            check_supported(world, tag, "/header/Accept-Language")
    if not accepted or accepted[0] == ANY:
        return None
    return Speech(accepted, world.languages[0], world.choices.single_language_string)


def _quality(parameters: str) -> float:
    name, _, value = parameters.partition("=")
    if name.strip().lower() != "q":
        return 1.0
    digits = value.strip()
    return float(digits) if re.fullmatch(r"[01](\.[0-9]{0,3})?", digits) else 0.0


def writing_language(world: World, header: str | None) -> str | None:
    """Read Content-Language; return the one specific language it names, if it does.

    Raises Invalid for a language that the tenant does not have, where that is refused.
    """
    if header is None:
        return None
    if world.choices.unsupported_language_refused:
        for tag in header.split(","):
            check_supported(world, tag.strip().lower(), "/header/Content-Language")
    return header if _TAG.fullmatch(header) else None


def check_supported(world: World, tag: str, pointer: str) -> None:
    """Refuse a language that the tenant does not have. Raises Invalid."""
    known = {language.lower(): language for language in world.languages}
    if tag not in ("", ANY) and _lookup(tag, known) is None:
        raise Invalid(
            f"Following languages are not supported: '{tag[:40]}'",
            requirement="EMX-084",
            pointer=pointer,
            code="language",
        )
