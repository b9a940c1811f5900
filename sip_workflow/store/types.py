"""Column types that mean the same on SQLite and PostgreSQL.

Times go in aware and come out aware UTC with their microseconds; on SQLite they are text of
fixed width, so they sort as times. JSON is text on both, so keys keep their order.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType


def _aware(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None or value.utcoffset() is None:
        raise ValueError("a time without an offset cannot be stored")
    return value.astimezone(UTC)


def _to_text(value: datetime | None) -> str | None:
    aware = _aware(value)
    return None if aware is None else aware.isoformat(timespec="microseconds")


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Naive times raise ``ValueError``; what is read is aware UTC, to the microsecond."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """``timestamptz`` on PostgreSQL, text on SQLite."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    # The processors themselves, not process_bind_param: one call less for every value.
    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """How a value goes in."""
        return _to_text if dialect.name == "sqlite" else _aware

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """How a value comes out."""
        return _from_text if dialect.name == "sqlite" else _in_utc


def _dump(value: object) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


def _load(value: str | None) -> object:
    return None if value is None else orjson.loads(value)


class Json(UserDefinedType[Any]):
    """A JSON value as text: keys keep their order, and both databases keep the same bytes.

    ``None`` is NULL. Numbers beyond 64 bits, and strings that are not valid Unicode, raise ``TypeError``.
    """

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """The column's type in both databases."""
        return "TEXT"

    def bind_processor(self, dialect: Dialect) -> Callable[[object], str | None]:
        """How a value goes in."""
        return _dump

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], object]:
        """How a value comes out."""
        return _load


class Code(UserDefinedType[StrEnum]):
    """A member of a ``StrEnum``, kept as its value."""

    cache_ok = True

    def __init__(self, codes: type[StrEnum]) -> None:
        self.codes = codes

    def get_col_spec(self, **_: object) -> str:
        """The column's type in both databases."""
        return "TEXT"

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:
        """How a value goes in: a member or its value, no other string."""
        codes = frozenset(code.value for code in self.codes)

        def process(value: str | None) -> str | None:
            if value is None:
                return None
            # The plain string, not the member: drivers adapt str itself without asking.
            if value not in codes:
                raise ValueError(f"not a code of {self.codes.__name__}")
            return str(value)

        return process

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], StrEnum | None]:
        """How a value comes out."""
        codes = self.codes
        return lambda value: None if value is None else codes(value)
