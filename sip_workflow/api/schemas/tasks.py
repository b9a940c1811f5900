"""User tasks."""

from __future__ import annotations

from collections.abc import Mapping

from sip_workflow.api.schemas.shared import TEXT, TIME, Schema, closed, line, listed, maybe, told

STATES = ("open", "completed", "cancelled")

_VERSION: Schema = {"type": "integer", "minimum": 0}
_ANSWERS: Schema = {
    "type": "object",
    "description": "By the form's keys. Checked against the form's own schema, see `GET /tasks/{task_id}`.",
}
_ROW: Mapping[str, Schema] = {
    "id": TEXT,
    "case_id": TEXT,
    "instance_id": TEXT,
    "process_id": TEXT,
    "element_id": TEXT,
    "name": TEXT,
    "form_key": TEXT,
    "unit": TEXT,
    "role": TEXT,
    "assignee": maybe(TEXT),
    "opened_at": TIME,
    "due_at": maybe(TIME),
    "state": {"type": "string", "enum": list(STATES)},
}

COMPONENTS: Mapping[str, Schema] = {
    "TaskRow": told(_ROW),
    "TaskList": listed("TaskRow"),
    "Task": told(
        {
            **_ROW,
            "form": told({"key": TEXT, "schema": {"type": "object"}, "ui_schema": {"type": "object"}}),
            "answers": maybe(_ANSWERS),
            "version": _VERSION,
        }
    ),
    "Draft": closed({"answers": _ANSWERS, "version": _VERSION}, required=("answers",)),
    "Completion": closed({"answers": _ANSWERS, "version": _VERSION}, required=("answers",)),
    "Assignment": closed({"username": line(longest=64)}, required=("username",)),
}
