"""What the engine says of a process instance after a step.

Values only: no engine, no table. ``ref`` is the engine's own small integer for
one token in one instance; it stays the same for as long as that token waits.
All times are aware UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTask:
    """A user task that is open.

    ``lane`` is the lane's name in the diagram (Swedish); ``form_key`` names the
    form; ``deadline`` the deadline kind drawn on the task (None: ``overdue_task``);
    ``assignee`` a username when the diagram names one. ``timed``: the diagram draws timers on it.
    """

    ref: int
    element_id: str
    name: str
    lane: str
    form_key: str
    deadline: str | None
    assignee: str | None
    timed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTimer:
    """A timer event that waits until ``due_at`` (fires strictly after it)."""

    ref: int
    element_id: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageWait:
    """A catch event or receive task that waits for one message.

    ``correlation`` is None when the diagram asks for no particular one.
    """

    ref: int
    element_id: str
    message: str
    correlation: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationCall:
    """A service task that waits for its operation's result."""

    ref: int
    element_id: str
    operation: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrownMessage:
    """A message thrown by a throw event, a send task or a message end event."""

    element_id: str
    message: str
    correlation: str | None
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrownEscalation:
    """An escalation end event that was reached.

    ``kind`` and ``level`` come from the escalation code ``<kind>.<level>``;
    ``about`` is the element that the branch's boundary timer is attached to
    (the element itself when there is none), ``about_ref`` that token's ref, and
    ``due_at`` the instant of that timer: the same instant means the same occasion.
    """

    element_id: str
    kind: str
    level: str
    about: str
    about_ref: int | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiredTimer:
    """A timer that fired in this step, in due order."""

    element_id: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Everything there is to know of an instance after a command.

    ``user_tasks``, ``timers``, ``waits`` and ``operations`` are all that is open
    now; ``thrown``, ``escalations`` and ``fired`` what happened since the last step.
    """

    state: bytes
    user_tasks: tuple[UserTask, ...]
    timers: tuple[DueTimer, ...]
    waits: tuple[MessageWait, ...]
    operations: tuple[OperationCall, ...]
    thrown: tuple[ThrownMessage, ...]
    escalations: tuple[ThrownEscalation, ...]
    fired: tuple[FiredTimer, ...]
    ended: bool
