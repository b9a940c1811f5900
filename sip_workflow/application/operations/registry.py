"""The list of operations, and what each is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sip_workflow.application.act import Act
from sip_workflow.domain.messages import Message
from sip_workflow.domain.process import OperationCall

if TYPE_CHECKING:
    from sip_workflow.application.running import Running

Result = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Act):
    """One call of an operation: the case under way, the instance that asks, and its parameters."""

    running: Running
    call: OperationCall

    @property
    def subject(self) -> Mapping[str, Any]:
        """What the instance is about: ids."""
        return self.running.instance.subject

    @property
    def answers(self) -> dict[str, Any]:
        """The form's answers, where the diagram hands them over as ``answers``."""
        return dict(self.call.parameters["answers"])

    def send(self, message: Message) -> None:
        """Send a message inside the case."""
        self.work.send(message, running=self.running, element_id=self.call.element_id)


class UnknownOperation(LookupError):
    """A diagram names an operation that does not exist."""


_OPERATIONS: dict[str, Callable[[Operation], Result]] = {}


def operation(name: str) -> Callable[[Callable[[Operation], Result]], Callable[[Operation], Result]]:
    """Register a function under the name that diagrams use."""

    def register(function: Callable[[Operation], Result]) -> Callable[[Operation], Result]:
        _OPERATIONS[name] = function
        return function

    return register


def operation_named(name: str) -> Callable[[Operation], Result]:
    """The operation. Raises ``UnknownOperation``."""
    try:
        return _OPERATIONS[name]
    except KeyError:
        raise UnknownOperation(name) from None


def names() -> frozenset[str]:
    """All operations that diagrams may use."""
    return frozenset(_OPERATIONS)
