"""Which variants are tried together, so that all of them are tried in a minute."""

from __future__ import annotations

from dataclasses import dataclass

from . import akinon, emporix, emporix_more, emporix_refusals, openloyalty
from .variants import GENERAL
from .varied import Variant

EVERY = {
    "akinon": (*GENERAL, *akinon.HARMLESS),
    "emporix": GENERAL + emporix.HARMLESS + emporix_refusals.HARMLESS + emporix_more.HARMLESS,
    "openloyalty": (*GENERAL, *openloyalty.HARMLESS),
}
EDITION = "2026-09"


@dataclass(frozen=True, slots=True)
class Composite:
    """Variants of one vendor at once."""

    vendor: str
    variants: tuple[Variant, ...]
    edition: str = ""
    settle: float | None = None

    def __str__(self) -> str:
        """Return what tells it from the others."""
        names = "+".join(each.name for each in self.variants)
        return f"{self.vendor}{self.edition and '@' + self.edition}:{names}"


def _named(vendor: str, *names: str, edition: str = "", settle: float | None = None) -> Composite:
    every = {each.name: each for each in EVERY[vendor]}
    return Composite(vendor, tuple(every[name] for name in names), edition, settle)


_ON_THE_WIRE = ("other-headers", "other-sentences", "more-properties", "instants-with-an-offset")
_TROUBLED = (
    "instants-with-microseconds", "throttled", "throttled-without-a-time",
    "unavailable-now-and-then", "slow",
)  # fmt: skip
_STRICT = (
    "other-refusals", "other-codes-of-entries", "scopes-after-the-rest", "nothing-for-nothing",
    "assignments-need-a-body", "one-id-only", "no-version-of-what-is-new",
    "unknown-names-refused", "ids-used-once", "only-customers-own", "clock-behind",
)  # fmt: skip

COMPOSITES = (
    _named("emporix", *_ON_THE_WIRE),
    _named("emporix", *_TROUBLED, settle=30),
    _named("emporix", *_STRICT),
    _named(
        "emporix", "newest-first", "small-pages", "always-counted", "empty-instead-of-absent",
        "assignments-change-segments", "whole-seconds", "long-tokens", "clock-ahead",
        "automatic-assignments", "deleted-coupons-shown",
    ),
    _named(
        "emporix", "pages-from-zero", "absent-instead-of-empty", "put-keeps-the-rest", "uuids",
        "customers-of-other-segments", "owned-by-entity-alone", "trees-turned-round",
        "renewing-ends-the-former", "codes-used-again", "lean-products",
    ),
    _named(
        "emporix", "no-page-beyond-the-last", "missing-first", "owned-by-no-entity",
        "only-the-named-fields",
    ),
    _named("emporix", "memberships-late", "other-refusals", settle=10),
    _named("emporix", "updates-late", settle=10),
    _named("emporix", "noisy-neighbour", "lists-late", settle=30),
    _named("emporix", *_ON_THE_WIRE, "newest-first", edition=EDITION),
    _named("emporix", *_STRICT, "lists-late", "noisy-neighbour", edition=EDITION, settle=10),
    _named("openloyalty", *_ON_THE_WIRE, "codes-of-its-own", "newest-first", "ids-of-its-own"),
    _named("openloyalty", *_TROUBLED, "emptied-when-switched-off"),
    _named(
        "openloyalty", "other-refusals", "switched-once", "no-page-beyond-the-last",
        "totals-of-its-own", "empty-description", "whole-seconds", "clock-behind",
    ),
    _named("openloyalty", "recalculation-late", "lists-late", "noisy-neighbour"),
    _named("openloyalty", "recalculation-very-late", "clock-ahead", "averages-as-numbers"),
    _named("openloyalty", "recalculation-by-the-cycle", "noisy-neighbour"),
    _named("akinon", *_ON_THE_WIRE, "other-cookies", "basket-within", "worst-first"),
    _named("akinon", *_TROUBLED, "csrf-kept-at-login", "bare-user", "signed-out-elsewhere"),
    _named(
        "akinon", "other-refusals", "pages-for-people", "short-csrf-tokens", "long-sessions",
        "other-401", "no-null-segment", "clock-behind",
    ),
    _named("akinon", "recalculation-late", "noisy-neighbour", "sessions-for-baskets-only"),
    _named(
        "akinon", "sessions-for-recalculation-only", "clock-ahead", "sessions-signed-anew",
        "captcha-told",
    ),
    _named("akinon", "no-sessions-for-guests"),
)  # fmt: skip
