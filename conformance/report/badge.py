"""An SVG badge: the vendor, and whether the target conforms."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from conformance.report.words import WORDS

_COLOURS = {0: "#1a7f37", 1: "#cf222e", 2: "#6e7781", 130: "#6e7781"}
_WIDTH = 6.6
"""Pixels that a character takes, about; the text is stretched to fit."""


def badge(document: Mapping[str, Any]) -> str:
    """Return the badge of a run."""
    counts = document["counts"]["requirements"]
    code = document["exit_code"]
    judged = sum(counts[verdict] for verdict in ("pass", "known", "fail"))
    told = WORDS[code] if code else f"{counts['pass']} of {judged} requirements"
    label = f"{document['title']} segments"
    left, right = (round(len(text) * _WIDTH) + 12 for text in (label, told))
    width, spoken = left + right, escape(f"{label}: {told}")
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" \
aria-label="{spoken}">
<title>{spoken}</title>
<rect width="{width}" height="20" rx="3" fill="{_COLOURS[code]}"/>
<path d="M3 0h{left - 3}v20H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="#444d56"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">
<text x="{left / 2}" y="14" textLength="{left - 12}">{escape(label)}</text>
<text x="{left + right / 2}" y="14" textLength="{right - 12}">{escape(told)}</text>
</g>
</svg>
"""
