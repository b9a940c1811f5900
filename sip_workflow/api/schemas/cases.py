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
            "person": maybe({"type": "object"}),
            "consents": _MANY,
            "invitations": _MANY,
            "meetings": _MANY,
            "plan": maybe({"type": "object"}),
            "follow_ups": _MANY,
            "instances": _MANY,
            "deadlines": {"type": ["object", "array"]},
        }
    ),
    "CaseRow": told({"id": TEXT, "state": {"type": "string", "enum": list(STATES)}, "guideline": TEXT}),
    "CaseList": listed("CaseRow"),
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
