"""Every record comes back as it went in, on both databases."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sip_workflow.store import Store
from tests.store.samples import RECORDS, add_parents, any_of, in_utc, key_of, undone


def as_text(record: Any) -> list[bytes]:
    """The fields, with the order of JSON keys and the difference between 1 and 1.0."""
    return [
        orjson.dumps(value) if isinstance(value, dict | list) else repr(value).encode()
        for value in (getattr(record, field.name) for field in fields(record))
    ]


@pytest.mark.parametrize("name", sorted(RECORDS))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_record_comes_back(store: Store, name: str, data: st.DataObject) -> None:
    record = data.draw(any_of(RECORDS[name]))
    key = key_of(RECORDS[name])
    with undone(store) as tx:
        add_parents(tx)
        records = getattr(tx, name)
        before = {getattr(each, key) for each in records.find()}
        records.add(record)
        (found,) = (each for each in records.find() if getattr(each, key) not in before)
        if getattr(record, key) is not None:
            assert records.get(getattr(record, key)) == found
        expected = replace(in_utc(record), **{key: getattr(found, key)})
        assert found == expected
        assert as_text(found) == as_text(expected)
        times = [getattr(found, field.name) for field in fields(found)]
        assert all(each.tzinfo is UTC for each in times if isinstance(each, datetime))


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_what_was_undone_is_gone(store: Store, name: str) -> None:
    with undone(store) as tx:
        add_parents(tx)
    with store.read() as tx:
        assert getattr(tx, name).count() == 0
