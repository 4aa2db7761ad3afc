"""A case in Akinon's own words: offers, the current segment, sessions and CSRF pairs.

Nothing is made at Akinon. What a user's current segment was before a test changed it is
written into the journal, whose clean-up puts it back, whatever became of the test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.akinon import cookies
from conformance.akinon import operations as op
from conformance.case import Case
from conformance.exchange import MISSING, Reply, at
from conformance.journal import Removal
from conformance.judging import Unmet
from conformance.session import Session


@dataclass(frozen=True, slots=True)
class Visitor:
    """One browser: the cookies that it holds, and the proof that goes with them."""

    cookies: Mapping[str, str]
    csrf_token: str = ""

    def only(self, *names: str) -> Mapping[str, str]:
        """Return those cookies that have one of some names."""
        return {name: value for name, value in self.cookies.items() if name in names}

    def without(self, *names: str) -> Mapping[str, str]:
        """Return the other cookies."""
        return {name: value for name, value in self.cookies.items() if name not in names}


class Akinon(Case):
    """One test against an Akinon target; `user` sends when nobody is named."""

    default_credential = "user"

    # --- visitors ---

    @property
    def origin(self) -> dict[str, str]:
        """The header that says where a storefront's requests come from."""
        return origin_of(self.session)

    def visitor(self, by: str = "user") -> Visitor:
        """Return the browser behind a credential. Raises Unmet."""
        credential = self._credential(by)
        tokens = [value for name, value in credential.unsafe_headers if name == "X-CSRFToken"]
        return Visitor(cookies.read(credential.headers), tokens[0] if tokens else "")

    def session_cookie(self, visitor: Visitor) -> dict[str, str]:
        """Return the session cookie of a visitor by name. Raises Unmet."""
        found = cookies.session_in(visitor.cookies, self.cookie_name)
        if found is None:
            raise Unmet("there is no session cookie to work with")
        return {found[0]: found[1]}

    @property
    def cookie_name(self) -> str:
        """The name of the session cookie that the configuration tells; else empty."""
        return str(self.session.config.credentials.get("user", {}).get("cookie", ""))

    def proven(self, visitor: Visitor, *, header: str = "X-CSRFToken") -> dict[str, str]:
        """Return all that a visitor sends with a POST: cookies, CSRF token, Referer."""
        return {
            **cookies.written(visitor.cookies),
            **({header: visitor.csrf_token} if visitor.csrf_token else {}),
            **self.origin,
        }

    def newcomer(self, *, step: str = "set up") -> Visitor:
        """Return a visitor without a session, with a CSRF pair. Raises Unmet."""
        reply = self.send(op.CSRF_TOKEN, by="", step=step)
        return with_pair(self.session, {}, self.need(reply, 200, what="asking for a CSRF token"))

    def guest(self) -> Visitor:
        """Return a visitor with a session who is not signed in. Raises Unmet.

        Where a site hands out sessions is not documented: at the basket, or by recalculating.
        """
        newcomer = self.newcomer()
        told = []
        for operation in (op.BASKET, op.RECALCULATE):
            headers = self.proven(newcomer)
            reply = self.send(operation, by="", headers=headers, step="set up")
            held = cookies.updated(newcomer.cookies, reply)
            found = cookies.session_in(held, self.cookie_name)
            if reply.status == 200 and found is not None:
                self.session.secrets.add(found[1], "AKINON_GUEST_SESSION")
                return Visitor(held, newcomer.csrf_token)
            told.append(str(reply.status))
        raise Unmet(
            "neither basket nor recalculation gave a visitor a session to work with: "
            f"they answered {' and '.join(told)}, without a session cookie"
        )

    # --- signing in anew: the run's shared sessions are never ended ---

    def words(self, name: str) -> dict[str, str]:
        """Return e-mail and password of a credential. Raises Unmet."""
        given = self.session.config.credentials.get(name, {})
        if "email" not in given or "password" not in given:
            raise self.lacking(f"akinon.credentials.{name} with email and password")
        return {"email": given["email"], "password": given["password"]}

    def sign_in(
        self,
        visitor: Visitor,
        name: str = "user",
        *,
        header: str = "X-CSRFToken",
        step: str = "",
    ) -> Reply:
        """Send the login of a user from a browser; the reply may be anything."""
        headers = self.proven(visitor, header=header)
        reply = self.send(op.LOGIN, by="", headers=headers, body=self.words(name), step=step)
        keep_secret(self.session, f"{name}_anew", cookies.updated(visitor.cookies, reply))
        return reply

    def signed_in(self, visitor: Visitor, reply: Reply) -> Visitor:
        """Return the browser after its login was answered."""
        return with_pair(self.session, visitor.cookies, reply, visitor.csrf_token)

    def signed_in_anew(self, name: str = "user") -> Visitor:
        """Return a browser that a user signed in with just now. Raises Unmet."""
        self.words(name)
        newcomer = self.newcomer()
        reply = self.need(
            self.sign_in(newcomer, name, step="set up"), 200, 201, 204, what="signing in"
        )
        visitor = self.signed_in(newcomer, reply)
        self.session_cookie(visitor)
        return visitor

    # --- segments ---

    def offers(self, by: str = "user", *, step: str = "") -> Reply:
        """Send GET /users/segments/."""
        return self.send(op.LIST, by=by, step=step)

    def on_offer(self, by: str = "user", *, at_least: int = 1) -> list[Mapping[str, Any]]:
        """Return the segments on offer to a user, best first. Raises Unmet."""
        reply = self.need(self.offers(by, step="set up"), 200, what="listing the segments")
        found = [
            each
            for each in reply.entries()
            if is_number(at(each, "/pk")) and is_number(at(each, "/priority"))
        ]
        if len(found) < at_least:
            count = "a segment" if at_least == 1 else f"{at_least} segments"
            raise self.lacking(f"akinon.credentials.{by} of somebody with {count} on offer")
        return sorted(found, key=lambda each: int(each["priority"]))

    def set(self, segment: Any, *, by: str = "user", **sending: Any) -> Reply:
        """Send POST /users/segments/{segment_id}/set/; what was current is put back later.

        Without a credential `headers` tell who it is, and the test has it put back.
        """
        if by:
            self.put_back_later(by)
        return self.send(op.SET, by=by, path={"segment_id": str(segment)}, **sending)

    def recalculate(self, *, by: str = "user", **sending: Any) -> Reply:
        """Send POST /users/segments/recalculate_segment/; what was current is put back later."""
        self.put_back_later(by)
        return self.send(op.RECALCULATE, by=by, **sending)

    def current(self, by: str = "user", *, step: str = "") -> Reply:
        """Ask for the current user, or for the basket where the user shows no segment."""
        reply = self.send(op.CURRENT_USER, by=by, step=step)
        if segment_in(reply) is MISSING:
            return self.basket(by, step=step)
        return reply

    def basket(self, by: str = "user", *, step: str = "") -> Reply:
        """Ask for the basket, as the guide writes it."""
        return self.send(op.BASKET, by=by, query={"format": "json"}, step=step)

    def settled_current(self, until: Callable[[Any], bool], by: str = "user") -> Reply:
        """Look at a user's current segment until its pk is as it should be. Raises Unmet."""
        reply = self.settle(lambda: self.current(by), lambda each: until(current_pk(each)))
        if segment_in(reply) is MISSING:
            raise Unmet("neither the current user nor the basket shows a segment")
        return reply

    def put_back_later(self, by: str) -> None:
        """Write down which segment a user has, once in a test; clean-up restores it.

        Without one that is known, it recalculates.
        """
        name = f"current segment of {by}"
        if any(each.name == name for each in self.session.journal.open(since=self._before)):
            return
        former = current_pk(self.current(by, step="set up"))
        if is_number(former):
            removal = Removal(op.SET, {"segment_id": "{id}"}, credential=by)
            self.plan("current segment", name, removal, str(former))
        else:
            self.plan("current segment", name, Removal(op.RECALCULATE, credential=by), "best")

    def known_offers(self, by: str = "user") -> list[Mapping[str, Any]]:
        """Return the known segments that are on offer to a user at any time."""
        return [
            each
            for each in self.session.config.known.get("segments", ())
            if user_of(each) == by and not {"withheld", "since", "until"} & each.keys()
        ]

    def users_with_known_offers(self) -> list[str]:
        """Return the credentials of those that known segments are on offer to."""
        known = self.session.config.known.get("segments", ())
        names = dict.fromkeys(user_of(each) for each in known)
        return [name for name in names if self.known_offers(name)]

    def known_withheld(self, reason: str, *, at_least: int = 1) -> list[Mapping[str, Any]]:
        """Return the known segments that a user is not offered for a reason. Raises Unmet."""
        known = self.session.config.known.get("segments", ())
        found = [each for each in known if each.get("withheld") == reason]
        if len(found) < at_least:
            raise self.lacking(f'akinon.known.segments with withheld = "{reason}"')
        return found


