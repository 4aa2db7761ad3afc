"""The vendors that can be judged, each with what the kit knows of it."""

from __future__ import annotations

from importlib import import_module

from conformance.session import VendorProfile
from mockserver import ROOMS as VENDORS

__all__ = ["VENDORS", "profile_of"]


def profile_of(vendor: str) -> VendorProfile:
    """Return a vendor's profile. Raises KeyError."""
    if vendor not in VENDORS:
        raise KeyError(vendor)
    found: VendorProfile = import_module(f"conformance.{vendor}.profile").PROFILE
    return found
