"""What a rule is given, and what it answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from sip_workflow.domain.definitions import Bundle
from sip_workflow.engine import Engine

ERROR = "error"
WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something to mend. ``severity``: error (can't be taken into use) or warning.

    ``file`` is the file's name in the tree, ``element`` the id in it ("" for the whole file);
    ``message`` and ``help`` are Swedish: what is wrong, and what to do.
    """

    rule: str
    severity: str
    file: str
    element: str
    message: str
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What rules look at. ``operations`` are the names that service tasks may use."""

    bundle: Bundle
    engine: Engine
    operations: frozenset[str]


@runtime_checkable
class Rule(Protocol):
    """One rule. It changes nothing and reads nothing but what it is given."""

    def __call__(self, *, deployment: Deployment) -> Iterable[Finding]:
        """What it found."""
