"""What a form needs to know of its task: facts that decide fields, and what references may name.

The forms' own rules are in the forms; here is what only the case knows (forms.md's ◇ rows).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sip_workflow.application.access import NOT_THEIRS, consent_in_force, covered_by_consent
from sip_workflow.application.anchors import discharge_of, planned_meeting
from sip_workflow.application.core import Core
from sip_workflow.application.inviting import COMING
from sip_workflow.application.operations.closings import JOINT
from sip_workflow.domain.deadlines import due_at
from sip_workflow.domain.definitions import Bundle
from sip_workflow.domain.register import Actor, Role
from sip_workflow.domain.rows import Task
from sip_workflow.domain.sip import Case, Invitation
from sip_workflow.forms import StandIns
from sip_workflow.store import Transaction

ADULT_AT = 18
NOTICE_DEADLINE = "invitation_notice"

Refers = Callable[[str, str, str], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskContext:
    """A task with its case, in a transaction."""

    core: Core
    tx: Transaction
    bundle: Bundle
    case: Case
    task: Task
    actor: Actor
    now: datetime

    def subject(self) -> Mapping[str, Any]:
        """What the task's instance is about: ids."""
        return self.tx.instances.get(self.task.instance_id).subject

    def invitation(self) -> Invitation | None:
        """The invitation that the task is about, if any."""
        invitation_id = self.subject().get("invitation")
        return self.tx.invitations.get(invitation_id) if invitation_id else None

    def today(self) -> date:
        """The local date."""
        return self.now.astimezone(self.core.zone).date()


def is_child(birth_date: date | None, *, today: date) -> bool:
    """Under 18 on the day. Without a birth date the person counts as an adult."""
    if birth_date is None:
        return False
    had_birthday = (today.month, today.day) >= (birth_date.month, birth_date.day)
    return today.year - birth_date.year - (0 if had_birthday else 1) < ADULT_AT


def facts(context: TaskContext) -> Mapping[str, object]:
    """The facts that the forms name."""
    case, guideline = context.case, context.bundle.guidelines[context.case.guideline]
    person = context.tx.persons.get(case.person_id)
    found: dict[str, object] = {
        "child": is_child(person.birth_date, today=context.today()),
        "guideline": case.guideline,
        "consent_forms": list(guideline["consent_forms"]),
        "consultation": bool(guideline["consultation"]),
        "signed_with_person": bool(guideline["invitation_document"]["signed_with_person"]),
        "joint_closing": case.closing_decided in JOINT,
    }
    if context.task.process_id == "invitation":
        invitation = context.invitation()
        if invitation is not None:
            found["called"] = invitation.kind == "called"
            found["invited"] = invitation.kind == "invited"
            found["mandate_pending"] = invitation.reply.get("mandate") == "to_be_obtained"
    if context.task.form_key == "invitation_review":
        found["short_notice"] = _short_notice(context)
    if context.task.form_key == "replies_review":
        found["called_missing"] = _called_missing(context)
    return found


def _short_notice(context: TaskContext) -> bool:
    """Whether the meeting is nearer than the notice that the deadline table wants (invitation_notice)."""
    meeting = planned_meeting(context.tx, case=context.case)
    if meeting is None:
        return False
    rule = context.core.rule(bundle=context.bundle, kind=NOTICE_DEADLINE, guideline=context.case.guideline)
    latest = due_at(rule, anchors={"meeting": meeting.starts_at}, now=context.now, zone=context.core.zone)
    return context.now > latest


def principal_kind(context: TaskContext) -> Callable[[str], str | None]:
    """The kind of the principal that a unit belongs to; None for a unit that is not there."""

    def kind(unit_id: str) -> str | None:
        unit = context.tx.units.find_one(id=unit_id)
        return context.tx.principals.get(unit.principal_id).kind if unit is not None else None

    return kind


def _called_missing(context: TaskContext) -> bool:
    meeting = planned_meeting(context.tx, case=context.case)
    if meeting is None:
        return False
    rows = context.tx.invitations.find(meeting_id=meeting.id, kind="called")
    # What became of the others is told by the invitation that took their place.
    return any(
        row.state not in (*COMING, *NOT_THEIRS, "passing_on") or row.state == "declined" for row in rows
    )


def refers(context: TaskContext) -> Refers:
    """Whether a unit or a user that an answer names exists and fits; a Swedish sentence when not."""

    def check(kind: str, value: str, pointer: str) -> str | None:
        if kind == "sip-unit":
            return _unit_problem(context, value, pointer)
        return _user_problem(context, value, pointer)

    return check


