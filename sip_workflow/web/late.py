"""What an escalation is about, in words: which step is late, at which unit, and since when. No person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sip_workflow.application import Application
from sip_workflow.application.anchors import discharge_of
from sip_workflow.application.core import Core
from sip_workflow.application.stay import STATUTORY_DEADLINE
from sip_workflow.application.views import View
from sip_workflow.domain.deadlines import invitation_due_at
from sip_workflow.domain.sip import Escalation
from sip_workflow.store import Transaction
from sip_workflow.web import words
from sip_workflow.web.drawing import read_drawing
from sip_workflow.web.names import Names

LATE_FORMS = frozenset({"escalation_handling", "deviation"})
"""The forms of tasks that are about something late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateStep:
    """The step that is late; ``due_at`` is local, or None where nothing tells it any more."""

    name: str
    unit_id: str
    due_at: datetime | None
    case_id: str

    @property
    def heading(self) -> str:
        """For lists and headings."""
        return f"Försenat: {self.name}"

    def lines(self, names: Names) -> list[tuple[str, str]]:
        """For reading above a form."""
        lines = [("Steg", self.name), ("Enhet", names.unit(self.unit_id)), ("Ärende", self.case_id)]
        if self.due_at is not None:
            lines.append(("Skulle ha varit klart", words.moment(self.due_at)))
        return lines


def late_steps(application: Application, tasks: Iterable[View]) -> Mapping[str, LateStep]:
    """What is late, by the id of each task that is about something late."""
    wanted = {task["id"]: task["instance_id"] for task in tasks if task["form_key"] in LATE_FORMS}
    if not wanted:
        return {}
    core = application.core
    with core.read() as tx:
        subjects = {row.id: row.subject for row in tx.instances.find(id=sorted(set(wanted.values())))}
        ids = sorted({str(subject.get("escalation", "")) for subject in subjects.values()})
        rows = {row.id: row for row in tx.escalations.find(id=ids)}
        found = {}
        for task_id, instance_id in wanted.items():
            escalation = rows.get(str(subjects[instance_id].get("escalation", "")))
            if escalation is not None:
                found[task_id] = _step(core, tx, escalation, zone=core.zone)
        return found


def _step(core: Core, tx: Transaction, escalation: Escalation, *, zone: ZoneInfo) -> LateStep:
    task = tx.tasks.find_one(id=escalation.task_id) if escalation.task_id is not None else None
    if task is not None:
        due_at = task.due_at.astimezone(zone) if task.due_at is not None else None
        return LateStep(name=task.name, unit_id=task.unit_id, due_at=due_at, case_id=escalation.case_id)
    instance, case = tx.instances.get(escalation.instance_id), tx.cases.get(escalation.case_id)
    bundle = core.bundle(tx, bundle_hash=instance.bundle_hash)
    discharge = discharge_of(tx, case=case)
    due_at = None
    if discharge is not None and discharge.ready_received_at is not None:
        rule = core.rule(bundle=bundle, kind=STATUTORY_DEADLINE, guideline=case.guideline)
        due = invitation_due_at(ready_received_at=discharge.ready_received_at, rule=rule, zone=zone)
        due_at = due.astimezone(zone)
    return LateStep(
        name=read_drawing(bundle.processes[instance.process_id]).name(escalation.about),
        unit_id=instance.unit_id,
        due_at=due_at,
        case_id=case.id,
    )
