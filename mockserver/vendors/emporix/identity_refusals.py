"""The refusals of the OAuth and customer services, which have forms of their own.

`identity_wire.py` gives each its status and body; nothing here knows either.
"""

from __future__ import annotations

from mockserver.kernel.refusals import Invalid, Unauthenticated


class TokenRequestRefused(Invalid):
    """A token request with an error of RFC 6749, section 5.2; `code` names the error."""


class ClientRefused(Unauthenticated):
    """A token request of an unknown client, or with a wrong secret."""


class CustomerRequestRefused(Invalid):
    """A request that the customer service cannot answer as it is."""
