"""The plan with the law's four items, and who gets a copy (domain.md 1.3, S1-26…38, S2-21…25, S4-31…35)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sip_workflow.application.inviting import may_invite
from sip_workflow.application.operations.registry import Operation, Result, operation
from sip_workflow.application.parts import take_part
from sip_workflow.domain.identifiers import new_id
from sip_workflow.domain.sip import Action, FollowUp, Goal, Plan, PlanCopy

# Rules C, follow_up_held: without a date (its reason recorded) the follow-up is due after this many days.
DAYS_WITHOUT_A_DATE = 90

_OWN_ROWS = (
    "goals",
    "actions",
    "overall_principal",
    "overall_unit",
    "overall_contact",
    "follow_up",
    "distribution",
)


@operation("plan.record")
def record(op: Operation) -> Result:
    """A new version of the plan; the one before is kept, marked as replaced.

    An action is *decided* only where its unit was there with a mandate, else *proposed* (rules B10, B11).
    """
    answers = op.answers
    earlier = op.tx.plans.find(case_id=op.case.id, order_by="version")
    for plan in earlier:
        if plan.replaced_at is None:
            op.tx.plans.change(plan.id, replaced_at=op.now)
    follow_up = answers.get("follow_up") or {}
    plan = Plan(
        id=new_id(),
        case_id=op.case.id,
        version=len(earlier) + 1,
        written_at=op.now,
        overall_principal=answers["overall_principal"],
        overall_unit_id=answers["overall_unit"],
        content=_content(answers),
        follow_up_at=_instant(follow_up.get("at")),
        follow_up_place=follow_up.get("place"),
    )
    op.tx.plans.add(plan)
    _add_goals(op, plan, answers["goals"])
    _add_actions(op, plan, answers["actions"])
    contact = answers.get("overall_contact")
    op.work.change_case(
        overall_unit_id=plan.overall_unit_id, overall_contact=contact if isinstance(contact, str) else None
    )
    for part in op.tx.parts.find(case_id=op.case.id, part="overall_responsible", until=None):
        if part.unit_id != plan.overall_unit_id:
            op.tx.parts.change(part.id, until=op.now)
    take_part(op.work, unit_id=plan.overall_unit_id, part="overall_responsible")
    plan_follow_up(op, plan_id=plan.id, at=plan.follow_up_at, place=plan.follow_up_place)
    return {}


def _content(answers: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in the plan's text; disagreements that are not to be in it stay internal (S3-34)."""
    content = {key: value for key, value in answers.items() if key not in _OWN_ROWS}
    if "disagreements" in content:
        content["disagreements"] = [row for row in content["disagreements"] if row["in_plan"]]
    return content


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def _add_goals(op: Operation, plan: Plan, goals: list[Mapping[str, Any]]) -> None:
    op.tx.goals.add_all(
        [
            Goal(
                id=new_id(),
                plan_id=plan.id,
                position=position,
                goal=goal["goal"],
                term=goal["term"],
                content={key: value for key, value in goal.items() if key not in ("goal", "term")},
            )
            for position, goal in enumerate(goals, start=1)
        ]
    )


def _add_actions(op: Operation, plan: Plan, actions: list[Mapping[str, Any]]) -> None:
    deciding = _units_with_mandate(op)
    own = ("what", "carried_out_by", "responsible", "unit")
    op.tx.actions.add_all(
        [
            Action(
                id=new_id(),
                plan_id=plan.id,
                position=position,
                what=action["what"],
                carried_out_by=action["carried_out_by"],
                responsible=str(action["responsible"]),
                status="decided" if action.get("unit") is None or action["unit"] in deciding else "proposed",
                unit_id=action.get("unit"),
                content={key: value for key, value in action.items() if key not in own},
            )
            for position, action in enumerate(actions, start=1)
        ]
    )


def _units_with_mandate(op: Operation) -> frozenset[str]:
    """The coordinator's own unit, and those that attended with a mandate."""
    attended = op.tx.invitations.find(case_id=op.case.id, state="held")
    able = {row.unit_id for row in attended if row.reply.get("mandate") == "yes"}
    return frozenset(able | {op.case.coordinator_unit_id})


def plan_follow_up(op: Operation, *, plan_id: str, at: datetime | None, place: str | None) -> FollowUp:
    """The next follow-up; one that was only planned falls away (never two at once, never none)."""
    rows = op.tx.follow_ups.find(case_id=op.case.id, order_by="number")
    for row in rows:
        if row.state == "planned":
            op.tx.follow_ups.change(row.id, state="cancelled")
    follow_up = FollowUp(
        id=new_id(),
        case_id=op.case.id,
        plan_id=plan_id,
        number=len(rows) + 1,
        due_at=at or op.now + timedelta(days=DAYS_WITHOUT_A_DATE),
        state="planned",
        place=place,
    )
    op.tx.follow_ups.add(follow_up)
    return follow_up


@operation("plan.distribute")
def distribute(op: Operation) -> Result:
    """Everyone gets a copy unless the plan says otherwise (S2-24); units by a mail that links to it."""
    plan = op.tx.plans.find(case_id=op.case.id, replaced_at=None)[0]
    answers = op.tx.form_answers.find(case_id=op.case.id, form_key="plan", order_by="at")[-1].answers
    units = {unit.id: unit for unit in op.tx.units.find(id=_parties(op, plan))}
    by_name = {unit.name: unit.id for unit in units.values()}
    told: set[str] = set()
    for row in answers["distribution"]:
        unit_id = row["who"] if row["who"] in units else by_name.get(row["who"])
        if unit_id is None:
            _copy(op, plan, who=row["who"], row=row, unit_id=None)
        elif unit_id not in told:
            _copy(op, plan, who=units[unit_id].name, row=_allowed(op, unit_id, row), unit_id=unit_id)
            told.add(unit_id)
    for unit_id in sorted(set(units) - told):
        row = _allowed(op, unit_id, {"copy": "whole"})
        _copy(op, plan, who=units[unit_id].name, row=row, unit_id=unit_id)
    return {}


def _allowed(op: Operation, unit_id: str, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A copy goes to a unit only while the consent covers it (rules B4), or to the coordinator's own."""
    if unit_id == op.case.coordinator_unit_id or may_invite(op, unit_id=unit_id):
        return row
    return {**row, "copy": "none", "reason": "Omfattas inte av samtycket"}


def _parties(op: Operation, plan: Plan) -> list[str]:
    """The units that took part, the coordinator's and the one that is overall responsible."""
    invited = op.tx.invitations.find(case_id=op.case.id, state=("held", "missed"))
    return sorted({row.unit_id for row in invited} | {op.case.coordinator_unit_id, plan.overall_unit_id})


def _copy(op: Operation, plan: Plan, *, who: str, row: Mapping[str, Any], unit_id: str | None) -> None:
    op.tx.plan_copies.add(
        PlanCopy(
            id=new_id(),
            plan_id=plan.id,
            case_id=op.case.id,
            who=who,
            copy=row["copy"],
            sent_at=op.now,
            unit_id=unit_id,
            reason=row.get("reason"),
        )
    )
    if unit_id is not None and row["copy"] != "none":
        op.work.effect(
            effect="mail",
            key=f"plan_copy-{plan.id}-{unit_id}",
            payload={"kind": "plan_copy", "unit": unit_id},
        )
