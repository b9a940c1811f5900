"""Every URL of the application is one of ours, and the API's are those of its document."""

from __future__ import annotations

import re

import pytest

from sip_workflow.api import NAME, OPERATIONS, UNKNOWN
from sip_workflow.bootstrap import build
from sip_workflow.settings import read_settings
from sip_workflow.wsgi import create_app

SETTINGS = {"SIP_MODE": "training", "SIP_DATABASE_URL": "sqlite:///never-opened.db"}


@pytest.fixture(scope="module")
def app():
    settings = read_settings(SETTINGS)
    return create_app(settings, application=build(settings))


@pytest.fixture(scope="module")
def document(app):
    return app.test_client().get("/api/v1/openapi.json").get_json()


def test_url_map_and_document_agree(app, document):
    served = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith(f"{NAME}.") and rule.endpoint != f"{NAME}.{UNKNOWN}"
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    described = {(path, method.upper()) for path, methods in document["paths"].items() for method in methods}
    assert served == described


def test_every_route_of_the_api_stands_behind_the_guards(app):
    for operation in OPERATIONS:
        view = app.view_functions[f"{NAME}.{operation.name}"]
        assert view.__qualname__ == "_view.<locals>.view"


def test_every_route_is_ours(app):
    blueprints = {rule.endpoint.partition(".")[0] for rule in app.url_map.iter_rules()}
    assert blueprints <= {NAME, "sip_web"}


def test_only_health_and_the_document_ask_for_nobody():
    public = {operation.path for operation in OPERATIONS if operation.public}
    assert public == {"/healthz", "/readyz", "/api/v1/openapi.json"}


def test_an_api_client_reaches_discharges_only():
    for operation in OPERATIONS:
        assert (operation.scope == "discharges") == operation.path.startswith("/api/v1/discharges")
