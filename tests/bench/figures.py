"""Figures: what was measured, against what, and whether the limit is kept.

Two things are compared by taking turns, A B A B …, and by their medians: a machine that is shared
or slows down meets both alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

MILLI = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the result. ``limit`` is the highest ``ratio`` that is accepted; None: for information."""

    name: str
    value: float
    unit: str
    compared_with: str | None = None
    ratio: float | None = None
    limit: float | None = None

    @property
    def met(self) -> bool:
        """Whether the limit is kept; True when there is none."""
        return self.limit is None or (self.ratio is not None and self.ratio <= self.limit)

    def as_json(self) -> dict[str, Any]:
        """As it stands in the file."""
        return {
            "value": round(self.value, 4),
            "unit": self.unit,
            "compared_with": self.compared_with,
            "ratio": None if self.ratio is None else round(self.ratio, 4),
        }


def milliseconds(name: str, seconds: Sequence[float]) -> Figure:
    """A median for information."""
    return Figure(name=name, value=median(seconds) * MILLI, unit="ms")


def compared(
    name: str, seconds: Sequence[float], *, with_: str, those: Sequence[float], limit: float
) -> Figure:
    """A median against another median of the same run; ``with_`` is the name of that figure."""
    value, other = median(seconds), median(those)
    return Figure(
        name=name, value=value * MILLI, unit="ms", compared_with=with_, ratio=value / other, limit=limit
    )


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    began = perf_counter()
    work()
    return perf_counter() - began


def table(figures: Sequence[Figure]) -> str:
    """The figures for people."""
    rows = [("", "value", "", "against", "ratio", "limit", "")]
    for each in figures:
        ratio = "" if each.ratio is None else f"{each.ratio:.2f}"
        limit = "" if each.limit is None else f"≤ {each.limit:.2f}"
        met = "" if each.limit is None else ("met" if each.met else "NOT MET")
        value = f"{each.value:.2f}" if each.unit == "ms" else f"{each.value:.0f}"
        rows.append((each.name, value, each.unit, each.compared_with or "", ratio, limit, met))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    right = {1, 4, 5}
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
