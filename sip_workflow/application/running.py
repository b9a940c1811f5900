"""An instance whose session is open in a transaction, and what of it must be saved.

Rows are written once, when the transaction ends, however many commands the instance took.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from sip_workflow.domain.identifiers import new_id
from sip_workflow.domain.process import Step
from sip_workflow.domain.rows import Instance, Task, Timer, Wait
from sip_workflow.engine import Session
from sip_workflow.store import Transaction


@dataclass(slots=True)
class Running:
    """One instance in one transaction.

    ``gone`` are the tasks that are no longer open, by ref: a level may be told of one that it ended.
    ``tasks`` are its open tasks by ref, ``opened`` and ``closed`` what this transaction did to them;
    ``known_timers`` and ``known_waits`` are the rows as they were read.
    """

    instance: Instance
    session: Session
    step: Step
    new: bool = False
    was_state: bytes = b""
    tasks: dict[int, Task] = field(default_factory=dict)
    gone: dict[int, Task] = field(default_factory=dict)
    opened: list[Task] = field(default_factory=list)
    closed: list[Task] = field(default_factory=list)
    watches: list[Timer] = field(default_factory=list)
    known_timers: list[Timer] = field(default_factory=list)
    known_waits: list[Wait] = field(default_factory=list)

    @property
    def ended(self) -> bool:
        """Whether the process has come to its end."""
        return self.step.ended

    def task_of(self, ref: int | None) -> Task | None:
        """The task of a token, open or closed by this transaction; None where there is none."""
        return None if ref is None else self.tasks.get(ref) or self.gone.get(ref)

    def close(self, *, task: Task, state: str, actor: str | None, now: datetime) -> Task:
        """The task is done or gone; it is written when the transaction ends."""
        done = replace(task, state=state, closed_at=now, completed_by=actor)
        del self.tasks[task.ref]
        self.gone[task.ref] = done
        if task in self.opened:
            self.opened[self.opened.index(task)] = done
        else:
            self.closed.append(done)
        self.watches = [watch for watch in self.watches if watch.ref != task.ref]
        return done

    def save(self, tx: Transaction, *, now: datetime) -> None:
        """Write the instance, its tasks, timers and waits. Raises ``Conflict``."""
        ended = self.ended
        saved = replace(
            self.instance,
            state=b"" if ended else self.step.state,
            status="ended" if ended else "active",
            ended_at=now if ended else None,
        )
        if self.new:
            tx.instances.add(saved)
        elif self.step.state != self.was_state or ended:
            tx.instances.save(replace(saved, version=saved.version + 1), was_version=saved.version)
        if self.opened:
            tx.tasks.add_all(self.opened)
        for task in self.closed:
            tx.tasks.change(
                task.id,
                state=task.state,
                closed_at=task.closed_at,
                completed_by=task.completed_by,
                draft=None,
            )
            if any(timer.kind == "watch" and timer.ref == task.ref for timer in self.known_timers):
                tx.timers.remove(instance_id=self.instance.id, kind="watch", ref=task.ref)
        known_events = [timer for timer in self.known_timers if timer.kind == "event"]
        tx.timers.replace(instance_id=self.instance.id, kind="event", timers=self._timers(), was=known_events)
        if self.watches:
            tx.timers.add_all(self.watches)
        tx.waits.replace(instance_id=self.instance.id, waits=self._waits(), was=self.known_waits)

    def _timers(self) -> list[Timer]:
        return [
            Timer(
                id=new_id(),
                instance_id=self.instance.id,
                case_id=self.instance.case_id,
                kind="event",
                ref=timer.ref,
                element_id=timer.element_id,
                due_at=timer.due_at,
            )
            for timer in self.step.timers
            if not self.ended
        ]

    def _waits(self) -> list[Wait]:
        return [
            Wait(
                id=new_id(),
                instance_id=self.instance.id,
                case_id=self.instance.case_id,
                ref=wait.ref,
                element_id=wait.element_id,
                message=wait.message,
                correlation=wait.correlation,
            )
            for wait in self.step.waits
            if not self.ended
        ]
