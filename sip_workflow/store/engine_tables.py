"""Tables that the machine keeps beside the case: instances, tasks, timers, messages, outbox, history."""

from __future__ import annotations

from sip_workflow.domain.rows import (
    FirstAnswer,
    FormAnswer,
    HistoryItem,
    Instance,
    KeptMessage,
    OutboxItem,
    Setting,
    Task,
    Timer,
    Wait,
)
from sip_workflow.store.schema import table

_OF_INSTANCE = {"instance_id": "instances", "case_id": "cases"}

instances = table(
    "instances",
    Instance,
    references={"case_id": "cases", "unit_id": "units", "bundle_hash": "bundles"},
    indexes=[("case_id",)],
)

tasks = table(
    "tasks",
    Task,
    references={**_OF_INSTANCE, "unit_id": "units"},
    indexes=[("state", "unit_id", "role", "due_at", "id"), ("case_id", "state"), ("instance_id",)],
)

timers = table("timers", Timer, references=_OF_INSTANCE, indexes=[("due_at", "id"), ("instance_id",)])

waits = table("waits", Wait, references=_OF_INSTANCE, indexes=[("case_id", "message"), ("instance_id",)])

kept_messages = table(
    "kept_messages", KeptMessage, references={"case_id": "cases"}, indexes=[("case_id", "name")]
)

outbox = table(
    "outbox",
    OutboxItem,
    references={"case_id": "cases"},
    unique=[("key",)],
    indexes=[("state", "next_at"), ("case_id",)],
)

history = table("history", HistoryItem, references={"case_id": "cases"}, indexes=[("case_id", "id")])

form_answers = table(
    "form_answers",
    FormAnswer,
    references={"task_id": "tasks", "case_id": "cases"},
    indexes=[("task_id",), ("case_id",)],
)

first_answers = table("first_answers", FirstAnswer, unique=[("actor", "key")], indexes=[("created_at",)])

settings = table("settings", Setting)
