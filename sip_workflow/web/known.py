"""What pages show of a case beside the use cases' views: its forms' facts, its diagrams, what stands open.

Reads through the application's core, and only after a use case has let the visitor in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sip_workflow.application import Application
from sip_workflow.application.access import steers
from sip_workflow.application.facts import TaskContext, facts
from sip_workflow.domain.definitions import Bundle, Form
from sip_workflow.domain.register import Actor
from sip_workflow.domain.rows import Instance, Task
from sip_workflow.domain.sip import Case
from sip_workflow.forms import Facts
from sip_workflow.store import Transaction
from sip_workflow.web.diagram import Drawing, read_drawing
from sip_workflow.web.words import AFTER, WAITS

_FEW = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStep:
    """Something that a process waits for. ``kind``: task, message, time or any_time.

    ``ways`` are the names of what may come where the process waits for the first of several.
    """

    element_id: str
    name: str
    kind: str
    task_id: str | None = None
    unit_id: str | None = None
    assignee: str | None = None
    due_at: datetime | None = None
    ways: tuple[str, ...] = ()

    @property
    def waiting(self) -> str:
        """What is waited for, in words; of many things only the name of the choice between them."""
        if self.element_id in WAITS:
            return WAITS[self.element_id]
        if len(self.ways) > _FEW:
            return self.name
        return "Väntar på " + " eller ".join(f"”{way}”" for way in self.ways or (self.name,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one active process stands."""

    instance_id: str
    process_id: str
    unit_id: str
    set_aside: bool
    drawing: Drawing
    steps: tuple[OpenStep, ...]

    @property
    def has_tasks(self) -> bool:
        """Whether somebody has something to do in it."""
        return any(step.kind == "task" for step in self.steps)

    @property
    def now(self) -> list[str]:
        """The names of what is to be done, or else waited for."""
        waits = [step for step in self.steps if step.kind in ("message", "time")]
        work = [step for step in waits if self.drawing.elements[step.element_id].kind == "receiveTask"]
        tasks = [step for step in self.steps if step.kind == "task"]
        return [step.name for step in tasks] or [step.waiting for step in work or waits]

    @property
    def then(self) -> str:
        """What comes when the wait for a time is over, if that is known."""
        return next((AFTER.get(step.element_id, "") for step in self.steps if step.kind == "time"), "")

    @property
    def until(self) -> datetime | None:
        """When the wait is over by itself, if it is one for a time alone."""
        return next((step.due_at for step in self.steps if step.kind == "time"), None)

    @property
    def current(self) -> frozenset[str]:
        """The elements to mark."""
        return frozenset(step.element_id for step in self.steps if step.kind != "any_time")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """The inside of a case, for those who see the whole of it."""

    standings: tuple[Standing, ...]
    phases: tuple[tuple[str, str], ...]
    may_steer: bool
    reasons: tuple[tuple[str, str], ...]
    element_names: Mapping[tuple[str, str], str]


def form_of_task(
    application: Application, *, task_id: str, actor: Actor, now: datetime
) -> tuple[Form, Facts]:
    """The task's form and what it needs to know; ``user_tasks.view`` has let the actor in."""
    core = application.core
    with core.read() as tx:
        task = tx.tasks.get(task_id)
        case = tx.cases.get(task.case_id)
        bundle = core.bundle(tx, bundle_hash=case.bundle_hash)
        context = TaskContext(core=core, tx=tx, bundle=bundle, case=case, task=task, actor=actor, now=now)
        return bundle.forms[task.form_key], facts(context)


def form_in_force(application: Application, *, key: str) -> Form:
    """A form of the definitions that new cases get."""
    with application.core.read() as tx:
        return application.core.bundle_in_force(tx).forms[key]


def inside_of_case(application: Application, *, case_id: str, actor: Actor) -> Inside:
    """Where each process of the case stands; ``cases.view`` has shown the actor the whole."""
    core = application.core
    with core.read() as tx:
        case = tx.cases.get(case_id)
        bundle = core.bundle(tx, bundle_hash=case.bundle_hash)
        active = tx.instances.find(
            case_id=case_id, status=("active", "incident"), order_by=("started_at", "id")
        )
        tasks = tx.tasks.find(case_id=case_id, state="open", order_by=("opened_at", "id"))
        return Inside(
            standings=tuple(
                sorted((_standing(tx, bundle, instance, tasks=tasks) for instance in active), key=_importance)
            ),
            phases=_phases(tx, bundle, case=case, at=tasks),
            may_steer=case.closed_at is None and steers(tx, actor=actor, case=case),
            reasons=_reasons(bundle),
            element_names={
                (process_id, element.id): element.name
                for process_id, source in bundle.processes.items()
                for element in read_drawing(source).elements.values()
                if element.name
            },
        )


