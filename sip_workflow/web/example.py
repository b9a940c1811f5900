"""A training example that fills in only what is empty: what somebody typed is never thrown away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sip_workflow.domain.refusals import NotFound

Answers = Mapping[str, Any]


def completed(typed: Answers, *, by: Sequence[Answers] | None) -> dict[str, Any]:
    """What was typed, with the rest from the example that contradicts it least.

    Rows that were begun are filled in and none are added to them. Raises ``NotFound`` without examples.
    """
    if not by:
        raise NotFound
    nearest = min(by, key=lambda example: _differences(typed, example))
    filled: dict[str, Any] = _filled(typed, nearest)
    return filled


def _differences(typed: Answers, example: Answers) -> int:
    """How many of the single answers are others than those of the example."""
    single = {key: value for key, value in typed.items() if isinstance(value, str | bool | int | float)}
    return sum(example.get(key) != value for key, value in single.items() if key in example)


def _filled(typed: Any, example: Any) -> Any:
    if typed is None or typed in ("", [], {}):
        return example
    if isinstance(typed, Mapping) and isinstance(example, Mapping):
        missing = {key: value for key, value in example.items() if key not in typed}
        return {**{key: _filled(value, example.get(key)) for key, value in typed.items()}, **missing}
    if isinstance(typed, list) and isinstance(example, list) and example:
        last = len(example) - 1
        return [_filled(row, example[min(place, last)]) for place, row in enumerate(typed)]
    return typed
