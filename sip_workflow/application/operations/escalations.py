"""What a level leads to: somebody is told, a manager acts, a deviation is drafted (S4-9)."""

from __future__ import annotations

from sip_workflow.application.operations.registry import Operation, Result, operation
from sip_workflow.domain.identifiers import new_id
from sip_workflow.domain.sip import Deviation, Escalation


def _own(op: Operation) -> Escalation:
    return op.tx.escalations.get(op.subject["escalation"])


@operation("escalation.tell")
def tell(op: Operation) -> Result:
    """One mail to the addressed level: case number and what to do, never the person."""
    escalation = _own(op)
    op.work.effect(
        effect="mail",
        key=f"escalation-{escalation.id}",
        payload={
            "kind": escalation.level,
            "unit": escalation.addressed_unit_id,
            "user": escalation.addressed_user,
            "role": escalation.addressed_role,
            "escalation": escalation.id,
        },
    )
    return {}


@operation("escalation.handle")
def handle(op: Operation) -> Result:
    """What the manager did; a task that is given to somebody else changes hands at once."""
    escalation = _own(op)
    answers = op.answers
    op.tx.escalations.change(escalation.id, handled_at=op.now, handling=answers)
    if answers["action"] == "reassigned" and escalation.task_id is not None:
        task = op.tx.tasks.get(escalation.task_id)
        if task.state == "open":
            op.tx.tasks.change(task.id, assignee=answers["reassign_to"], version=task.version + 1)
    return {}


@operation("deviation.draft")
def draft(op: Operation) -> Result:
    """A draft deviation: the kind and the case number, no person.

    Its state is ``draft`` until the process owner decides. The case may be closed before that; then
    the draft stays as it is.
    """
    escalation = _own(op)
    op.tx.deviations.add(
        Deviation(
            id=new_id(),
            case_id=op.case.id,
            escalation_id=escalation.id,
            state="draft",
            drafted_at=op.now,
            content={
                "kind": escalation.kind,
                "about": escalation.about,
                "unit": escalation.addressed_unit_id,
            },
        )
    )
    return {}


@operation("deviation.decide")
def decide(op: Operation) -> Result:
    """The process owner submits the deviation to the region's own system, or discards it with a reason."""
    answers = op.answers
    deviation = op.tx.deviations.find(escalation_id=op.subject["escalation"])[0]
    op.tx.deviations.change(
        deviation.id,
        state="submitted" if answers["decision"] == "submit" else "discarded",
        decided_at=op.now,
        content={**deviation.content, **answers},
    )
    escalation = _own(op)
    if escalation.handled_at is None:
        op.tx.escalations.change(escalation.id, handled_at=op.now)
    return {}
