"""What a developer needs to know first: where things are and whom to be.

One value, shown twice: as text in the terminal and as a page in the browser.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mockserver.kernel.room import Demo
from mockserver.kernel.service import Service


@dataclass(frozen=True, slots=True)
class Greeting:
    """One vendor on the start page."""

    vendor: str
    title: str
    docs: str
    demos: Sequence[Demo]
    example: str


def greetings(service: Service, base_url: str) -> list[Greeting]:
    """Return the vendors that are served at a base URL such as `http://127.0.0.1:8080`."""
    return [
        Greeting(
            vendor=room.vendor,
            title=room.title,
            docs=f"{base_url}/docs/{room.vendor}/",
            demos=room.demos(service.state(room.vendor)),
            example=room.example(service.state(room.vendor), base_url),
        )
        for room in service.rooms.values()
    ]


def as_text(service: Service, base_url: str, seed: int) -> str:
    """Return the start page for a terminal."""
    lines = [f"segment-mock is ready at {base_url}  (seed {seed})", ""]
    for each in greetings(service, base_url):
        lines += [each.title, f"  docs     {each.docs}"]
        first_scope = each.demos[0].scope if each.demos else ""
        for demo in each.demos:
            if demo.scope != first_scope:
                continue
            lines.append(f"  {demo.name:<9}{demo.description}")
            lines.append(f"           {demo.header}: {demo.value}")
            if demo.login:
                told = ", ".join(f"{key} {value}" for key, value in demo.login.items())
                lines.append(f"           or log in: {told}")
        others = list(dict.fromkeys(d.scope for d in each.demos if d.scope != first_scope))
        lines.append(f"  worlds   {', '.join([first_scope, *others])}")
        lines += [f"  try      {each.example}", ""]
    lines.append(f"All of it, with every world: {base_url}/    Stop with Ctrl-C.")
    return "\n".join(lines)
