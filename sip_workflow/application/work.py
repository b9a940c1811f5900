"""One command over one case: load, step, run operations, route messages, save. One transaction.

Everything the command leads to inside the case happens here before the commit; what
leaves the case is put in the outbox. A command that fails leaves nothing behind.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sip_workflow.application import escalating, operations, routing
from sip_workflow.application.clocks import deadline
from sip_workflow.application.core import Core
from sip_workflow.application.opening import open_task
from sip_workflow.application.running import Running
from sip_workflow.domain.definitions import Bundle
from sip_workflow.domain.identifiers import new_id
from sip_workflow.domain.messages import Message
from sip_workflow.domain.process import OperationCall, Step
from sip_workflow.domain.refusals import FieldError, InvalidInput, Refusal
from sip_workflow.domain.register import SYSTEM, Actor
from sip_workflow.domain.rows import HistoryItem, Instance, OutboxItem, Task
from sip_workflow.domain.sip import Case
from sip_workflow.engine import StepFailed
from sip_workflow.store import Busy, Conflict, NotReady, Transaction


class InstanceFailed(Exception):
    """An instance could not take its step; it is to be set aside. Holds ids and codes only.

    ``stops_the_command``: the command was about that very instance, so there is nothing to go on with.
    """

    def __init__(self, *, instance_id: str, case_id: str, reason: str) -> None:
        """Keep which instance, and why."""
        super().__init__(f"{instance_id}: {reason}")
        self.instance_id, self.case_id, self.reason = instance_id, case_id, reason
        self.stops_the_command = False


class IsSetAside(Refusal):
    """The process is set aside as an incident."""

    type = "set_aside"
    title = "Steget är pausat"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "Ett fel har pausat den här delen av ärendet. Den som förvaltar systemet behöver åtgärda det."
        )


class CaseWork:
    """A case under way in one transaction."""

    def __init__(self, *, core: Core, tx: Transaction, case: Case, actor: Actor, now: datetime) -> None:
        """Begin; ``now`` is aware UTC and the case's row is locked by the caller."""
        self.core, self.tx, self.case, self.actor, self.now = core, tx, case, actor, now
        self.bundle: Bundle = core.bundle(tx, bundle_hash=case.bundle_hash)
        self.running: dict[str, Running] = {}
        self.queue: deque[Message] = deque()
        self.history: list[HistoryItem] = []
        self.outbox: list[OutboxItem] = []

    # -- the case's rows -------------------------------------------------------------------------

    def change_case(self, **columns: Any) -> None:
        """Change the case's row, and our copy of it."""
        self.tx.cases.change(self.case.id, **columns)
        self.case = self.tx.cases.get(self.case.id)

    def note(
        self, happened: str, /, *, running: Running | None = None, element_id: str | None = None, **data: Any
    ) -> None:
        """Add an item to the case's history. ``data`` holds ids and codes."""
        instance = running.instance if running is not None else None
        self.history.append(
            HistoryItem(
                case_id=self.case.id,
                at=self.now,
                type=happened,
                actor=self.actor.id,
                process_id=instance.process_id if instance else None,
                instance_id=instance.id if instance else None,
                element_id=element_id,
                data=data,
            )
        )

    def effect(self, *, effect: str, key: str, payload: Mapping[str, Any]) -> None:
        """Something that leaves the case: done by a connector after the commit, once per ``key``."""
        self.outbox.append(
            OutboxItem(
                id=new_id(),
                key=key,
                case_id=self.case.id,
                effect=effect,
                payload=dict(payload),
                state="pending",
                created_at=self.now,
                next_at=self.now,
            )
        )

    # -- instances -------------------------------------------------------------------------------

    def resume(self, *, instance_id: str) -> Running:
        """Open an instance; what is due in it fires first.

        Raises ``IsSetAside``: an incident is taken up on purpose, never by something that happens.
        """
        running = self.running.get(instance_id)
        if running is not None:
            return running
        instance = self.tx.instances.get(instance_id)
        if instance.status == "incident":
            raise IsSetAside
        timers = self.tx.timers.find(instance_id=instance_id)
        try:
            session = self.core.engine.resume(
                bundle=self.bundle,
                process_id=instance.process_id,
                state=instance.state,
                now=self.now,
                deadline=partial(deadline, self, instance),
            )
            step = session.step()
        except StepFailed as failure:
            raise self._failed(instance, failure) from failure
        running = Running(
            instance=instance,
            session=session,
            step=step,
            was_state=instance.state,
            tasks={task.ref: task for task in self.tx.tasks.find(instance_id=instance_id, state="open")},
            known_timers=timers,
            known_waits=self.tx.waits.find(instance_id=instance_id),
        )
        self.running[instance_id] = running
        self._settle(running, step)
        return running

    def start(self, *, process_id: str, message: Message) -> Running:
        """A new instance, started by its message."""
        instance = Instance(
            id=new_id(),
            case_id=self.case.id,
            process_id=process_id,
            unit_id=message.unit_id or self.case.coordinator_unit_id,
            bundle_hash=self.bundle.hash,
            key=message.correlation or "",
            state=b"",
            status="active",
            started_at=self.now,
            subject=dict(message.subject),
        )
        try:
            session = self.core.engine.start(
                bundle=self.bundle,
                process_id=process_id,
                message=message.name,
                payload=message.payload,
                now=self.now,
                deadline=partial(deadline, self, instance),
            )
            step = session.step()
        except StepFailed as failure:
            raise self._failed(instance, failure) from failure
        running = Running(instance=instance, session=session, step=step, new=True)
        self.running[instance.id] = running
        self.note("instance_started", running=running)
        self._settle(running, step)
        return running

    def complete(self, running: Running, *, task: Task, answers: Mapping[str, Any]) -> None:
        """A user task is done; its answers go to the process."""
        done = running.close(task=task, state="completed", actor=self.actor.id, now=self.now)
        self.note("task_completed", running=running, element_id=task.element_id, task_id=task.id)
        escalating.settle_task(self, done)
        self._command(running, lambda: running.session.complete(ref=task.ref, answers=answers))

    def deliver(self, running: Running, *, ref: int, message: Message) -> None:
        """A message reaches the instance that waits for it."""
        wait = next(wait for wait in running.step.waits if wait.ref == ref and wait.message == message.name)
        self.note("message_received", running=running, element_id=wait.element_id, message=message.name)
        self._command(
            running,
            lambda: running.session.deliver(ref=ref, message=message.name, payload=message.payload),
        )

    def _command(self, running: Running, command: Any) -> None:
        try:
            command()
            step = running.session.step()
        except ValueError:
            # Deeper or larger than a state can hold; a form refuses it before, a message may bring it.
            raise InvalidInput(
                [FieldError(pointer="", message="Svaret är för djupt eller för stort.")]
            ) from None
        except StepFailed as failure:
            raise self._failed(running.instance, failure) from failure
        self._settle(running, step)

    def _settle(self, running: Running, step: Step) -> None:
        """Take in what the step says; run its operations until only waits remain."""
        while True:
            self._take_in(running, step)
            if not step.operations:
                break
            call = step.operations[0]
            result = self._operate(running, call)
            try:
                running.session.answer(ref=call.ref, result=result)
                step = running.session.step()
            except StepFailed as failure:
                raise self._failed(running.instance, failure) from failure
        if running.ended:
            self.note("instance_completed", running=running)
            escalating.settle_instance(self, running)
        else:
            routing.deliver_kept(self, running)

    def _operate(self, running: Running, call: OperationCall) -> Mapping[str, Any]:
        try:
            result = operations.run(self, running, call)
        except (Busy, NotReady, Conflict):
            raise  # the database's trouble is not the instance's
        except Refusal as refused:
            if self.actor is not SYSTEM:
                raise
            # Nobody is there to be told: a refusal in a sweep waits for somebody to look at it.
            raise self._failed(running.instance, f"{call.operation}: {refused.type}") from refused
        except Exception as fault:  # an operation's fault must take nothing else with it
            raise self._failed(running.instance, f"{call.operation}: {type(fault).__name__}") from fault
        self.note("operation_done", running=running, element_id=call.element_id, operation=call.operation)
        return result

    def _take_in(self, running: Running, step: Step) -> None:
        running.step = step
        for fired in step.fired:
            self.note("timer_fired", running=running, element_id=fired.element_id)
        open_now = {task.ref: task for task in step.user_tasks}
        for ref in [ref for ref in running.tasks if ref not in open_now]:
            gone = running.close(task=running.tasks[ref], state="cancelled", actor=None, now=self.now)
            self.note("task_cancelled", running=running, element_id=gone.element_id, task_id=gone.id)
            escalating.settle_task(self, gone)
        for ref, user_task in open_now.items():
            if ref not in running.tasks:
                open_task(self, running, user_task)
        for thrown in step.thrown:
            self.send(
                Message(name=thrown.message, correlation=thrown.correlation, payload=thrown.payload),
                running=running,
                element_id=thrown.element_id,
            )
        for escalation in step.escalations:
            escalating.raise_drawn(self, running, escalation, running.task_of(escalation.about_ref))

    # -- messages --------------------------------------------------------------------------------

    def send(
        self, message: Message, *, running: Running | None = None, element_id: str | None = None
    ) -> None:
        """Put a message in the queue of this transaction."""
        self.note("message_sent", running=running, element_id=element_id, message=message.name)
        self.queue.append(message)

    def drain(self) -> None:
        """Deliver messages until none is left; then see whether the case has come to its end."""
        while self.queue:
            routing.route(self, self.queue.popleft())
        if any(running.ended for running in self.running.values()):
            escalating.close_case_when_done(self)
            while self.queue:
                routing.route(self, self.queue.popleft())

    def save(self) -> None:
        """Write all that the command led to. Raises ``Conflict`` when someone else was first."""
        for running in self.running.values():
            running.save(self.tx, now=self.now)
        self.tx.history.append(self.history)
        if self.outbox:
            self.tx.outbox.add_all(self.outbox)

    def _failed(self, instance: Instance, failure: object) -> InstanceFailed:
        """The failure, laid to an instance that is in the tables.

        One that this command was only just starting is not: then whoever's step started it is set aside.
        """
        saved = [running.instance for running in self.running.values() if not running.new]
        blamed = instance if instance.state or not saved else saved[0]
        return InstanceFailed(instance_id=blamed.id, case_id=blamed.case_id, reason=str(failure))
