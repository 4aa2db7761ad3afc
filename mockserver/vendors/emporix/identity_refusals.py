"""The refusals of the OAuth and customer services, which have forms of their own.

`identity_wire.py` gives each its status and body; nothing here knows either.
"""

from __future__ import annotations

from mockserver.kernel.refusals import Invalid, Refusal, Unauthenticated

OAUTH_OPERATION = "POST-oauth-request-client-credentials"
"""The one operation of the OAuth service; every other login belongs to the customer service."""


class TokenRequestRefused(Invalid):
    """A token request with an error of RFC 6749, section 5.2; `code` names the error."""


class ClientRefused(Unauthenticated):
    """A token request of an unknown client, or with a wrong secret."""


class CustomerRequestRefused(Invalid):
    """A request that the customer service cannot answer as it is."""


def of_identity(refusal: Refusal, operation: str) -> Refusal:
    """Return a refusal as that of the service whose operation was called.

    What the contract alone refuses does not know which service it stands in front of.
    """
    if type(refusal) is not Invalid:
        return refusal
    kind = TokenRequestRefused if operation == OAUTH_OPERATION else CustomerRequestRefused
    return kind(
        refusal.message,
        requirement=refusal.requirement,
        pointer=refusal.pointer,
        code="invalid_request",
        violations=refusal.violations,
    )
