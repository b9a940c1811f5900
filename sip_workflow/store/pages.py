"""Pages of a long list, by keyset: the next page begins after a row, not at a number.

So rows that come or go meanwhile neither repeat nor hide others, and a late page costs no
more than the first. The place is an instant and a key, packed to an opaque string.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

import orjson

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """A page. ``next_after`` is where the next one begins, None when this is the last."""

    items: list[T]
    next_after: str | None


def cursor(at: datetime | None, key: str) -> str:
    """The place after the row with that instant and key."""
    instant = None if at is None else at.astimezone(UTC).isoformat(timespec="microseconds")
    return base64.urlsafe_b64encode(orjson.dumps([instant, key])).decode().rstrip("=")


def cut(found: list[T], *, limit: int, place: Callable[[T], tuple[datetime | None, str]]) -> Page[T]:
    """The page of what was found when one more than ``limit`` was asked for."""
    items = found[:limit]
    return Page(items=items, next_after=cursor(*place(items[-1])) if len(found) > limit and items else None)


def position(after: str) -> tuple[datetime | None, str]:
    """The instant and key of a place. Raises ``ValueError`` for a string that ``cursor`` did not make."""
    try:
        padded = after.encode("ascii") + b"=" * (-len(after) % 4)
        instant, key = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        at = None if instant is None else _in_utc(datetime.fromisoformat(instant))
    except (ValueError, TypeError, OverflowError, binascii.Error):
        at, key = None, None
    if not isinstance(key, str):
        raise ValueError("the place to go on from is not one of ours")
    return at, key


def _in_utc(instant: datetime) -> datetime:
    """The instant in UTC, as the tables hold it. Raises OverflowError for one beyond the calendar there."""
    if instant.utcoffset() is None:
        raise ValueError("it has no time zone")
    return instant.astimezone(UTC)
