"""Stopping a case at once: consent withdrawn, person deceased, discharge cancelled (S2-20, rules B5, B17)."""

from __future__ import annotations

from sip_workflow.application.anchors import current_follow_up
from sip_workflow.application.consenting import end_consents
from sip_workflow.application.inviting import recall_all
from sip_workflow.application.operations.registry import Operation, Result, operation
from sip_workflow.domain.messages import Message


@operation("case.stop")
def stop(op: Operation) -> Result:
    """Sharing stops at once: invitations are recalled, a follow-up is called off, the consent ends.

    ``reason`` is a closing code; no joint decision is needed for it (rules B12).
    """
    reason = str(op.call.parameters["reason"])
    op.work.change_case(closing_reason=reason, closing_decided="alone")
    end_consents(op, state="withdrawn" if reason == "consent_withdrawn" else "ended")
    recall_all(op)
    follow_up = current_follow_up(op.tx, case=op.case)
    if follow_up is not None:
        op.tx.follow_ups.change(follow_up.id, state="cancelled")
        if follow_up.state == "called":
            op.send(Message(name="follow_up_cancelled", correlation=follow_up.id))
    return {}
