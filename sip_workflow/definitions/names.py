"""Which file is what: the shape of a tree of definitions, and its limits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["process", "decision", "guidelines", "messages", "schema", "ui"]

MAX_FILES = 500
MAX_FILE_BYTES = 2 * 1024 * 1024
MAX_TOTAL_BYTES = 16 * 1024 * 1024

GUIDELINES = "processes/guidelines.json"
MESSAGES = "processes/messages.json"

_ID = "[a-z][a-z0-9_]{0,62}"
_PATTERNS: tuple[tuple[re.Pattern[str], Kind], ...] = (
    # The folder and the file carry the process's id, so that its README and pictures lie beside it.
    (re.compile(rf"processes/({_ID})/\1\.bpmn"), "process"),
    (re.compile(rf"processes/decisions/({_ID})\.dmn"), "decision"),
    (re.compile(rf"forms/({_ID})\.schema\.json"), "schema"),
    (re.compile(rf"forms/({_ID})\.ui\.json"), "ui"),
)
# Notes and pictures for people; they are not deployed.
_FOR_PEOPLE = (".md", ".txt", ".svg", ".png")


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionName:
    """What a file holds, and the id of the process, decision or form."""

    kind: Kind
    id: str


def recognise(*, name: str) -> DefinitionName | None:
    """What the file of this name in the tree holds, or None when it is no definition."""
    if name == GUIDELINES:
        return DefinitionName(kind="guidelines", id="guidelines")
    if name == MESSAGES:
        return DefinitionName(kind="messages", id="messages")
    for pattern, kind in _PATTERNS:
        match = pattern.fullmatch(name)
        if match:
            return DefinitionName(kind=kind, id=match.group(1))
    return None


def is_passed_over(*, name: str) -> bool:
    """Whether a file is for people or left by an operating system, and no mistake."""
    parts = name.split("/")
    return name.endswith(_FOR_PEOPLE) or any(part.startswith((".", "__")) for part in parts)
