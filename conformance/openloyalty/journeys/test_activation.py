"""Activation: segments switched on and off."""

from __future__ import annotations

from conformance.judging import judges
from conformance.openloyalty.case import OpenLoyalty


@judges("OLO-080", "OLO-081")
def test_an_activated_segment_is_active(openloyalty: OpenLoyalty) -> None:
    """A segment that was activated is shown as active, by itself and in the list."""
    name = openloyalty.fresh_name()
    segment = openloyalty.segment(name=name, active=False)
    reply = openloyalty.switch(segment, on=True)
    openloyalty.judge("OLO-080", reply).status(204).bodiless()
    _shows(openloyalty, "OLO-081", segment, name, active=True)


@judges("OLO-082", "OLO-083")
def test_a_deactivated_segment_is_inactive(openloyalty: OpenLoyalty) -> None:
    """A segment that was deactivated is shown as inactive, by itself and in the list."""
    name = openloyalty.fresh_name()
    segment = openloyalty.segment(name=name, active=True)
    reply = openloyalty.switch(segment, on=False)
    openloyalty.judge("OLO-082", reply).status(204).bodiless()
    _shows(openloyalty, "OLO-083", segment, name, active=False)


def _shows(case: OpenLoyalty, requirement: str, segment: str, name: str, *, active: bool) -> None:
    read = case.settle(lambda: case.read(segment), lambda found: found.at("/active") is active)
    case.judge(requirement, read).status(200).value("/active", active)
    listed, row = case.shown_row(segment, name)
    case.judge(requirement, listed).that(
        row.get("active") is active,
        f"the segment is listed with active: {str(active).lower()}", row, "the list", "/items",
    )  # fmt: skip