def _importance(standing: Standing) -> tuple[bool, bool]:
    """Where something is to be done first, and the SIP before what belongs to it."""
    return not standing.has_tasks, standing.process_id != "sip"


def _standing(tx: Transaction, bundle: Bundle, instance: Instance, *, tasks: list[Task]) -> Standing:
    drawing = read_drawing(bundle.processes[instance.process_id])
    steps = [
        OpenStep(
            element_id=task.element_id,
            name=task.name,
            kind="task",
            task_id=task.id,
            unit_id=task.unit_id,
            assignee=task.assignee,
            due_at=task.due_at,
        )
        for task in tasks
        if task.instance_id == instance.id
    ]
    steps += _waits(tx, bundle, instance, drawing=drawing)
    return Standing(
        instance_id=instance.id,
        process_id=instance.process_id,
        unit_id=instance.unit_id,
        set_aside=instance.status == "incident",
        drawing=drawing,
        steps=tuple(steps),
    )


def _waits(tx: Transaction, bundle: Bundle, instance: Instance, *, drawing: Drawing) -> list[OpenStep]:
    """What the instance waits for beside its tasks; ways out of one event gateway are one wait."""
    single, together = [], dict[str, list[OpenStep]]()
    for wait in tx.waits.find(instance_id=instance.id, order_by="element_id"):
        rule = bundle.messages.get(wait.message)
        kind = "any_time" if rule is not None and rule.from_outside else "message"
        single.append(OpenStep(element_id=wait.element_id, name=drawing.name(wait.element_id), kind=kind))
    for timer in tx.timers.find(instance_id=instance.id, kind="event", order_by="due_at"):
        element = drawing.elements.get(timer.element_id)
        if element is not None and element.kind != "boundaryEvent":
            single.append(
                OpenStep(element_id=element.id, name=element.name, kind="time", due_at=timer.due_at)
            )
    steps = []
    for step in single:
        gateway = drawing.choice_before(step.element_id)
        if gateway is None:
            steps.append(step)
        else:
            together.setdefault(gateway, []).append(step)
    for gateway, ways in together.items():
        kinds = {way.kind for way in ways}
        steps.append(
            OpenStep(
                element_id=gateway,
                name=drawing.elements[gateway].name or ways[0].name,
                kind="any_time" if kinds == {"any_time"} else "message",
                due_at=next((way.due_at for way in ways if way.due_at is not None), None),
                ways=tuple(way.name for way in ways if way.kind != "any_time" or kinds == {"any_time"}),
            )
        )
    return steps


def _phases(tx: Transaction, bundle: Bundle, *, case: Case, at: list[Task]) -> tuple[tuple[str, str], ...]:
    """The guideline's phases in order, each done, now or ahead; empty when the tasks are in none.

    What has been reached stays done, also when the work goes back to an earlier phase. A follow-up that
    is planned is the phase that a case with a plan waits in.
    """
    phases: list[Mapping[str, Any]] = list(bundle.guidelines[case.guideline].get("phases", ()))
    begun = {task.form_key for task in tx.tasks.find(case_id=case.id, state=("open", "completed"))}
    if tx.follow_ups.count(case_id=case.id, state=("planned", "called")):
        begun.add("follow_up_meeting")
    reached, working = (
        [place for place, phase in enumerate(phases) if forms & set(phase["tasks"])]
        for forms in (begun, {task.form_key for task in at})
    )
    if not reached:
        return ()
    now = working[-1] if working else reached[-1]
    return tuple(
        (str(phase["name"]), "now" if place == now else "done" if place <= reached[-1] else "ahead")
        for place, phase in enumerate(phases)
    )


def _reasons(bundle: Bundle) -> tuple[tuple[str, str], ...]:
    """The reasons of the closing form: (code, text)."""
    reason = bundle.forms["closing"].schema["properties"]["reason"]
    return tuple((str(one["const"]), str(one["title"])) for one in reason["oneOf"])
