"""What an open token means to the application: a user task, an operation, a wait, a timer.

Expressions are answered over the token's own data. StepFailed when one cannot be answered.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sip_workflow.domain.process import DueTimer, MessageWait, OperationCall, UserTask
from sip_workflow.engine.errors import StepFailed
from sip_workflow.engine.events import Deadline, Received, correlation, plain
from sip_workflow.engine.tokens import Token, instant


def user_task(token: Token, *, pool: str) -> UserTask:
    """An open user task; ``pool`` stands in for the lane when it stands in none."""
    element = token.task_spec
    properties = element.extensions.get("properties", {})
    assignee = properties.get("assignee")
    named = token.evaluate(assignee) if assignee else None
    if not (named is None or isinstance(named, str)):
        raise StepFailed(element_id=element.name, reason=f"{assignee!r} gives no username")
    return UserTask(
        ref=token.id,
        element_id=element.name,
        name=element.bpmn_name or element.name,
        lane=element.lane or pool,
        form_key=form_key(element),
        deadline=properties.get("deadline"),
        assignee=named or None,
        timed=element.timed,
    )


def operation(token: Token) -> OperationCall:
    """An operation that is asked for, with its parameters."""
    element = token.task_spec
    parameters = {}
    for name, parameter in element.operation_params.items():
        parameters[name] = plain(token.evaluate(parameter["value"]))
    return OperationCall(
        ref=token.id, element_id=element.name, operation=element.operation_name, parameters=parameters
    )


def waits(token: Token) -> Iterator[MessageWait]:
    """The messages that a token waits for."""
    for element in token.task_spec.events():
        event = element.event_definition
        if isinstance(event, Received):
            yield MessageWait(
                ref=token.id,
                element_id=element.name,
                message=event.name,
                correlation=correlation(token, event.correlation, element.name),
            )


def timers(token: Token) -> Iterator[DueTimer]:
    """The timer that a token waits for, if any."""
    if token.due is not None:
        yield DueTimer(ref=token.id, element_id=timer_of(token).name, due_at=instant(token.due))


def timer_of(token: Token) -> Any:
    """The element whose timer a token waits for."""
    return next(e for e in token.task_spec.events() if isinstance(e.event_definition, Deadline))


def form_key(element: Any) -> str:
    """The form of a user task: named in the diagram, else the element's own id."""
    name: str = element.extensions.get("properties", {}).get("formJsonSchemaFilename", element.name)
    return name.removesuffix(".schema.json")
