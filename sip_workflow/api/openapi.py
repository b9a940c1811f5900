"""The OpenAPI 3.1 document, made of the same declarations as the routes, and the route that serves it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sip_workflow.api.files import ZIP_TYPES
from sip_workflow.api.routes import Answer, Call, Operation, Routes
from sip_workflow.api.schemas import COMPONENTS
from sip_workflow.api.schemas.shared import ref, told

routes = Routes(tag="openapi")

_PROBLEM = {"content": {"application/problem+json": {"schema": ref("Problem")}}}
_INVALID = {"content": {"application/problem+json": {"schema": ref("InvalidFields")}}}
_MEANINGS = {200: "Done", 201: "Created"}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A key of your own for each thing to be done: a repeat gets the first answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}


@routes.get("/openapi.json", public=True, answers={200: "OpenApi"}, summary="This document")
def view_document(call: Call) -> Answer:
    """OpenAPI 3.1."""
    return Answer(body={**call.document, "servers": [{"url": call.root or "/"}]})


def document(operations: Iterable[Operation]) -> dict[str, Any]:
    """The document of these operations."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = described(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "SIP Workflow",
            "version": "1",
            "description": "Samordnad individuell plan. Times are ISO 8601 with an offset. Lists have "
            "`items` and `next`, the path of the next page or null. Errors are problem+json "
            "(RFC 9457). What the caller may not see answers 404.",
        },
        "paths": paths,
        "components": {
            "schemas": {
                **COMPONENTS,
                "Health": told({"status": {"type": "string"}}),
                "OpenApi": {"type": "object"},
            },
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"bearer": []}],
    }


def described(operation: Operation) -> dict[str, Any]:
    """What the document says of one operation."""
    about: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": operation.description,
        "parameters": _parameters(operation),
        "responses": _responses(operation),
    }
    if operation.public:
        about["security"] = []
    if operation.body is not None:
        about["requestBody"] = {
            "required": not operation.body_optional,
            "content": {"application/json": {"schema": ref(operation.body)}},
        }
    if operation.takes_files:
        about["requestBody"] = {
            "required": True,
            "content": {
                ZIP_TYPES[0]: {},
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "additionalProperties": {"type": "string", "format": "binary"},
                    }
                },
            },
        }
    return about


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "maxLength": 200}}
        for name in re.findall(r"{(\w+)}", operation.path)
    ]
    in_query = [
        {
            "name": query.name,
            "in": "query",
            "required": False,
            "description": query.description,
            "schema": dict(query.schema),
        }
        for query in operation.query
    ]
    return [*in_path, *in_query, *([_KEY] if operation.method == "POST" else [])]


def _responses(operation: Operation) -> dict[str, Any]:
    responses: dict[str, Any] = {
        str(status): {
            "description": _MEANINGS[status],
            "content": {"application/json": {"schema": ref(name)}},
        }
        for status, name in operation.answers.items()
    }
    problems = {"400": "Malformed", "500": "Our fault", "503": "Busy: see Retry-After"}
    if not operation.public:
        problems |= {"401": "No valid token", "404": "Not there, or not to be seen by the caller"}
    if operation.method != "GET":
        problems |= {
            "403": "Sent by a page of another site in a host's login",
            "409": "Not possible as things are now",
            "413": "Too large",
            "415": "Another kind of content",
        }
    for status, meaning in problems.items():
        responses[status] = {"description": meaning, **_PROBLEM}
    if operation.method != "GET":
        responses["422"] = {"description": "Something needs to be corrected: see `errors`", **_INVALID}
    return dict(sorted(responses.items()))
