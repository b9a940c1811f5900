"""Escalations."""

from __future__ import annotations

from collections.abc import Mapping

from sip_workflow.api.schemas.shared import TEXT, TIME, Schema, listed, maybe, told

LEVELS = ("reminder", "manager", "process_owner")

COMPONENTS: Mapping[str, Schema] = {
    "Escalation": told(
        {
            "id": TEXT,
            "case_id": TEXT,
            "kind": TEXT,
            "level": {"type": "string", "enum": list(LEVELS)},
            "about": TEXT,
            "addressed_to": told({"unit": TEXT, "role": TEXT, "user": maybe(TEXT)}),
            "raised_at": TIME,
            "handled_at": maybe(TIME),
        }
    ),
    "EscalationList": listed("Escalation"),
}
