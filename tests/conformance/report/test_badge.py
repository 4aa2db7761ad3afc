"""The badge says in a few words what became of the target."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from conformance.report.badge import badge

from .documents import failing, passing, told

SVG = "{http://www.w3.org/2000/svg}"
DOCUMENTS = {
    0: (told(passing()), "1 of 1 requirements", "#1a7f37"),
    1: (told(passing(), failing()), "not conformant", "#cf222e"),
    2: (told(), "not judged", "#6e7781"),
    130: (told(passing(), exit_code=130), "interrupted", "#6e7781"),
}


@pytest.mark.parametrize("code", DOCUMENTS)
def test_every_exit_code_has_a_badge(code: int) -> None:
    """Well-formed, with a name for those who cannot see it."""
    document, told_, colour = DOCUMENTS[code]
    assert document["exit_code"] == code
    root = ET.fromstring(badge(document))  # noqa: S314 - we have just written it
    assert root.tag == f"{SVG}svg"
    spoken = f"Akinon segments: {told_}"
    assert root.attrib["aria-label"] == root.findtext(f"{SVG}title") == spoken
    assert [each.text for each in root.iter(f"{SVG}text")] == ["Akinon segments", told_]
    assert root.find(f"{SVG}rect").attrib["fill"] == colour  # type: ignore[union-attr]
    assert float(root.attrib["width"]) > 150


def test_a_known_failure_is_judged_but_does_not_pass() -> None:
    """The badge does not hide it."""
    text = badge(told(passing(), failing(), known={"AKN-010": "SEG-1"}))
    assert "1 of 2 requirements" in text


def test_a_name_cannot_break_the_badge() -> None:
    """Whatever the vendor is called."""
    document = {**told(passing()), "title": 'A <b> & "c"'}
    root = ET.fromstring(badge(document))  # noqa: S314 - as above
    assert root.findtext(f"{SVG}title") == 'A <b> & "c" segments: 1 of 1 requirements'
