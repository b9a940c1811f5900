"""User tasks come to be: addressed, dated, and watched where the diagram draws no timers on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sip_workflow.application import addressing
from sip_workflow.application.clocks import deadline
from sip_workflow.application.running import Running
from sip_workflow.domain.identifiers import new_id
from sip_workflow.domain.process import UserTask
from sip_workflow.domain.rows import Task, Timer

if TYPE_CHECKING:
    from sip_workflow.application.work import CaseWork

HOUSE_DEADLINE = "overdue_task"
"""The deadline kind of a task that names none, and the escalation kind of one without drawn timers."""


def open_task(work: CaseWork, running: Running, user_task: UserTask) -> None:
    """A user task that the process has come to."""
    instance = running.instance
    kind = user_task.deadline or HOUSE_DEADLINE
    address = addressing.of_task(case=work.case, instance=instance, lane=user_task.lane, tx=work.tx)
    task = Task(
        id=new_id(),
        case_id=work.case.id,
        instance_id=instance.id,
        process_id=instance.process_id,
        ref=user_task.ref,
        element_id=user_task.element_id,
        name=user_task.name,
        form_key=user_task.form_key,
        unit_id=address.unit_id,
        role=address.role,
        state="open",
        opened_at=work.now,
        deadline=kind,
        due_at=deadline(work, instance, kind, None),
        assignee=user_task.assignee,
    )
    running.tasks[task.ref] = task
    running.opened.append(task)
    work.note("task_opened", running=running, element_id=task.element_id, task_id=task.id)
    if not user_task.timed:
        running.watches += _watches(work, running, task)


def watch_again(work: CaseWork, running: Running) -> None:
    """An incident is taken up: its tasks' watches, which were laid down, are set again.

    A level that was told before is not watched for once more.
    """
    timed = {task.ref for task in running.step.user_tasks if task.timed}
    opened_now = {task.id for task in running.opened}
    for task in running.tasks.values():
        if task.ref in timed or task.id in opened_now:
            continue
        told = {row.level for row in work.tx.escalations.find(task_id=task.id, kind=HOUSE_DEADLINE)}
        running.watches += [watch for watch in _watches(work, running, task) if watch.level not in told]


def _watches(work: CaseWork, running: Running, task: Task) -> list[Timer]:
    """The house rule B1: no wait without a deadline that somebody hears of."""
    rule = work.core.rule(bundle=work.bundle, kind=task.deadline, guideline=work.case.guideline)
    return [
        Timer(
            id=new_id(),
            instance_id=task.instance_id,
            case_id=task.case_id,
            kind="watch",
            ref=task.ref,
            element_id=task.element_id,
            due_at=deadline(work, running.instance, task.deadline, level.name, counted_at=task.opened_at),
            level=level.name,
        )
        for level in rule.levels
    ]
