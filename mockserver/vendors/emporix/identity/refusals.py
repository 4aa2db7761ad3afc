"""The refusals of the OAuth and customer services, which have forms of their own.

`wire.py` gives each its status and body; nothing here knows either.
"""

from __future__ import annotations

from mockserver.kernel.refusals import (
    Invalid,
    Refusal,
    TooLarge,
    Unauthenticated,
    UnsupportedMediaType,
)

OAUTH_OPERATION = "POST-oauth-request-client-credentials"
"""The one operation of the OAuth service; every other login belongs to the customer service."""


class TokenRequestRefused(Invalid):
    """A token request with an error of RFC 6749, section 5.2; `code` names the error."""


class ClientRefused(Unauthenticated):
    """A token request of an unknown client, or with a wrong secret."""


class CustomerRequestRefused(Invalid):
    """A request that the customer service cannot answer as it is."""


class TokenBodyUnsupported(UnsupportedMediaType):
    """A token request whose body has a content type that is not taken."""


class TokenBodyTooLarge(TooLarge):
    """A token request with too large a body."""


class CustomerBodyUnsupported(UnsupportedMediaType):
    """A request to the customer service whose body has a content type that is not taken."""


class CustomerBodyTooLarge(TooLarge):
    """A request to the customer service with too large a body."""


def of_identity(refusal: Refusal, operation: str) -> Refusal:
    """Return a refusal as that of the service whose operation was called.

    What the contract alone refuses does not know which service it stands in front of.
    """
    of_oauth = operation == OAUTH_OPERATION
    told = {"requirement": refusal.requirement, "code": "invalid_request"}
    if isinstance(refusal, UnsupportedMediaType):
        media = TokenBodyUnsupported if of_oauth else CustomerBodyUnsupported
        return media(refusal.message, **told)
    if isinstance(refusal, TooLarge):
        large = TokenBodyTooLarge if of_oauth else CustomerBodyTooLarge
        return large(refusal.message, **told)
    if type(refusal) is not Invalid:
        return refusal
    kind = TokenRequestRefused if of_oauth else CustomerRequestRefused
    return kind(
        refusal.message,
        requirement=refusal.requirement,
        pointer=refusal.pointer,
        code="invalid_request",
        violations=refusal.violations,
    )
