"""Following up: a next date or a closing, never neither (S0-39…41, S4-36…37, rules B13)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sip_workflow.application.anchors import current_follow_up
from sip_workflow.application.consenting import end_consents
from sip_workflow.application.inviting import (
    end_with_meeting,
    invite,
    may_invite,
    replace_invitations,
)
from sip_workflow.application.operations.meetings import add_meeting
from sip_workflow.application.operations.plans import plan_follow_up
from sip_workflow.application.operations.registry import Operation, Result, operation
from sip_workflow.domain.messages import Message
from sip_workflow.domain.sip import FollowUp, Meeting, Plan

# A follow-up that must be called anew after a disagreement is set this far ahead (rules C, follow_up_called).
DAYS_TO_CALL = 21


def _plan(op: Operation) -> Plan:
    return op.tx.plans.find(case_id=op.case.id, replaced_at=None)[0]


@operation("follow_up.call")
def call(op: Operation) -> Result:
    """Open the follow-up at the overall responsible unit, and invite the plan's parties."""
    plan = _plan(op)
    follow_up = current_follow_up(op.tx, case=op.case)
    if follow_up is None:
        at = op.now + timedelta(days=DAYS_TO_CALL)
        follow_up = plan_follow_up(op, plan_id=plan.id, at=at, place=plan.follow_up_place)
    op.tx.follow_ups.change(follow_up.id, state="called")
    time = {"starts_at": follow_up.due_at.isoformat(), "place": follow_up.place}
    meeting = add_meeting(op, purpose="follow_up", time=time)
    for unit_id in _parties(op, plan):
        if may_invite(op, unit_id=unit_id):
            invite(op, meeting=meeting, unit_id=unit_id, content={"why": "Uppföljning av planen"})
    op.send(
        Message(
            name="follow_up_due",
            correlation=follow_up.id,
            payload={"id": follow_up.id},
            unit_id=plan.overall_unit_id,
            subject={"follow_up": follow_up.id, "meeting": meeting.id},
        )
    )
    return {"id": follow_up.id}


def _parties(op: Operation, plan: Plan) -> list[str]:
    """The units with an action in the plan, besides the one that calls."""
    units = {action.unit_id for action in op.tx.actions.find(plan_id=plan.id) if action.unit_id is not None}
    return sorted(units - {plan.overall_unit_id})


@operation("follow_up.record")
def record(op: Operation) -> Result:
    """What the follow-up came to; one that was not held gets a new time."""
    answers = op.answers
    follow_up = op.tx.follow_ups.get(op.subject["follow_up"])
    meeting = op.tx.meetings.find(case_id=op.case.id, purpose="follow_up", order_by="round")[-1]
    if answers["held"] == "no":
        _rebook(op, follow_up, meeting, new_time=answers["new_time"])
        return {"held": False}
    outcome = answers["outcome"]
    unconfirmed = not answers.get("consent_confirmed", True)
    if unconfirmed:
        end_consents(op, state="withdrawn")  # nothing is shared any more (rules B5)
        outcome = "close"
    op.tx.follow_ups.change(follow_up.id, state="held", held_at=op.now, outcome=outcome, answers=answers)
    op.tx.meetings.change(meeting.id, state="held", held_at=op.now)
    end_with_meeting(op, purpose="follow_up", attendance=answers["attendance"])
    if outcome == "new_plan":
        op.work.change_case(needed_at=op.now)  # a new need, with clocks of its own and a new consent
    if outcome == "close":
        op.work.change_case(
            closing_reason="consent_withdrawn" if unconfirmed else answers["closing_reason"],
            closing_decided="alone" if unconfirmed else "follow_up",
        )
    else:
        following = answers.get("follow_up") or {}
        at = datetime.fromisoformat(following["at"]).astimezone(UTC) if "at" in following else None
        plan_follow_up(op, plan_id=follow_up.plan_id, at=at, place=following.get("place"))
    op.send(Message(name="follow_up_done", correlation=follow_up.id, payload={"outcome": outcome}))
    return {"held": True}


def _rebook(op: Operation, follow_up: FollowUp, meeting: Meeting, *, new_time: dict[str, object]) -> None:
    """Move the meeting. Its deadline moves too, but only while the date has not passed (rules B13)."""
    op.tx.meetings.change(meeting.id, state="not_held")
    new = add_meeting(op, purpose="follow_up", time=new_time)
    if op.now <= follow_up.due_at:
        op.tx.follow_ups.change(follow_up.id, due_at=new.starts_at)
    replace_invitations(op, old=meeting, new=new)
