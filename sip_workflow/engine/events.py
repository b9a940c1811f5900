"""What an event of a diagram is about: a message, a timer, an escalation, the end of all.

Nothing is delivered by the library: what is thrown is recorded for the application.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from SpiffWorkflow.bpmn.specs.event_definitions import TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition

from sip_workflow.domain.process import ThrownEscalation, ThrownMessage
from sip_workflow.engine.errors import NaiveTime, StepFailed
from sip_workflow.engine.tokens import Token, instant, microseconds

ROOM = 32
"""Levels that an expression and the packing may put around a value that was taken in."""


def taken(value: Any) -> Any:
    """A copy of a value from outside, as JSON gives it back (so NaN and infinities are null).

    Raises:
        TypeError: JSON of 64-bit integers cannot hold it, or it is nested deeper than about 220 levels.
    """
    wrapped = value
    for _ in range(ROOM):
        wrapped = [wrapped]
    wrapped = plain(wrapped)
    for _ in range(ROOM):
        wrapped = wrapped[0]
    return wrapped


def plain(value: Any) -> Any:
    """A copy of a value that is handed out, so that nobody changes the engine's own."""
    return orjson.loads(orjson.dumps(value, default=_mapping))


def _mapping(value: Any) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError


class Received(EventDefinition):
    """A message that is waited for; its payload is kept under ``variable``."""

    def __init__(self, *, message: str, variable: str | None, correlation: str | None) -> None:
        super().__init__(message)
        self.variable = variable
        self.correlation = correlation


class Deadline(EventDefinition):
    """A timer that is due at the instant which ``deadline(...)`` gives when it is armed."""

    def __init__(self, *, expression: str) -> None:
        super().__init__(expression)
        self.expression = expression

    def due(self, token: Token, element_id: str) -> int:
        """The instant in µs since 1970; NaiveTime for one without an offset."""
        when = token.evaluate(self.expression, of=element_id)
        if not isinstance(when, datetime):
            raise StepFailed(element_id=element_id, reason=f"{self.expression!r} gave no time")
        if when.utcoffset() is None:
            raise NaiveTime(f"{element_id}: {self.expression!r} gave a time without an offset")
        return microseconds(when)


class Sent(EventDefinition):
    """A message that is thrown: recorded for the application."""

    def __init__(self, *, message: str, payload: str | None, correlation: str | None) -> None:
        super().__init__(message)
        self.payload = payload
        self.correlation = correlation

    def throw(self, my_task: Token) -> None:
        """Records the message."""
        element_id = my_task.task_spec.name
        payload = plain(my_task.evaluate(self.payload)) if self.payload else {}
        if not isinstance(payload, Mapping):
            raise StepFailed(element_id=element_id, reason=f"{self.payload!r} gave no object")
        my_task.workflow.thrown.append(
            ThrownMessage(
                element_id=element_id,
                message=self.name,
                correlation=correlation(my_task, self.correlation, element_id),
                payload=payload,
            )
        )


class Raised(EventDefinition):
    """An escalation that is raised: recorded for the application."""

    def __init__(self, *, kind: str, level: str) -> None:
        super().__init__(f"{kind}.{level}")
        self.kind = kind
        self.level = level

    def throw(self, my_task: Token) -> None:
        """Records the escalation with the boundary timer that led here."""
        element_id = my_task.task_spec.name
        about, about_ref, due = my_task.origin or (element_id, None, None)
        my_task.workflow.escalations.append(
            ThrownEscalation(
                element_id=element_id,
                kind=self.kind,
                level=self.level,
                about=about,
                about_ref=about_ref,
                due_at=None if due is None else instant(due),
            )
        )


class Terminates(TerminateEventDefinition):
    """The end of the whole instance."""

    def throw(self, my_task: Token) -> None:
        """Nobody outside needs to be told: the end event cancels what is open."""


def correlation(token: Token, expression: str | None, element_id: str) -> str | None:
    """The correlation of a message event; None only when the diagram asks for none.

    Raises:
        StepFailed: the expression gives nothing, or no string: it would match anything.
    """
    if expression is None:
        return None
    value = token.evaluate(expression, of=element_id)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value:
        raise StepFailed(element_id=element_id, reason=f"{expression!r} gives no correlation")
    return value
