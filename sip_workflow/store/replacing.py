"""The least that turns the rows that were into the rows that shall be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

T = TypeVar("T")


def replaced(
    *, now: Iterable[T], was: Iterable[T] | None, meaning: Callable[[T], Hashable]
) -> tuple[list[T], list[T]]:
    """The rows that are gone and those that are new; two rows of one meaning count as two."""
    before, after = list(was or ()), list(now)
    if not before:
        return [], after
    kept = Counter(map(meaning, before)) & Counter(map(meaning, after))
    return _beyond(before, kept.copy(), meaning), _beyond(after, kept, meaning)


def _beyond(rows: list[T], kept: Counter[Hashable], meaning: Callable[[T], Hashable]) -> list[T]:
    """The rows that are not among the kept."""
    rest: list[T] = []
    for row in rows:
        if kept[meaning(row)]:
            kept[meaning(row)] -= 1
        else:
            rest.append(row)
    return rest
