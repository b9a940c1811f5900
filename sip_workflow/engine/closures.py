"""Small functions that an allowed expression is built of; each takes the data and gives a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Deadlines = Callable[[str, str | None], Any]
"""(kind, level) -> aware instant; the application's."""

Run = Callable[[Mapping[str, Any], Deadlines], Any]


def not_(run: Run) -> Run:
    """True for what is nothing or false."""
    return lambda data, deadline: not run(data, deadline)


def and_(runs: tuple[Run, ...]) -> Run:
    """The first value that is nothing or false, else the last, as in Python."""

    def run(data: Mapping[str, Any], deadline: Deadlines) -> Any:
        value: Any = True
        for one in runs:
            value = one(data, deadline)
            if not value:
                break
        return value

    return run


def or_(runs: tuple[Run, ...]) -> Run:
    """The first value that is something, else the last, as in Python."""

    def run(data: Mapping[str, Any], deadline: Deadlines) -> Any:
        value: Any = False
        for one in runs:
            value = one(data, deadline)
            if value:
                break
        return value

    return run


def all_of(runs: tuple[Run, ...]) -> Run:
    """A new list each time."""
    return lambda data, deadline: [run(data, deadline) for run in runs]


def compare(first: Run, rest: tuple[tuple[Callable[[Any, Any], bool], Run], ...]) -> Run:
    """A comparison, chained or not: a < b < c asks b once."""
    if len(rest) == 1:
        ((only, right),) = rest
        return lambda data, deadline: only(first(data, deadline), right(data, deadline))

    def run(data: Mapping[str, Any], deadline: Deadlines) -> bool:
        left = first(data, deadline)
        for holds, one in rest:
            value = one(data, deadline)
            if not holds(left, value):
                return False
            left = value
        return True

    return run
