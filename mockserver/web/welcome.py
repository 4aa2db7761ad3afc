"""What a developer needs to know first: where things are and whom to be.

One value, shown twice: as text in the terminal and as a page in the browser.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mockserver.kernel import instants
from mockserver.kernel.clock import Clock
from mockserver.kernel.room import Demo
from mockserver.kernel.service import Service

_LONGEST = 140
"""Characters of a header that a terminal can show; longer ones are told by a command."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """One vendor on the start page."""

    vendor: str
    title: str
    base_urls: Sequence[str]
    """Where the segment operations stand, one for each world."""
    docs: str
    demos: Sequence[Demo]
    example: str


def greetings(service: Service, base_url: str) -> list[Greeting]:
    """Return the vendors that are served at a base URL such as `http://127.0.0.1:8080`."""
    told = []
    for room in service.rooms.values():
        demos = room.demos(service.state(room.vendor))
        scopes = dict.fromkeys(demo.scope for demo in demos)
        edition = service.blueprints[room.vendor].edition
        told.append(
            Greeting(
                vendor=room.vendor,
                title=f"{room.title}, contract {edition}" if edition else room.title,
                base_urls=[base_url + room.base_path.format(scope=scope) for scope in scopes],
                docs=f"{base_url}/docs/{room.vendor}/",
                demos=demos,
                example=room.example(service.state(room.vendor), base_url),
            )
        )
    return told


def as_text(service: Service, base_url: str, seed: int) -> str:
    """Return the start page for a terminal: the first world of every vendor."""
    lines = [f"segment-mock is ready at {base_url}  (seed {seed}{clock_told(service.clock)})", ""]
    for each in greetings(service, base_url):
        demos = [demo for demo in each.demos if demo.scope == each.demos[0].scope]
        width = max(len(demo.name) for demo in demos) + 2
        lines += [each.title, *(f"  {url}" for url in each.base_urls), f"  {each.docs}"]
        for demo in demos:
            lines += [
                f"  {demo.name:<{width}}{line}" for line in _credential(each.vendor, demo)[:1]
            ]
            lines += [f"  {'':<{width}}{line}" for line in _credential(each.vendor, demo)[1:]]
        lines += [f"  $ {each.example}", ""]
    lines.append(f"Every world and credential: {base_url}/    Stop with Ctrl-C.")
    return "\n".join(lines)


def clock_told(clock: Clock) -> str:
    """Return what is worth telling about a clock: nothing when it tells the real time."""
    if clock.is_real:
        return ""
    return f", clock {'stands' if clock.frozen else 'starts'} at {instants.text(clock.now())}"


def _credential(vendor: str, demo: Demo) -> list[str]:
    header = f"{demo.header}: {demo.value}"
    if len(header) > _LONGEST:
        header = f"segment-mock token {vendor} --as {demo.name} --header"
    login = ", ".join(f"{key} {value}" for key, value in demo.login.items())
    return [header, f"{demo.description}{f' (login: {login})' if login else ''}"]
