"""The well-known credentials of the seeded tenants, and one command to try first.

What they are is said in the fixture; here they are only listed.
"""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.kernel.room import Demo
from mockserver.vendors.emporix.tenants import Platform


def demos(platform: Platform) -> Sequence[Demo]:
    """Return the well-known credentials of all tenants, best one first."""
    return [demo for tenant in platform.tenants.values() for demo in tenant.demos]


def example(platform: Platform, base_url: str) -> str:
    """Return a curl command that lists segments and works as it stands."""
    demo = demos(platform)[0]
    return (
        f"curl -H '{demo.header}: {demo.value}' "
        f"'{base_url}/customer-segment/{demo.scope}/segments?pageSize=5'"
    )
