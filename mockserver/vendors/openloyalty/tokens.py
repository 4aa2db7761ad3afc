"""Signed JWTs: writing them, and reading them fast.

The only importer of PyJWT. Who may do what with a token is said in `access.py`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

import jwt
from jwt.types import Options

from mockserver.kernel.instants import HOUR, SECOND

LIFETIME = 24 * HOUR
"""Help pages, Authentication: a JWT is valid for 24 hours (OLO-025)."""

_ALGORITHM = "HS256"
_REMEMBERED = 4096
_LENIENT: Options = {
    # Time is told by the clock of the namespace, not by PyJWT.
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
}

Role = Literal["ROLE_ADMIN", "ROLE_PARTICIPANT"]


class Unreadable(Exception):
    """A text that is no token of ours."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a token names."""

    username: str
    role: Role
    store: str | None
    """The store of a member; `None` for admins, who see all stores."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says, once its signature was found right."""

    holder: Holder
    expires: int
    """Instant."""


class Tokens:
    """Writes and reads the tokens of one mock."""

    def __init__(self, secret: str) -> None:
        """`secret` is the fixture's, so that a printed token works on every running mock."""
        self._key = hashlib.sha256(f"openloyalty/{secret}".encode()).hexdigest()
        self._read: dict[str, Claims] = {}

    def write(self, holder: Holder, issued: int, expires: int, jti: str) -> str:
        """Return a signed token that names user and expiry (OLO-037); to whole seconds."""
        claims: dict[str, object] = {
            "iat": issued // SECOND,
            "exp": expires // SECOND,
            "roles": [holder.role],
            "username": holder.username,
            "sub": holder.username,
            "jti": jti,
        }
        if holder.store is not None:
            claims["store"] = holder.store
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def read(self, text: str) -> Claims:
        """Return what a token says. Raises Unreadable.

        A token that was read once costs a look-up; expiry is for the caller to check.
        """
        claims = self._read.get(text)
        if claims is None:
            claims = self._verified(text)
            if len(self._read) >= _REMEMBERED:
                self._read.clear()
            self._read[text] = claims
        return claims

    def _verified(self, text: str) -> Claims:
        try:
            said = jwt.decode(text, self._key, algorithms=[_ALGORITHM], options=_LENIENT)
            role = said["roles"][0]
            if role not in ("ROLE_ADMIN", "ROLE_PARTICIPANT"):
                raise Unreadable("no known role")
            holder = Holder(str(said["username"]), role, said.get("store"))
            return Claims(holder, int(said["exp"]) * SECOND)
        # The header of a token is parsed before its signature is checked, so anything
        # that JSON can do to a parser can come from a stranger.
        except (jwt.InvalidTokenError, ValueError, RecursionError) as error:
            raise Unreadable(str(error)) from None
        except (LookupError, TypeError, OverflowError) as error:
            raise Unreadable("the claims are not ours") from error
