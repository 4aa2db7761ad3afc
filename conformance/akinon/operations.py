"""The operationIds of Akinon under the names that tests use."""

from __future__ import annotations

from typing import Final

LIST: Final = "listSegments"
SET: Final = "setSegment"
RECALCULATE: Final = "recalculateSegment"

CSRF_TOKEN: Final = "getCsrfToken"  # noqa: S105 - an operationId
LOGIN: Final = "loginUser"
LOGOUT: Final = "logoutUser"
CURRENT_USER: Final = "getCurrentUser"
BASKET: Final = "getBasket"
