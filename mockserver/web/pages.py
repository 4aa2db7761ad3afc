"""What Flask serves: the start page, the documents, Swagger UI and the health check.

Nothing of a contract is answered here; those requests never reach Flask.
"""

from __future__ import annotations

import copy
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import urlsplit

import orjson
from flask import Blueprint, Flask, Response, abort, jsonify, render_template, request
from flask_swagger_ui import get_swaggerui_blueprint

from mockserver import contracts
from mockserver.kernel import instants
from mockserver.kernel.service import Service
from mockserver.web.welcome import clock_told, greetings


def distribution_version() -> str:
    """Return the version of the installed distribution, `0` in a bare checkout."""
    try:
        return version("segment-testbed")
    except PackageNotFoundError:  # pragma: no cover - only without an installation
        return "0"


def add_pages(app: Flask, service: Service) -> None:
    """Register everything that is no contract."""
    own = Blueprint("pages", __name__, template_folder="templates")
    seed = next(iter(service.blueprints.values())).seed

    @own.get("/")
    def start() -> str:
        base_url = request.host_url.rstrip("/")
        return render_template(
            "start.html",
            greetings=greetings(service, base_url),
            base_url=base_url,
            seed=seed,
            clock=clock_told(service.clock),
        )

    @own.get("/_mock/health")
    def health() -> Response:
        return jsonify(
            status="ok",
            version=distribution_version(),
            seed=seed,
            time=instants.text(service.clock.now()),
            vendors=list(service.rooms),
        )

    @own.get("/docs/<vendor>.json")
    def contract_document(vendor: str) -> Response:
        return _served(_contract(service, vendor).document)

    @own.get("/docs/companions/<vendor>.json")
    def companion_document(vendor: str) -> Response:
        return _served(_contract(service, vendor).companions)

    @own.route(
        "/<path:path>",
        methods=["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"],
        provide_automatic_options=False,  # Flask would answer OPTIONS as if the path existed
    )
    def nothing(path: str) -> tuple[Response, int]:
        served = ", ".join(service.rooms)
        message = f"Nothing is served at /{path[:200]}. Vendors served here: {served}."
        return jsonify(message=message, start=request.host_url), 404

    app.register_blueprint(own)
    for room in service.rooms.values():
        documents = [
            {"name": f"{room.title} segments", "url": f"/docs/{room.vendor}.json"},
            {"name": f"{room.title} companions", "url": f"/docs/companions/{room.vendor}.json"},
        ]
        app.register_blueprint(
            get_swaggerui_blueprint(
                f"/docs/{room.vendor}",
                f"/docs/{room.vendor}.json",
                config={"app_name": f"{room.title} - segment mock", "urls": documents},
                blueprint_name=f"swagger-{room.vendor}",
            )
        )


def _contract(service: Service, vendor: str) -> contracts.Contract:
    if vendor not in service.rooms:
        abort(404)
    return contracts.contract(vendor, service.blueprints[vendor].edition)


def _served(document: Any) -> Response:
    """Return a document whose servers are this mock, so that "Try it out" reaches it."""
    served = copy.deepcopy(dict(document))
    served["servers"] = [{"url": "/", "description": "This mock"}]
    for scheme in served["components"].get("securitySchemes", {}).values():
        for flow in scheme.get("flows", {}).values():
            flow["tokenUrl"] = urlsplit(flow["tokenUrl"]).path
    # Not jsonify: that sorts keys, and the order of paths is the vendor's.
    return Response(orjson.dumps(served), content_type="application/json")
