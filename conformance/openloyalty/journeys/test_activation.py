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
    _stays(openloyalty, "OLO-081", segment, active=True)


@judges("OLO-082", "OLO-083")
def test_a_deactivated_segment_is_inactive(openloyalty: OpenLoyalty) -> None:
    """A segment that was deactivated is shown as inactive, by itself and in the list."""
    name = openloyalty.fresh_name()
    segment = openloyalty.segment(name=name, active=True)
    reply = openloyalty.switch(segment, on=False)
    openloyalty.judge("OLO-082", reply).status(204).bodiless()
    _shows(openloyalty, "OLO-083", segment, name, active=False)
    _stays(openloyalty, "OLO-083", segment, active=False)


def _shows(case: OpenLoyalty, requirement: str, segment: str, name: str, *, active: bool) -> None:
    read = case.settle(lambda: case.read(segment), lambda found: found.at("/active") is active)
    case.judge(requirement, read).status(200).value("/active", active)
    listed, row = case.shown_row(segment, name, lambda row: row.get("active") is active)
    case.judge(requirement, listed).that(
        row.get("active") is active,
        f"the segment is listed with active: {str(active).lower()}", row, "the list", "/items",
    )  # fmt: skip


def _stays(case: OpenLoyalty, requirement: str, segment: str, *, active: bool) -> None:
    """Judge that to switch again, where that is taken, leaves the segment as it was switched."""
    if 200 <= case.switch(segment, on=active).status < 300:
        read = case.settle(lambda: case.read(segment), lambda found: found.at("/active") is active)
        case.judge(requirement, read).status(200).value("/active", active)
