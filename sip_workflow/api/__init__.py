"""The HTTP API: JSON in, JSON out, problem+json when refused; specification in ``/api/v1/openapi.json``.

Thin: a view reads its call, asks one use case and gives its view back. All guards stand in ``calls``.
Nothing here touches a host's own routes: unknown addresses are answered only below ``/api/v1``.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from sip_workflow.api import cases, definitions, discharges, escalations, health, openapi, tasks
from sip_workflow.api.callers import Identify
from sip_workflow.api.calls import Calls, guarded
from sip_workflow.api.problems import problem
from sip_workflow.api.routes import API, Operation
from sip_workflow.application import Application
from sip_workflow.domain.refusals import NotFound

__all__ = ["NAME", "OPERATIONS", "UNKNOWN", "Identify", "blueprint"]

NAME = "sip_api"
UNKNOWN = "unknown"
"""The endpoint of every address below ``/api/v1`` that isn't one of ours."""

OPERATIONS: tuple[Operation, ...] = tuple(
    operation
    for noun in (tasks, cases, discharges, escalations, definitions, health, openapi)
    for operation in noun.routes.operations
)
"""Every route of the API."""

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def blueprint(application: Application, *, identify: Identify | None = None) -> Blueprint:
    """The API as a Flask blueprint. ``identify`` is a host's word for who the user of a request is."""
    document = openapi.document(OPERATIONS)
    calls = Calls(application=application, identify=identify, document=document)
    api = Blueprint(NAME, __name__)
    for operation in OPERATIONS:
        api.add_url_rule(
            operation.rule,
            endpoint=operation.name,
            view_func=_view(calls, operation),
            methods=[operation.method],
            provide_automatic_options=False,
        )
    unknown = _unknown()
    for rule in (f"{API}/", f"{API}/<path:anything>"):
        api.add_url_rule(rule, UNKNOWN, unknown, methods=_METHODS, provide_automatic_options=False)
    return api


def _view(calls: Calls, operation: Operation) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        return calls.answer(operation, path)

    return view


def _unknown() -> Callable[..., Response]:
    """Answers 405 where the address exists with another method, else 404, without asking the host's map."""
    own = Map(
        [Rule(operation.rule, methods=[operation.method]) for operation in OPERATIONS], merge_slashes=False
    )

    def unknown(anything: str = "") -> Response:
        error: Exception = NotFound()
        try:
            own.bind("").match(f"{API}/{anything}", method=request.method)
        except HTTPException as refused:
            error = refused
        response = problem(error)
        guarded(response)
        return response

    return unknown
