"""One instance inside one transaction: commands in, a step out.

The engine is a function: it knows no table, no clock, no network. Whoever opened the session
throws it away after an error; the bytes that it was opened with are as good as before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.util.task import TaskState

from sip_workflow.domain.process import (
    DueTimer,
    FiredTimer,
    MessageWait,
    OperationCall,
    Step,
    UserTask,
)
from sip_workflow.engine import elements, reading
from sip_workflow.engine.errors import NaiveTime, NotOpen, StepFailed
from sip_workflow.engine.events import Received, taken
from sip_workflow.engine.parsing import Definition
from sip_workflow.engine.pruning import prune
from sip_workflow.engine.state import pack
from sip_workflow.engine.tokens import Instance, Token, instant, microseconds

MAX_RUNS = 500
"""Elements that may run after one command before something waits: more is a loop without a wait."""

MAX_FIRED = 200
"""Timers that may fire in one go: more is a loop whose timer is always in the past."""


class Session:
    """Takes commands for one instance and says what came of them."""

    def __init__(self, *, definition: Definition, instance: Instance, now: datetime) -> None:
        self._definition = definition
        self._instance = instance
        self._now = microseconds(aware(now))
        self._fired: list[FiredTimer] = []
        self._at = definition.process_id
        self._broken = False

    def complete(self, *, ref: int, answers: Mapping[str, Any]) -> None:
        """Completes a user task; the answers stand under its form key in place of earlier ones.

        Raises:
            NotOpen: no such user task is open.
            ValueError: the answers are not JSON (64-bit integers, not nested too deep).
            StepFailed: the process could not go on.
        """
        token = self._open(ref, TaskState.READY, elements.UserTask)
        kept = self._taken(token, answers)
        with self._guarded(token):
            token.keep(reading.form_key(token.task_spec), kept)
            token.run()
            self._advance()

    def answer(self, *, ref: int, result: Any) -> None:
        """Gives the result of an operation; it stands under the service task's result variable.

        Raises:
            NotOpen: no such operation is asked for.
            ValueError: the result is not JSON.
            StepFailed: the process could not go on.
        """
        token = self._open(ref, TaskState.STARTED, elements.ServiceTask)
        kept = self._taken(token, result)
        with self._guarded(token):
            token.keep(token.task_spec.result_variable, kept)
            token.complete()
            self._advance()

    def deliver(self, *, ref: int, message: str, payload: Mapping[str, Any]) -> None:
        """Delivers a message to an element that waits for it; the payload stands under its variable.

        Raises:
            NotOpen: the element does not wait for that message.
            ValueError: the payload is not JSON.
            StepFailed: the process could not go on.
        """
        token = self._open(ref, TaskState.WAITING, elements.Catching)
        for element in token.task_spec.events():
            event = element.event_definition
            if isinstance(event, Received) and event.name == message:
                break
        else:
            raise NotOpen(ref=ref)
        kept = self._taken(token, payload)
        with self._guarded(token):
            token.arrived = (element.name, kept)
            token._ready()
            self._advance()

    def fire_due(self) -> None:
        """Fires every timer that is due before now, the earliest first, and what they arm if it is due too.

        Raises:
            StepFailed: the process could not go on, or timers keep firing.
        """
        with self._guarded(None):
            self._fire_due()

    def step(self) -> Step:
        """What is open now, and what happened since the last step. No timer is due: every command fired them.

        Raises:
            StepFailed: an expression of what is open could not be answered.
        """
        with self._guarded(None):
            prune(self._instance)
            step = self._step()
        self._instance.thrown, self._instance.escalations, self._fired = [], [], []
        return step

    def begin(self, *, payload: Mapping[str, Any]) -> None:
        """Runs a new instance from its start event to what waits first; called by the engine."""
        kept = self._taken(None, payload)
        with self._guarded(None):
            root = self._instance.task_tree
            first = root._add_child(self._definition.start)
            first.arrived = (first.task_spec.name, kept)
            root._set_state(TaskState.COMPLETED)
            first.task_spec._update(first)
            self._advance()

    @contextmanager
    def _guarded(self, token: Token | None) -> Iterator[None]:
        """Whatever goes wrong breaks the session, and says where but nothing of the case."""
        if self._broken:
            raise StepFailed(element_id=self._at, reason="the session failed before")
        if token is not None:
            self._at = token.element_id
        try:
            yield
        except (StepFailed, NaiveTime):
            self._broken = True
            raise
        except Exception as error:
            self._broken = True
            raise StepFailed(element_id=self._at, reason=type(error).__name__) from None

    def _open(self, ref: int, state: int, element: type[Any]) -> Token:
        token = self._instance.tasks.get(ref)
        if token is None or token._state != state or not isinstance(token.task_spec, element):
            raise NotOpen(ref=ref)
        return token

    def _taken(self, token: Token | None, value: Any) -> Any:
        try:
            return taken(value)
        except TypeError:
            where = self._definition.process_id if token is None else token.task_spec.name
            raise ValueError(f"{where}: what is given is not JSON") from None

    def _advance(self) -> None:
        """Runs what needs nobody, then the timers that it armed in the past."""
        self._run()
        self._fire_due()

    def _run(self) -> None:
        for _ in range(MAX_RUNS):
            token = next(
                (
                    t
                    for t in self._instance.tasks.values()
                    if t._state == TaskState.READY and not t.task_spec.manual
                ),
                None,
            )
            if token is None:
                return
            self._at = token.element_id
            token.run()
        raise StepFailed(element_id=self._at, reason=f"{MAX_RUNS} elements ran and nothing waits")

    def _fire_due(self) -> None:
        for _ in range(MAX_FIRED):
            due = [
                (token.due, token.id, token)
                for token in self._instance.tasks.values()
                if token._state == TaskState.WAITING and token.due is not None and token.due < self._now
            ]
            if not due:
                return
            when, _, token = min(due)
            element = reading.timer_of(token)
            self._at = element.name
            self._fired.append(FiredTimer(element_id=element.name, due_at=instant(when)))
            token.arrived = (element.name, None)
            token._ready()
            self._run()
        element_id = self._fired[-1].element_id
        raise StepFailed(element_id=element_id, reason=f"{MAX_FIRED} timers fired and one is still due")

    def _step(self) -> Step:
        tasks: list[UserTask] = []
        timers: list[DueTimer] = []
        waits: list[MessageWait] = []
        operations: list[OperationCall] = []
        opened = self._instance.open()
        for token in opened:
            self._at = token.element_id
            match token.task_spec:
                case elements.UserTask():
                    tasks.append(reading.user_task(token, pool=self._definition.pool))
                case elements.ServiceTask():
                    operations.append(reading.operation(token))
                case elements.Catching():
                    waits += reading.waits(token)
                    timers += reading.timers(token)
        return Step(
            state=pack(self._instance),
            user_tasks=tuple(tasks),
            timers=tuple(timers),
            waits=tuple(waits),
            operations=tuple(operations),
            thrown=tuple(self._instance.thrown),
            escalations=tuple(self._instance.escalations),
            fired=tuple(self._fired),
            ended=not opened,
        )


def aware(now: datetime) -> datetime:
    """The same instant in UTC; NaiveTime (a ValueError) without an offset."""
    if now.utcoffset() is None:
        raise NaiveTime("now has no offset")
    return now.astimezone(UTC)
