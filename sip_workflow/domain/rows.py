"""What the machine keeps beside the case: instances, tasks, timers, messages, outbox, history."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """A running process.

    ``key`` is its correlation in the case (an invitation's id …), ``state`` the packed bytes.

    ``status``: active, ended or incident; ``incident`` says why it was set aside (never personal data).
    """

    id: str
    case_id: str
    process_id: str
    unit_id: str
    bundle_hash: str
    key: str
    state: bytes
    status: str
    started_at: datetime
    version: int = 1
    subject: dict[str, Any] = field(default_factory=dict)
    ended_at: datetime | None = None
    incident: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A user task.

    ``state``: open, completed or cancelled. ``version`` rises with draft, claim and assign.
    """

    id: str
    case_id: str
    instance_id: str
    process_id: str
    ref: int
    element_id: str
    name: str
    form_key: str
    unit_id: str
    role: str
    state: str
    opened_at: datetime
    deadline: str
    due_at: datetime | None = None
    assignee: str | None = None
    draft: dict[str, Any] | None = None
    version: int = 1
    closed_at: datetime | None = None
    completed_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A timer that waits.

    ``kind``: event (an event in the diagram) or watch (the house rule for overdue tasks).
    ``level`` is the escalation level of a watch, whose ``ref`` is the task's.
    """

    id: str
    instance_id: str
    case_id: str
    kind: str
    ref: int
    element_id: str
    due_at: datetime
    level: str | None = None
    attempts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """An instance waits for a message."""

    id: str
    instance_id: str
    case_id: str
    ref: int
    element_id: str
    message: str
    correlation: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMessage:
    """A message that nobody waited for yet."""

    id: str
    case_id: str
    name: str
    correlation: str | None
    payload: dict[str, Any]
    sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxItem:
    """Something that leaves the case. ``key`` is unique and makes a repeat recognisable.

    ``state``: pending, done or dead. ``payload`` carries ids, never personal data.
    """

    id: str
    key: str
    case_id: str | None
    effect: str
    payload: dict[str, Any]
    state: str
    created_at: datetime
    next_at: datetime
    attempts: int = 0
    leased_until: datetime | None = None
    done_at: datetime | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryItem:
    """Something that happened in a case. ``data`` holds ids and codes."""

    case_id: str
    at: datetime
    type: str
    actor: str
    process_id: str | None = None
    instance_id: str | None = None
    element_id: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormAnswer:
    """The answers of a completed task, as they were given."""

    id: str
    task_id: str
    case_id: str
    form_key: str
    answers: dict[str, Any]
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBundle:
    """A stored deployment. ``content`` is a zip of its files; ``origin``: shipped or owner."""

    hash: str
    content: bytes
    origin: str
    stored_at: datetime
    in_force: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstAnswer:
    """The first answer to a request with an Idempotency-Key."""

    id: str
    actor: str
    key: str
    request_hash: str
    status: int
    body: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A value that all processes share (the training clock's offset)."""

    id: str
    value: str
