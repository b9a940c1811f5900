"""Levels that are told, each once; and what ends them.

A level is raised by an escalation end event in a diagram, or by the house rule for tasks
without timers. Each is a row, and an ``escalation`` process that tells and may ask for action.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sip_workflow.application.addressing import Address, process_owner_unit
from sip_workflow.application.opening import HOUSE_DEADLINE
from sip_workflow.application.parts import take_part
from sip_workflow.application.running import Running
from sip_workflow.application.stay import STATUTORY_DEADLINE
from sip_workflow.domain.identifiers import new_id
from sip_workflow.domain.messages import Message
from sip_workflow.domain.process import ThrownEscalation
from sip_workflow.domain.register import Role
from sip_workflow.domain.rows import Task, Timer
from sip_workflow.domain.sip import Escalation

if TYPE_CHECKING:
    from sip_workflow.application.work import CaseWork

# Who coordinated keeps the case as its own record; what was sent as a copy stays where it is.
_ENDS_WITH_THE_CASE = frozenset({"closing", "escalation", "invited", "notified", "ward"})
ESCALATION_PROCESS = "escalation"


def raise_drawn(work: CaseWork, running: Running, thrown: ThrownEscalation, task: Task | None) -> None:
    """A level that the diagram raised.

    Its deadline is that of the task it is drawn on, also where the level's own timer has ended the
    task. A receive task has no deadline drawn on it that the engine could tell us; the diagrams
    escalate about one such wait only, that for the call within three days (2017:612 4:3).
    """
    kind = task.deadline if task is not None else STATUTORY_DEADLINE
    deviation = _writes_deviation(work, deadline=kind, level=thrown.level)
    _raise(
        work,
        running,
        kind=thrown.kind,
        level=thrown.level,
        about=thrown.about,
        occasion=thrown.due_at or work.now,
        task=task,
        deviation=deviation,
    )


def raise_watched(work: CaseWork, running: Running, watch: Timer) -> None:
    """A level of a task that the diagram draws no timers on (rules B1)."""
    task = running.tasks.get(watch.ref)
    if task is None or watch.level is None:
        return
    work.note("timer_fired", running=running, element_id=task.element_id, level=watch.level)
    deviation = _writes_deviation(work, deadline=task.deadline, level=watch.level)
    _raise(
        work,
        running,
        kind=HOUSE_DEADLINE,
        level=watch.level,
        about=task.element_id,
        occasion=watch.due_at,
        task=task,
        deviation=deviation,
    )


def _raise(
    work: CaseWork,
    running: Running,
    *,
    kind: str,
    level: str,
    about: str,
    occasion: datetime,
    task: Task | None,
    deviation: bool,
) -> None:
    instance = running.instance
    # A wait that no task holds may be begun anew by another instance: the case has been told all the same.
    where = {"instance_id": instance.id} if task is not None else {"case_id": work.case.id}
    told = work.tx.escalations.find_one(about=about, kind=kind, level=level, occasion=occasion, **where)
    if told is not None:
        return
    address, user = _addressed(work, running, level=level, task=task)
    escalation = Escalation(
        id=new_id(),
        case_id=work.case.id,
        instance_id=instance.id,
        kind=kind,
        level=level,
        about=about,
        occasion=occasion,
        addressed_unit_id=address.unit_id,
        addressed_role=address.role,
        addressed_user=user,
        raised_at=work.now,
        task_id=task.id if task is not None else None,
    )
    work.tx.escalations.add(escalation)
    work.note(
        "escalation_raised",
        running=running,
        element_id=about,
        escalation=escalation.id,
        kind=kind,
        level=level,
    )
    work.send(
        Message(
            name="escalation_raised",
            correlation=escalation.id,
            payload={"id": escalation.id, "kind": kind, "level": level, "deviation": deviation},
            unit_id=address.unit_id,
            subject={"escalation": escalation.id},
        ),
        running=running,
        element_id=about,
    )


def settle_task(work: CaseWork, task: Task) -> None:
    """The work is done or has fallen away: nobody needs to act on its levels any more."""
    _settle(work, work.tx.escalations.find(task_id=task.id, handled_at=None))


def settle_instance(work: CaseWork, running: Running) -> None:
    """A process has ended: so have the levels about its waits."""
    if running.new or running.instance.process_id == ESCALATION_PROCESS:
        return
    _settle(work, work.tx.escalations.find(instance_id=running.instance.id, handled_at=None))


def _settle(work: CaseWork, escalations: list[Escalation]) -> None:
    for escalation in escalations:
        work.tx.escalations.change(escalation.id, handled_at=work.now)
        if escalation.level != "manager":
            continue  # only a manager has a task that can fall away
        if work.tx.deviations.find_one(escalation_id=escalation.id, state="draft") is None:
            _end(work, escalation.id)


def _end(work: CaseWork, escalation_id: str) -> None:
    work.send(Message(name="escalation_settled", correlation=escalation_id))


def close_case_when_done(work: CaseWork) -> None:
    """A case is closed when no process of it runs; its escalations' processes end with it.

    So do their tasks, that of the process owner too: a deviation that nobody has decided on then
    keeps its row with the state ``draft``, and nobody has a task about it any more.
    """
    ended = {running.instance.id for running in work.running.values() if running.ended}
    live = {running.instance.id: running.instance for running in work.running.values() if not running.ended}
    for instance in work.tx.instances.find(case_id=work.case.id, status=("active", "incident")):
        if instance.id not in ended:
            live[instance.id] = instance
    if any(instance.process_id != ESCALATION_PROCESS for instance in live.values()):
        return
    for instance in live.values():
        _end(work, instance.key)
    if work.case.closed_at is None:
        work.change_case(closed_at=work.now)
        work.tx.kept_messages.remove(case_id=work.case.id)
        # Somebody keeps the record, also of a stay that never came to a SIP.
        take_part(work, unit_id=work.case.coordinator_unit_id, part="coordinator")
        for part in work.tx.parts.find(case_id=work.case.id, until=None):
            if part.part in _ENDS_WITH_THE_CASE:
                work.tx.parts.change(part.id, until=work.now)


def _addressed(
    work: CaseWork, running: Running, *, level: str, task: Task | None
) -> tuple[Address, str | None]:
    unit_id = task.unit_id if task is not None else running.instance.unit_id
    if level == "manager":
        return Address(unit_id=unit_id, role=Role.MANAGER), None
    if level == "process_owner":
        return Address(unit_id=process_owner_unit(work.tx, unit_id=unit_id), role=Role.PROCESS_OWNER), None
    if task is not None:
        return Address(unit_id=task.unit_id, role=task.role), task.assignee
    return Address(unit_id=unit_id, role=work.case.coordinator_role), None


def _writes_deviation(work: CaseWork, *, deadline: str, level: str) -> bool:
    rule = work.core.rule(bundle=work.bundle, kind=deadline, guideline=work.case.guideline)
    return any(each.name == level and each.deviation for each in rule.levels)
