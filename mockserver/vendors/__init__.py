"""The rooms: one folder per vendor, and the one table to extend."""

from __future__ import annotations

from importlib import import_module

from mockserver.kernel.room import Room

ROOMS = ("akinon", "emporix", "openloyalty")
"""The vendors, each the name of the folder that holds its room."""


def room(vendor: str) -> Room:
    """Return a vendor's room; only rooms that are asked for are imported."""
    if vendor not in ROOMS:
        raise KeyError(vendor)
    found: Room = import_module(f"{__name__}.{vendor}").ROOM
    return found
