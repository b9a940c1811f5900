"""The document: valid, complete and served. That answers fit it is checked by the test client."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from sip_workflow.api import OPERATIONS, openapi

DOCUMENT = openapi.document(OPERATIONS)


def references(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "$ref":
                yield inner
            elif key == "mapping":
                yield from inner.values()
            else:
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_it_is_served_to_anybody_and_says_where_it_is_mounted(ready):
    response = ready.world.client.get("/api/v1/openapi.json")
    assert response.status_code == 200
    served = response.get_json()
    assert served["openapi"].startswith("3.1.")
    assert served.pop("servers") == [{"url": "/"}]
    assert served == DOCUMENT


def test_every_reference_leads_to_a_schema_that_is_used():
    known = {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]}
    assert set(references(DOCUMENT)) == known


@pytest.mark.parametrize("name", DOCUMENT["components"]["schemas"])
def test_every_schema_is_one(name):
    Draft202012Validator.check_schema(DOCUMENT["components"]["schemas"][name])


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_operation_says_what_it_takes_and_gives(operation):
    described = DOCUMENT["paths"][operation.path][operation.method.lower()]
    assert described["summary"]
    assert described["operationId"] == operation.name
    in_path = [row["name"] for row in described["parameters"] if row["in"] == "path"]
    assert all(f"{{{name}}}" in operation.path for name in in_path)
    assert operation.path.count("{") == len(in_path)
    has_key = any(row["name"] == "Idempotency-Key" for row in described["parameters"])
    assert has_key == (operation.method == "POST")
    assert any(status.startswith("2") for status in described["responses"])
    if not operation.public:
        assert {"401", "404", "500", "503"} <= set(described["responses"])
    for status, response in described["responses"].items():
        kinds = set(response["content"])
        assert kinds == {"application/json" if status.startswith("2") else "application/problem+json"}


def test_names_are_used_once():
    names = [operation.name for operation in OPERATIONS]
    assert len(names) == len(set(names))
