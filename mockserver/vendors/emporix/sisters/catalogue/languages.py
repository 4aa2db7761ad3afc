"""The languages of the category service: stricter than those of the segment service.

Texts are always maps; what is asked for must be a language of the tenant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mockserver.kernel.refusals import Invalid
from mockserver.vendors.emporix.languages import lookup, quality_of
from mockserver.vendors.emporix.model import Localized, texts
from mockserver.vendors.emporix.world import World

_RANGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8}){0,8}|\*", re.ASCII)
_MAX_RANGES = 50


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a request accepts."""

    languages: tuple[str, ...]
    """Languages of the tenant, best first; all of them when everything is accepted."""
    everything: bool
    default: str

    def render(self, compact: Localized) -> dict[str, str]:
        """Return the accepted translations of a text (EMX-718, EMX-719).

        A text without any of them is shown in the default language, or whole (EMX-721).
        """
        full = texts(compact)
        if self.everything:
            return full
        found = {each: full[each] for each in self.languages if each in full}
        if not found and self.default in full:
            return {self.default: full[self.default]}
        return found or full

    def sorting(self, language: str | None, pointer: str) -> str:
        """Return the language to sort a text in. Raises Invalid.

        Without one it is the best accepted, or the tenant's default one when everything
        is accepted (EMX-716).
        """
        if language is None:
            return self.default if self.everything else self.languages[0]
        if language not in self.languages:
            raise Invalid(
                f"Sorting in the language {language[:40]!r} is not possible.",
                requirement="EMX-715",
                pointer=pointer,
                code="sort",
            )
        return language


def accepted(world: World, header: str) -> Accepted:
    """Read Accept-Language; an empty one accepts everything. Raises Invalid.

    Every range must name a language of the tenant, at least in a wider form.
    """
    known = {language.lower(): language for language in world.languages}
    ranked: list[tuple[float, int, str]] = []
    unsupported: list[str] = []
    everything = not header.strip()
    for place, part in enumerate(header.split(",")[:_MAX_RANGES] if header.strip() else ()):
        tag, _, parameter = (piece.strip() for piece in part.partition(";"))
        quality = quality_of(parameter)
        if tag == "*":
            everything = everything or quality > 0
            continue
        # Of the tenant, or of the tag cut from its end.
        language = lookup(tag.lower(), known) if _RANGE.fullmatch(tag) else None
        if language is None:
            unsupported.append(tag)
        elif quality > 0:
            ranked.append((-quality, place, language))
    if unsupported:
        named = ", ".join(f"'{tag[:40]}'" for tag in unsupported[:5])
        raise Invalid(
            f"Following languages are not supported: {named}",
            requirement="EMX-720",
            pointer="/header/Accept-Language",
            code="language",
        )
    if everything or not ranked:
        return Accepted(world.languages, True, world.languages[0])
    languages = tuple(dict.fromkeys(language for _, _, language in sorted(ranked)))
    return Accepted(languages, False, world.languages[0])
