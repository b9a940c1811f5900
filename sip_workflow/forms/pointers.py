"""JSON pointers (RFC 6901) to fields."""

from __future__ import annotations

import re
from collections.abc import Iterable

NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Signs that no text may hold: control characters other than tab and line breaks, and lone surrogates."""

_LONGEST_STEP = 120


def step(name: object) -> str:
    """One step of a pointer, with its slash. A name that can't be sent on is made harmless and cut."""
    clean = NOT_TEXT.sub("\N{REPLACEMENT CHARACTER}", str(name)[:_LONGEST_STEP])
    return "/" + clean.replace("~", "~0").replace("/", "~1")


def pointer(path: Iterable[object]) -> str:
    """The pointer to what the path leads to; the empty path is the whole."""
    return "".join(step(name) for name in path)
