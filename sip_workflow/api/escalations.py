"""Escalations that the caller is addressed by, without the person."""

from __future__ import annotations

from sip_workflow.api.queries import AFTER, CASE, LIMIT, page
from sip_workflow.api.routes import Answer, Call, Query, Routes

routes = Routes(tag="escalations")

_KIND = Query(name="kind", description="As `overdue_invitation`.", schema={"type": "string", "maxLength": 64})


@routes.get(
    "/escalations", query=(CASE, _KIND, LIMIT, AFTER), answers={200: "EscalationList"}, summary="What is late"
)
def list_escalations(call: Call) -> Answer:
    """Newest first."""
    found = call.app.escalations.list(
        actor=call.actor,
        case_id=call.query.get("case"),
        kind=call.query.get("kind"),
        limit=call.query["limit"],
        after=call.query.get("after"),
        now=call.now,
    )
    return Answer(body=page(call, items=found["items"], after=found["next_after"]))
