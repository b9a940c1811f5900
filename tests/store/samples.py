"""Records for the store's tests: any record type with plain values, or with values made by Hypothesis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import MISSING, fields, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from sip_workflow.domain.rows import Setting
from sip_workflow.store import Store, Transaction
from sip_workflow.store.tables import metadata

T = TypeVar("T")

NOW = datetime(2027, 3, 28, 1, 30, 0, 123456, UTC)
PARENT = "parent"
"""The key of the row that other rows refer to."""

RECORDS: Mapping[str, type] = {name: getattr(Transaction, name).record for name in metadata.tables}
"""The record type of every table."""

_TABLE_OF = {record: name for name, record in RECORDS.items()}


def references(record: type) -> set[str]:
    """The fields that name another row."""
    return {key.parent.name for key in metadata.tables[_TABLE_OF[record]].foreign_keys}


def key_of(record: type) -> str:
    """The field that is the key."""
    return metadata.tables[_TABLE_OF[record]].primary_key.columns.keys()[0]


def later(**spans: float) -> datetime:
    """An instant after ``NOW``."""
    return NOW + timedelta(**spans)


def make(record: type[T], **given: Any) -> T:
    """A record: what is not given is plain, and what refers to a row refers to the parent."""
    hints = get_type_hints(record)
    values = {
        field.name: PARENT if field.name in references(record) else _plain(hints[field.name], field.name)
        for field in fields(record)
        if field.default is MISSING and field.default_factory is MISSING
    }
    return record(**{**values, **given})


def _plain(hint: Any, name: str) -> Any:
    kind = _kind(hint)
    if issubclass(kind, StrEnum):
        return next(iter(kind))
    if kind is datetime:
        return NOW
    plain = {str: name, int: 1, bool: False, bytes: b"\x00\xff", date: NOW.date(), dict: {}, list: []}
    return plain[kind]


def add_parents(tx: Transaction) -> None:
    """One row in every table that others refer to, all with the same key."""
    referred = {key.column.table.name for table in metadata.tables.values() for key in table.foreign_keys}
    for table in metadata.sorted_tables:
        if table.name in referred:
            record = RECORDS[table.name]
            getattr(tx, table.name).add(make(record, **{key_of(record): PARENT}))


class Undo(Exception):
    """Leaves a transaction."""


@contextmanager
def undone(store: Store) -> Iterator[Transaction]:
    """A writing transaction that is rolled back at its end."""
    with suppress(Undo), store.write() as tx:
        yield tx
        raise Undo


def values(store: Store) -> dict[str, str]:
    """All settings."""
    with store.read() as tx:
        return {setting.id: setting.value for setting in tx.settings.find()}


def put(store: Store, **settings: str) -> None:
    """Add settings in a transaction of their own."""
    with store.write() as tx:
        for name, value in settings.items():
            tx.settings.add(Setting(id=name, value=value))


# -- by Hypothesis -------------------------------------------------------------------------------

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
"""Text of all planes of Unicode."""

TIMES = st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 12, 31), timezones=st.timezones())

_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**63), max_value=2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20)
)
JSON = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)

_BY_KIND: Mapping[type, SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(min_value=-(2**63), max_value=2**63 - 1),
    bool: st.booleans(),
    bytes: st.binary(max_size=200),
    date: st.dates(),
    datetime: TIMES,
    dict: st.dictionaries(TEXT, JSON, max_size=5),
    list: st.lists(JSON, max_size=5),
}


def any_of(record: type[T]) -> SearchStrategy[T]:
    """Any record of a type, with references to the parent's row."""
    hints = get_type_hints(record)
    strategies: dict[str, SearchStrategy[Any]] = {}
    for field in fields(record):  # type: ignore[arg-type]
        kind = _kind(hints[field.name])
        values = st.just(PARENT) if field.name in references(record) else _values(kind)
        if field.name == key_of(record):
            values = st.none() if kind is int else st.uuids().map(str)
        elif NoneType in get_args(hints[field.name]):
            values = st.none() | values
        strategies[field.name] = values
    return st.builds(record, **strategies)


def _values(kind: type) -> SearchStrategy[Any]:
    return st.sampled_from(kind) if issubclass(kind, StrEnum) else _BY_KIND[kind]


def _kind(hint: Any) -> type:
    arguments = get_args(hint)
    if NoneType in arguments:
        (hint,) = (each for each in arguments if each is not NoneType)
    return get_origin(hint) or hint


def in_utc(record: T) -> T:
    """The record with its times in UTC, as the store gives them."""
    times = {
        field.name: value.astimezone(UTC)
        for field in fields(record)  # type: ignore[arg-type]
        if isinstance(value := getattr(record, field.name), datetime)
    }
    return replace(record, **times)  # type: ignore[type-var]
