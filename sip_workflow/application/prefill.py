"""What an earlier step answered is filled in beforehand, and can be changed (forms.md rule 2, S1-11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sip_workflow.application.facts import TaskContext

Answers = dict[str, Any]


def prefill(context: TaskContext) -> Answers:
    """The answers that a task begins with."""
    fill = _FORMS.get(context.task.form_key)
    return fill(context) if fill is not None else {}


def _latest(context: TaskContext, form_key: str) -> Answers:
    rows = context.tx.form_answers.find(case_id=context.case.id, form_key=form_key, order_by="at")
    return rows[-1].answers if rows else {}


def _as_last_time(context: TaskContext) -> Answers:
    """The same form's last answers in this case: a second talk, a changed preparation."""
    return _latest(context, context.task.form_key)


def _plan(context: TaskContext) -> Answers:
    earlier = _latest(context, "plan")
    if earlier:
        return earlier
    preparation, meeting = _latest(context, "preparation"), _latest(context, "meeting")
    found = {
        "own_words": preparation.get("important_to_me"),
        "relatives_view": meeting.get("relatives_view"),
        "earlier_actions": preparation.get("ongoing"),
        "disagreements": [row for row in meeting.get("disagreements", []) if row.get("in_plan")],
    }
    return {key: value for key, value in found.items() if value}


def _follow_up(context: TaskContext) -> Answers:
    plan = context.tx.plans.find_one(case_id=context.case.id, replaced_at=None)
    if plan is None:
        return {}
    goals = context.tx.goals.find(plan_id=plan.id, order_by="position")
    actions = context.tx.actions.find(plan_id=plan.id, order_by="position")
    return {
        "goals_review": [{"goal": row.goal} for row in goals],
        "actions_review": [{"action": row.what} for row in actions],
    }


def _unit_preparation(context: TaskContext) -> Answers:
    written = _latest_reply(context).get("written_contribution")
    return {"contribution": written} if written else {}


def _latest_reply(context: TaskContext) -> Mapping[str, Any]:
    invitation = context.invitation()
    return invitation.reply if invitation is not None else {}


def _deviation(context: TaskContext) -> Answers:
    """What was late, in words for the region's own system: the step and the days, no person (S4-9)."""
    escalation = context.tx.escalations.find_one(id=str(context.subject().get("escalation", "")))
    if escalation is None:
        return {}
    told = escalation.raised_at.astimezone(context.core.zone).date().isoformat()
    task = context.tx.tasks.find_one(id=escalation.task_id) if escalation.task_id is not None else None
    if task is None or task.due_at is None:
        return {"what": f"Kallelsen enligt lag 2017:612 4 kap. 3 § var inte skickad den {told}."}
    due = task.due_at.astimezone(context.core.zone).date().isoformat()
    unit = context.tx.units.get(task.unit_id).name
    return {"what": f"”{task.name}” hos {unit} skulle vara klart {due}. Den {told} var det inte gjort."}


_FORMS: Mapping[str, Callable[[TaskContext], Answers]] = {
    "consent": _as_last_time,
    "preparation": _as_last_time,
    "plan": _plan,
    "follow_up_meeting": _follow_up,
    "deviation": _deviation,
    "unit_preparation": _unit_preparation,
}
