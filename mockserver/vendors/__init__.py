"""The rooms: one folder per vendor, and the one table to extend."""

from __future__ import annotations

from mockserver.kernel.room import Room
from mockserver.vendors.akinon import ROOM as AKINON
from mockserver.vendors.emporix import ROOM as EMPORIX
from mockserver.vendors.openloyalty import ROOM as OPENLOYALTY

ROOMS: dict[str, Room] = {room.vendor: room for room in (AKINON, EMPORIX, OPENLOYALTY)}
