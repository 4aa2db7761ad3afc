"""Akinon's segment operations, with the session, login and CSRF that they need.

One site, `default`. What is in which file: `model.py` and `rules.py` nouns, `world.py`
and `sessions.py` state and verbs, `csrf.py` tokens, `origin.py` Referer and Origin,
`access.py` callers, `wire.py` JSON and refusals, `operations.py` the table of operations,
`seed.py` the first state, `grammar.py` how a fixture writes rules.
"""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.kernel.room import Demo, Room
from mockserver.vendors.akinon.access import CSRF_COOKIE, admit
from mockserver.vendors.akinon.operations import OPERATIONS
from mockserver.vendors.akinon.seed import open_world
from mockserver.vendors.akinon.wire import RULES, cite, refuse
from mockserver.vendors.akinon.world import DemoSession, World


def _demos(world: World) -> Sequence[Demo]:
    return [
        Demo(
            scope=world.site,
            name=demo.name,
            description=demo.description,
            header="Cookie",
            value=_cookies(world, demo),
            token=demo.session.key,
            login={"email": demo.user.email, "password": demo.user.password},
        )
        for demo in world.demos
    ]


def _cookies(world: World, demo: DemoSession) -> str:
    name = world.choices["akinon.session-cookie"]
    return f"{name}={demo.session.key}; {CSRF_COOKIE}={demo.csrf_token}"


def _example(world: World, base: str) -> str:
    if not world.demos:  # a fixture of the user's own may have none
        return f"curl -X POST {base}/users/segments/recalculate_segment/"
    return f"curl {base}/users/segments/ -H 'Cookie: {_cookies(world, world.demos[0])}'"


ROOM = Room(
    vendor="akinon",
    title="Akinon",
    operations=OPERATIONS,
    rules=RULES,
    base_path="/users/segments/",
    open=open_world,
    admit=admit,
    refuse=refuse,
    demos=_demos,
    example=_example,
    cite=cite,
    max_body=1024 * 1024,
)
