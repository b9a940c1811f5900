"""What each element of a diagram does: SpiffWorkflow's task specifications, adapted.

- A service task only asks; its result is given later.
- A timer is armed once, never looks at a clock and fires by command.
- A message is recorded, never delivered by the library.
- An escalation end event is recorded with the boundary timer that led there.
- A task with boundary events stands beside them under a split; whoever ends the task cancels
  what still waits there. (The library's own join for this cancels the next round of a loop.)

Specifications are shared between instances and threads: nothing here writes to ``self``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as bpmn
from SpiffWorkflow.bpmn.specs.control import BpmnStartTask, SimpleBpmnTask
from SpiffWorkflow.bpmn.specs.event_definitions import NoneEventDefinition, TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.spiff.specs import defaults as spiff
from SpiffWorkflow.util.task import TaskState

from sip_workflow.engine.events import Deadline, Received
from sip_workflow.engine.tokens import Token


class Element:
    """What every element does alike, put before the library's own class.

    ``rests`` is the state in which its token waits, or stands when the others around it wait.
    """

    extensions: Mapping[str, Any]
    rests = TaskState.COMPLETED

    def _predict(self, my_task: Token, *_: Any, **__: Any) -> None:
        """Nothing is predicted."""

    def _update_hook(self, my_task: Token) -> bool:
        # Not the library's deep merge, which mixes lists: a value is taken over as it is.
        my_task.data = dict(my_task.parent.data)
        return True

    def _on_ready(self, my_task: Token) -> None:
        """The checks that the library makes here were made when the diagram was loaded."""

    def _on_complete_hook(self, my_task: Token) -> None:
        parent = my_task.parent
        if (
            parent is not None
            and type(parent.task_spec) is BoundarySplit
            and not isinstance(self, BoundaryEvent)
        ):
            cancel_beside(my_task)
        if not my_task._children:
            my_task._sync_children(self.outputs, TaskState.FUTURE)  # type: ignore[attr-defined]


def cancel_beside(token: Token) -> None:
    """Cancels the open tokens under the same split; branches that began already go on."""
    for sibling in token.parent.children:
        if sibling is not token and not sibling._state & TaskState.FINISHED_MASK:
            sibling.cancel()


class Root(Element, BpmnStartTask):
    """Where the token of a new instance comes from; not drawn."""


class BoundarySplit(Element, SimpleBpmnTask):
    """A task and its boundary events begin together; not drawn."""


class UserTask(Element, spiff.UserTask):
    """Waits for a person's answers. ``timed``: a timer is drawn on it."""

    rests = TaskState.READY
    timed = False


class ServiceTask(Element, spiff.ServiceTask):
    """Asks for an operation, and waits for its result."""

    rests = TaskState.STARTED

    def _execute(self, task: Token) -> None:
        return None  # the library leaves the task STARTED


class ExclusiveGateway(Element, bpmn.ExclusiveGateway):
    """The first flow whose condition holds, in the order of the file, else the default flow."""


class ParallelSplit(Element, BpmnSpecMixin):
    """Begins every outgoing flow. There is no join."""


class Catching(Element):
    """Waits for its message or its timer."""

    name: str
    event_definition: EventDefinition
    outputs: list[Any]
    rests = TaskState.WAITING

    def _update_hook(self, my_task: Token) -> bool:
        super()._update_hook(my_task)
        if my_task.arrived is not None or isinstance(self.event_definition, NoneEventDefinition):
            return True
        self.arm(my_task)
        my_task._set_state(TaskState.WAITING)
        return False

    def arm(self, my_task: Token) -> None:
        """Evaluates the timer, once."""
        if isinstance(self.event_definition, Deadline):
            my_task.due = self.event_definition.due(my_task, self.name)

    def events(self) -> list[Any]:
        """The elements whose event is waited for here."""
        return [self]

    def _on_ready_hook(self, my_task: Token) -> None:
        """Nothing to tell anyone."""

    def _run_hook(self, my_task: Token) -> bool:
        if my_task.arrived is not None and isinstance(self.event_definition, Received):
            my_task.keep(self.event_definition.variable, my_task.arrived[1])
        return True

    def _on_cancel(self, my_task: Token) -> None:
        """Nobody keeps a list of what waits."""


class StartEvent(Catching, bpmn.StartEvent):
    """Where the process begins, by a message or by itself."""


class IntermediateCatchEvent(Catching, bpmn.IntermediateCatchEvent):
    """Waits in the flow."""


class ReceiveTask(Catching, spiff.ReceiveTask):
    """Waits for a message; may have boundary events."""


class BoundaryEvent(Catching, bpmn.BoundaryEvent):
    """Waits beside its task. Not interrupting, a message may come again and again."""

    def _run_hook(self, my_task: Token) -> bool:
        super()._run_hook(my_task)
        host = my_task.parent.children[0]
        if my_task.due is not None:
            my_task.origin = (host.task_spec.name, host.id, my_task.due)
        if self.cancel_activity:
            cancel_beside(my_task)
        elif isinstance(self.event_definition, Received):
            again = my_task.parent._add_child(self)
            again.task_spec._update(again)
        return True


class EventBasedGateway(Catching, bpmn.EventBasedGateway):
    """Waits for the first of the events that follow it."""

    def connect(self, child: Any) -> None:
        """Connects only: the library would take the event away from the element that follows."""
        BpmnSpecMixin.connect(self, child)

    def events(self) -> list[Any]:
        """The elements whose event is waited for here."""
        return self.outputs

    def arm(self, my_task: Token) -> None:
        """Evaluates the timer among the events, once."""
        for element in self.outputs:
            if isinstance(element.event_definition, Deadline):
                my_task.due = element.event_definition.due(my_task, element.name)

    def _run_hook(self, my_task: Token) -> bool:
        if my_task.arrived is not None:
            child = my_task._add_child(self._wf_spec.task_specs[my_task.arrived[0]])
            child.arrived = my_task.arrived
        return True


class IntermediateThrowEvent(Element, bpmn.IntermediateThrowEvent):
    """Throws a message, or marks how far the case has come."""


class SendTask(Element, spiff.SendTask):
    """Throws a message."""


class EndEvent(Element, bpmn.EndEvent):
    """Ends its branch; a terminate end event ends the instance."""

    def connect(self, child: Any) -> None:
        """Nothing follows: the library's end of all branches would wait for them."""

    def _on_complete_hook(self, my_task: Token) -> None:
        if isinstance(self.event_definition, TerminateEventDefinition):
            for token in my_task.workflow.open():
                token.cancel()