def _unit_problem(context: TaskContext, unit_id: str, pointer: str) -> str | None:
    unit = context.tx.units.find_one(id=unit_id)
    if unit is None:
        return "Enheten finns inte i registret. Välj en enhet ur listan."
    form_key = context.task.form_key
    recipient = form_key == "preparation" and pointer.startswith("/recipients/")
    passes_on = form_key == "delegate" and pointer == "/unit"
    takes_over = (
        form_key == "plan" and pointer == "/overall_unit" and unit_id != context.case.coordinator_unit_id
    )
    if not (recipient or passes_on or takes_over):
        return None
    consent = consent_in_force(context.tx, case=context.case, now=context.now, zone=context.core.zone)
    if consent is None or not covered_by_consent(consent, unit=unit):
        return "Samtycket omfattar inte den här enheten. Välj en annan, eller utöka samtycket först."
    if passes_on:
        passing = context.tx.units.get(context.task.unit_id)
        if not consent.includes_passing_on:
            return "Samtycket omfattar inte att kallelsen lämnas vidare. Be samordnaren att utöka det."
        if unit.principal_id != passing.principal_id:
            return "Kallelsen kan bara lämnas vidare inom samma huvudman."
        if unit.id in _chain(context) or unit.id in _asked_already(context):
            return "Enheten har redan kallelsen. Välj en annan."
    return None


def _chain(context: TaskContext) -> set[str]:
    """The units that have had this invitation: it never goes back into the chain (rules B9)."""
    units: set[str] = set()
    invitation = context.invitation()
    while invitation is not None:
        units.add(invitation.unit_id)
        invitation = context.tx.invitations.get(invitation.previous_id) if invitation.previous_id else None
    return units


def _asked_already(context: TaskContext) -> set[str]:
    """Units with an open invitation to the same meeting."""
    invitation = context.invitation()
    if invitation is None:
        return set()
    rows = context.tx.invitations.find(meeting_id=invitation.meeting_id, ended_at=None)
    return {row.unit_id for row in rows}


def _user_problem(context: TaskContext, username: str, pointer: str) -> str | None:
    user = context.tx.users.find_one(username=username)
    if user is None:
        return "Personen finns inte i registret. Välj en person ur listan."
    memberships = context.tx.memberships.find(user_id=user.id)
    roles = {row.unit_id: row.roles for row in memberships}
    participant = context.task.form_key == "delegate" and pointer == "/participant"
    if participant and Role.PARTICIPANT not in roles.get(context.task.unit_id, []):
        return "Personen kan inte delta för enheten. Välj en deltagare på er enhet."
    if context.task.form_key == "escalation_handling" and pointer == "/reassign_to":
        late = _late_task(context)
        if late is None or late.role not in roles.get(late.unit_id, []):
            return "Personen kan inte göra uppgiften. Välj någon på enheten som har rollen."
    if context.task.form_key == "care_contact":
        discharge = discharge_of(context.tx, case=context.case)
        unit_id = discharge.outpatient_unit_id if discharge is not None else context.task.unit_id
        if Role.CARE_CONTACT not in roles.get(unit_id, []):
            return "Personen kan inte vara fast vårdkontakt på enheten. Välj en annan person."
    return None


def _late_task(context: TaskContext) -> Task | None:
    """The task that the escalation at hand is about."""
    escalation = context.tx.escalations.find_one(id=str(context.subject().get("escalation", "")))
    if escalation is None or escalation.task_id is None:
        return None
    return context.tx.tasks.get(escalation.task_id)


def stand_ins(context: TaskContext) -> StandIns:
    """What the stand-ins of the forms' examples mean for this task (training mode)."""
    tx, task = context.tx, context.task
    own = tx.units.get(task.unit_id)
    units = tx.units.find(order_by="id")
    discharge = discharge_of(tx, case=context.case)
    avoided = {own.id, *(() if discharge is None else (discharge.hospital_unit_id,))}
    municipality = tx.persons.get(context.case.person_id).municipality
    near = sorted(
        (unit for unit in units if unit.id not in avoided and unit.kind in _CALLABLE),
        key=lambda unit: (unit.municipality != municipality, not unit.entry, unit.id),
    )
    sister = next((unit for unit in near if unit.principal_id == own.principal_id), own)
    kinds = {principal.id: principal.kind for principal in tx.principals.find()}
    # A SIP joins municipality and region: the other unit is of the other kind of principal.
    other = next((unit for unit in near if kinds[unit.principal_id] != kinds[own.principal_id]), own)
    colleagues = [row.user_id for row in tx.memberships.find(unit_id=task.unit_id, order_by="user_id")]
    names = sorted(user.username for user in tx.users.find(id=colleagues))
    me = context.actor.id if context.actor.id in names or not names else names[0]
    colleague = next((name for name in names if name != me), me)
    return StandIns(
        me=me,
        colleague=_colleague(context, colleague),
        unit=own.id,
        sister_unit=sister.id,
        other_unit=other.id,
        now=context.now,
        zone=context.core.zone,
    )


_CALLABLE = frozenset({"social_services", "municipal_health_care", "outpatient_care", "school"})


def _colleague(context: TaskContext, otherwise: str) -> str:
    """Somebody who fits: a participant, one who can be fast vårdkontakt, one who can do the late task."""
    unit_id = context.task.unit_id
    wanted = {"delegate": str(Role.PARTICIPANT), "care_contact": str(Role.CARE_CONTACT)}.get(
        context.task.form_key
    )
    if context.task.form_key == "escalation_handling":
        late = _late_task(context)
        if late is not None:
            unit_id, wanted = late.unit_id, late.role
    if wanted is None:
        return otherwise
    for row in context.tx.memberships.find(unit_id=unit_id, order_by="user_id"):
        if wanted in row.roles:
            return context.tx.users.get(row.user_id).username
    return otherwise