def user_of(segment: Mapping[str, Any]) -> str:
    """Return the credential of whoever a known segment is about."""
    return str(segment.get("user", "user"))


def segment_in(reply: Reply) -> Any:
    """Return the member `segment` of a body, wherever it stands; `MISSING` without one.

    It is documented what it shows and who shows it, but not at which place of a basket.
    """
    level: list[Any] = [reply.json]
    while level:
        for each in level:
            if isinstance(each, dict) and "segment" in each:
                return each["segment"]
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
    return MISSING


def current_pk(reply: Reply) -> Any:
    """Return the pk of the segment that a user or a basket shows; `MISSING` without one."""
    return at(segment_in(reply), "/pk") if reply.status == 200 else MISSING


def is_number(value: Any) -> bool:
    """Return whether a JSON value is an integer."""
    return isinstance(value, int) and not isinstance(value, bool)


def origin_of(session: Session) -> dict[str, str]:
    """Return the header that says where a storefront's requests come from."""
    return {"Referer": f"{session.transport.base_url}/"}


def with_pair(
    session: Session, held: Mapping[str, str], reply: Reply, csrf_token: str = ""
) -> Visitor:
    """Return the browser that held some cookies after a reply that may renew its CSRF pair.

    Where only the cookie or only the token is given, it stands for both.
    """
    after = cookies.updated(held, reply)
    told = reply.at("/csrf_token")
    # What could not be sent back in a header is no token.
    told = told if isinstance(told, str) and told.isascii() and told.isprintable() else ""
    renewed = after.get(cookies.CSRF, "")
    token = told or csrf_token
    if not token or (renewed != held.get(cookies.CSRF, "") and not told):
        token = renewed
    if token and not renewed:
        after[cookies.CSRF] = token
    for value in (token, after.get(cookies.CSRF, "")):
        session.secrets.add(value, "AKINON_CSRF_TOKEN")
    return Visitor(after, token)


def keep_secret(session: Session, name: str, held: Mapping[str, str]) -> None:
    """Keep the session among some cookies out of what is shown."""
    found = cookies.session_in(held, "")
    if found is not None:
        session.secrets.add(found[1], f"AKINON_{name}_SESSION".upper())


__all__ = ["Akinon", "Visitor", "current_pk", "is_number", "segment_in", "user_of"]
