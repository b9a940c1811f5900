"""Escalations that the caller is addressed by, without the person."""

from __future__ import annotations

from sip_workflow.api.queries import AFTER, CASE, LIMIT, answer
from sip_workflow.api.routes import Answer, Call, Query, Routes

routes = Routes(tag="escalations")

_KIND = Query(name="kind", description="As `overdue_invitation`.", schema={"type": "string", "maxLength": 64})


@routes.get(
    "/escalations", query=(CASE, _KIND, LIMIT, AFTER), answers={200: "EscalationList"}, summary="What is late"
)
def list_escalations(call: Call) -> Answer:
    """Newest first."""
    return answer(
        call, ask=call.app.escalations.list, case_id=call.query.get("case"), kind=call.query.get("kind")
    )
