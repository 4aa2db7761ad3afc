"""Builds the application: Connexion as host, contracts compiled, Flask for the rest."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from mockserver.assembly import Settings, open_service
from mockserver.kernel.namespaces import Namespaces
from mockserver.kernel.service import Service
from mockserver.web.compiled import CompiledOperation, compile_room, route
from mockserver.web.fixtures import check_fixture

with warnings.catch_warnings():
    # Connexion 3.3 imports Starlette's test client, which warns about httpx, and
    # parts of jsonschema that are deprecated. Neither is a user's business.
    warnings.simplefilter("ignore", DeprecationWarning)
    warnings.filterwarnings("ignore", message="Using `httpx` with")
    from connexion import FlaskApp
    from connexion.middleware import MiddlewarePosition

    from mockserver.web.cors import AnyOrigin
    from mockserver.web.dispatch import ContractDispatch
    from mockserver.web.pages import add_pages


@dataclass(frozen=True, slots=True)
class Mock:
    """A mock that is ready to be served or called in the same process."""

    app: FlaskApp
    """The ASGI application."""
    namespaces: Namespaces[Service]
    settings: Settings

    @property
    def service(self) -> Service:
        """The default namespace."""
        return self.namespaces.default


def build(settings: Settings, *, validate_replies: bool = True, cors: bool = True) -> Mock:
    """Build the mock.

    Raises FixtureUnreadable, FixtureError, UnknownChoice, UnknownEdition and UnknownDefect.

    `validate_replies` checks every answer against the contract, unless a defect is shown,
    whose answers may well be off it; `cors` answers browsers of any origin, with credentials.
    """
    for vendor in settings.vendors:
        if settings.fixtures is not None:
            check_fixture(vendor, settings.fixtures)
    namespaces = Namespaces(lambda: open_service(settings))
    operations = [
        operation
        for vendor in settings.vendors
        for operation in compile_room(
            settings.enforced_contract_of(vendor), settings.room_of(vendor)
        )
    ]
    app = FlaskApp("mockserver")
    if cors:
        app.add_middleware(AnyOrigin, position=MiddlewarePosition.BEFORE_EXCEPTION)
    app.add_middleware(
        ContractDispatch,
        position=MiddlewarePosition.BEFORE_EXCEPTION,
        router=route(operations),
        namespaces=namespaces,
        roots=_roots(operations),
        validate_replies=validate_replies and not settings.defects,
    )
    mock = Mock(app, namespaces, settings)
    add_pages(app.app, mock.service)
    return mock


def _roots(operations: Sequence[CompiledOperation]) -> dict[str, CompiledOperation]:
    """Return, by the first path segment, one of the operations below it."""
    return {operation.template.split("/", 2)[1]: operation for operation in operations}
