"""Tokens: SpiffWorkflow's tasks and workflow, kept to what an instance needs.

A token gets a small number when it is made, in the order of what happens, so the same
history gives the same numbers and the same bytes. Nothing is predicted: a token's
successors come to be when it is done. So the tree holds what is open now and little else.
Limit: one level, no sub-processes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from sip_workflow.domain.process import ThrownEscalation, ThrownMessage
from sip_workflow.engine.closures import Deadlines
from sip_workflow.engine.errors import StepFailed
from sip_workflow.engine.expressions import ExpressionError, compiled

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Origin = tuple[str, int, int]
"""The boundary timer that a branch came from: (element it is attached to, its ref, due in µs since 1970)."""


def microseconds(when: datetime) -> int:
    """An aware instant as microseconds since 1970 UTC."""
    return (when - EPOCH) // MICROSECOND


def instant(value: int) -> datetime:
    """The aware UTC instant of microseconds since 1970."""
    return EPOCH + value * MICROSECOND


class Token(Task):
    """One token of an instance.

    ``due`` is when its timer is due (µs since 1970), ``arrived`` the message event that is
    being taken (element id, payload) between its delivery and the run that follows at once,
    ``origin`` the boundary timer that its branch came from.
    """

    def __init__(
        self, workflow: Instance, task_spec: Any, parent: Token | None = None, state: int = TaskState.FUTURE
    ) -> None:
        workflow.last_ref += 1
        self.fill(workflow, task_spec, ref=workflow.last_ref, parent=parent, state=state)

    def fill(self, workflow: Instance, task_spec: Any, *, ref: int, parent: Token | None, state: int) -> None:
        """Sets every attribute and hangs the token under its parent."""
        self.id = ref
        self.workflow = workflow
        self.task_spec = task_spec
        self._state = state
        self._children: list[int] = []
        self.triggered = False
        self.thread_id = 0
        self.last_state_change = 0.0
        self.data: dict[str, Any] = {}
        self.internal_data: dict[str, Any] = {}
        self.due: int | None = None
        self.arrived: tuple[str, Any] | None = None
        self.origin: Origin | None = None
        self._parent = 0
        workflow.tasks[ref] = self
        if parent is not None:
            self._parent = parent.id
            self.origin = parent.origin
            parent._children.append(ref)

    @property
    def element_id(self) -> str:
        """The element of the diagram where the token is."""
        name: str = self.task_spec.name
        return name.partition(".")[0]  # the split beside a task is not drawn

    def _add_child(self, task_spec: Any, state: int = TaskState.FUTURE) -> Token:
        return Token(self.workflow, task_spec, self, state)

    def _set_state(self, value: int) -> None:
        # The library also reads a clock and writes a log record that carries the task's data.
        self._state = value

    def evaluate(self, expression: str, *, of: str | None = None) -> Any:
        """The value of an expression over this token's data; ``of`` is the element that it belongs to."""
        try:
            return self.workflow.script_engine.evaluate(self, expression)
        except StepFailed as failed:
            raise StepFailed(element_id=of or failed.element_id, reason=failed.reason) from None

    def keep(self, variable: str | None, value: Any) -> None:
        """Puts a value under a variable in place of what was there; None: nowhere."""
        if variable is not None:
            self.data[variable] = value


class Expressions(PythonScriptEngine):
    """The library's script engine with the allow-list in place of Python."""

    def __init__(self, deadline: Deadlines) -> None:
        super().__init__()
        self.deadline = deadline

    def validate(self, expression: str) -> None:
        """Raises SyntaxError when it is no allowed expression (decision tables ask this)."""
        try:
            compiled(expression)
        except ExpressionError:
            raise SyntaxError(expression) from None

    def evaluate(self, task: Any, expression: str, external_context: Mapping[str, Any] | None = None) -> Any:
        """The value over the task's data; StepFailed with names of the diagram only."""
        data = {**task.data, **external_context} if external_context else task.data
        try:
            return compiled(expression).run(data, self.deadline)
        except ExpressionError as error:
            raise StepFailed(element_id=task.task_spec.name, reason=str(error)) from None
        except Exception as error:
            reason = f"{expression!r} gives {type(error).__name__}"
            raise StepFailed(element_id=task.task_spec.name, reason=reason) from None

    def execute(self, task: Any, script: str, external_context: Mapping[str, Any] | None = None) -> Any:
        """Scripts are never run."""
        raise StepFailed(element_id=task.task_spec.name, reason="a script is not allowed")


class Instance(BpmnWorkflow):
    """A running process: tokens by number, and what was thrown since the last step."""

    def __init__(self, spec: Any, *, deadline: Deadlines) -> None:
        super().__init__(spec, script_engine=Expressions(deadline), deserializing=True)
        self.tasks: dict[int, Token] = {}
        self.last_ref = 0
        self.thrown: list[ThrownMessage] = []
        self.escalations: list[ThrownEscalation] = []

    def catch(self, event: Any) -> None:
        """Never by the library: it would hand a message to whoever waits. The application routes."""
        raise StepFailed(element_id=self.spec.name, reason="an event was not routed by the engine")

    def _task_completed_notify(self, task: Task) -> None:
        """Nothing waits for another token to be done: there are no joins."""

    def open(self) -> list[Token]:
        """The tokens that are not done, in the order they came to be."""
        return [token for token in self.tasks.values() if not token._state & TaskState.FINISHED_MASK]
