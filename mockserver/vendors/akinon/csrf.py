"""CSRF tokens as Django makes them: a secret, a mask, and how the two are compared.

A secret is 32 letters and digits. A masked token is 64: 32 of a random mask, then the
secret added to it letter by letter. So one secret has many texts, and two texts belong
together when their secrets are equal. Nothing here knows cookies or sessions.
"""

from __future__ import annotations

from collections.abc import Callable

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
SECRET_LENGTH = 32
TOKEN_LENGTH = 2 * SECRET_LENGTH

_POSITION = {letter: position for position, letter in enumerate(ALPHABET)}


class BadToken(ValueError):
    """A text that cannot be a CSRF token; the message continues "CSRF token …"."""


def secret_of(token: str) -> str:
    """Return the secret of a masked token, or an unmasked secret itself. Raises BadToken."""
    if len(token) not in (SECRET_LENGTH, TOKEN_LENGTH):
        raise BadToken("has incorrect length")
    if any(letter not in _POSITION for letter in token):
        raise BadToken("has invalid characters")
    if len(token) == SECRET_LENGTH:
        return token
    mask, ciphered = token[:SECRET_LENGTH], token[SECRET_LENGTH:]
    return "".join(
        ALPHABET[(_POSITION[c] - _POSITION[m]) % len(ALPHABET)]
        for c, m in zip(ciphered, mask, strict=True)
    )


def masked(secret: str, draw: Callable[[int], str]) -> str:
    """Return a token of 64 characters for a secret; `draw(n)` gives n random letters."""
    mask = draw(SECRET_LENGTH)
    return mask + "".join(
        ALPHABET[(_POSITION[s] + _POSITION[m]) % len(ALPHABET)]
        for s, m in zip(secret, mask, strict=True)
    )
