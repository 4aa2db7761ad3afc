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
    """True for the bare text, False for a map that holds the one language (EMX-081)."""

    def render(self, compact: Localized) -> dict[str, str] | str:
        """Return a localized text as this reply shows it."""
        return self.choose(texts(compact))

    def choose(self, full: dict[str, str]) -> dict[str, str] | str:
        """Return of a text in several languages what this reply shows.

        The first accepted language that it has (EMX-082), else the tenant's, else all (EMX-083).
        """
        by_tag = {language.lower(): language for language in full}
        for wanted in (*self.accepted, self.default.lower()):
            if wanted == ANY:
                return full
            if (language := lookup(wanted, by_tag)) is not None:
                return full[language] if self.as_string else {language: full[language]}
        return full


def lookup(wanted: str, by_tag: dict[str, str]) -> str | None:
    """Return the language that a tag, or the tag cut from its end, names (RFC 4647, 3.4)."""
    while wanted:
        if wanted in by_tag:
            return by_tag[wanted]
        wanted = wanted.rpartition("-")[0]
    return None


def speech(world: World, header: str | None) -> Speech | None:
    """Read Accept-Language; `None` means maps with every language. Raises Invalid."""
    if header == ANY:  # (EMX-079)
        return None
    if not header:
        return _unasked(world)
    ranked = []
    for position, part in enumerate(header.split(",")[:_MAX_LANGUAGES]):
        tag, _, parameters = part.partition(";")
        quality = quality_of(parameters)
        tag = tag.strip()
        if quality > 0 and (tag == ANY or _TAG.fullmatch(tag)):
            ranked.append((-quality, position, tag.lower()))
    accepted = tuple(tag for _, _, tag in sorted(ranked))
    if world.choices.unsupported_language_refused:
        for tag in accepted:
            _check_supported(world, tag)
    if not accepted:
        return _unasked(world)
    if accepted[0] == ANY:
        return None
    return Speech(accepted, world.languages[0], world.choices.single_language_string)


def _unasked(world: World) -> Speech | None:
    """Return how texts are shown to somebody who asks for no language (EMX-080)."""
    if not world.choices.default_language_only:
        return None
    return Speech((), world.languages[0], world.choices.single_language_string)


def quality_of(parameters: str) -> float:
    """Return the weight of a language; one that cannot be read counts as none."""
    name, _, value = parameters.partition("=")
    if name.strip().lower() != "q":
        return 1.0
    digits = value.strip()
    return float(digits) if re.fullmatch(r"[01](\.[0-9]{0,3})?", digits) else 0.0


def writing_language(world: World, header: str | None) -> str | None:
    """Read Content-Language; return the one specific language of plain texts, if there is one.

    It is given in the tenant's spelling. Raises Invalid for a language that the tenant
    does not have, where that is refused.
    """
    if not header:
        return world.languages[0] if world.choices.plain_text_in_default else None
    known = {language.lower(): language for language in world.languages}
    if world.choices.unsupported_language_refused:
        for tag in (part.strip().lower() for part in header.split(",")):
            if tag not in ("", ANY, *known):
                raise _unsupported(tag, "/header/Content-Language")
    tag = header.strip()
    # "*" is no one language: then texts are maps (EMX-076).
    return known.get(tag.lower(), tag) if _TAG.fullmatch(tag) else None


def _check_supported(world: World, tag: str) -> None:
    """Refuse a language that the tenant has not even in a wider form. Raises Invalid."""
    known = {language.lower(): language for language in world.languages}
    if tag != ANY and lookup(tag, known) is None:
        raise _unsupported(tag, "/header/Accept-Language")


def _unsupported(tag: str, pointer: str) -> Invalid:
    return Invalid(
        f"Following languages are not supported: '{tag[:40]}'",
        requirement="EMX-084",
        pointer=pointer,
        code="language",
    )
