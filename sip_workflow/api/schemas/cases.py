"""Cases, their history, and messages from outside."""

from __future__ import annotations

from collections.abc import Mapping

from sip_workflow.api.schemas.shared import (
    GUIDELINES,
    TEXT,
    TIME,
    Schema,
    choice,
    closed,
    line,
    listed,
    maybe,
    ref,
    told,
)

STATES = ("open", "closed")
MESSAGES = (
    "consent_withdrawn",
    "consent_changed",
    "case_cancelled",
    "person_deceased",
    "invitation_changed",
    "invitation_cancelled",
)
_MANY: Schema = {"type": "array", "items": {"type": "object"}}

COMPONENTS: Mapping[str, Schema] = {
    "CaseStart": closed(
        {
            "person": ref("Person"),
            "initiating_unit": line(longest=64),
            "need": {
                "type": "object",
                "description": "The answers of the form `need`, when the need is assessed already.",
            },
            "guideline": choice(*GUIDELINES),
        },
        required=("person", "initiating_unit"),
    ),
    "Case": told(
        {
            "id": TEXT,
            "state": {"type": "string", "enum": list(STATES)},
            "closing_reason": maybe(TEXT),
            "guideline": TEXT,
            "person": {"type": ["object", "null"]},
            "consents": _MANY,
            "invitations": _MANY,
            "meetings": _MANY,
            "plan": {"type": ["object", "null"]},
            "follow_ups": _MANY,
            "instances": {
                "type": "array",
                "items": told(
                    {"id": TEXT, "process_id": TEXT, "state": TEXT, "version": {"type": "integer"}}
                ),
            },
            "deadlines": {"type": "array", "items": told({"kind": TEXT, "due_at": TIME})},
        }
    ),
    "CaseList": listed("Case"),
    "HistoryItem": told(
        {
            "at": TIME,
            "type": TEXT,
            "process_id": maybe(TEXT),
            "instance_id": maybe(TEXT),
            "element_id": maybe(TEXT),
            "actor": TEXT,
            "data": {"type": "object"},
        }
    ),
    "HistoryList": listed("HistoryItem"),
    "CaseMessage": closed({"name": choice(*MESSAGES), "data": {"type": "object"}}, required=("name",)),
}
