"""From a diagram's bytes to a specification that instances share.

SpiffWorkflow's parser makes it, with our elements in place of its own; one parser for each
file. Raises DefinitionError with the file, the element and what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from lxml import etree
from SpiffWorkflow.bpmn.parser.event_parsers import EventBasedGatewayParser
from SpiffWorkflow.bpmn.parser.task_parsers import ConditionalGatewayParser, GatewayParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.event_definitions import (
    NoneEventDefinition,
    TerminateEventDefinition,
    TimeDateEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent, ThrowingEvent
from SpiffWorkflow.spiff.parser import event_parsers, task_spec
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser, SpiffProcessParser
from SpiffWorkflow.spiff.specs.event_definitions import EscalationEventDefinition, MessageEventDefinition

from sip_workflow.engine import elements, events, nodes, xml
from sip_workflow.engine.dialect import BPMN, ESCALATION, Reader
from sip_workflow.engine.errors import DefinitionError
from sip_workflow.engine.flows import Flows


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A process that can be run.

    ``message`` is the message that starts it (None: it starts by itself), ``pool`` the
    name of its pool, which stands in for the lane of a task that stands in none.
    """

    process_id: str
    spec: Any
    start: Any
    message: str | None
    pool: str


def parse(*, process_id: str, source: bytes) -> Definition:
    """Reads and checks a diagram.

    Raises:
        DefinitionError: it cannot be run as it is drawn.
    """
    root = xml.read(file=process_id, source=source)
    reader = Reader(file=process_id, root=root)
    process = nodes.check(reader)
    Flows(reader=reader, process=process).check()
    for reference in root.iter(f"{BPMN}flowNodeRef"):
        reference.text = (reference.text or "").strip()
    try:
        parser = _Parser()
        parser.add_bpmn_xml(root, process_id)
        spec = parser.get_spec(process_id)
        _adopt(spec)
    except ValidationException as error:
        raise DefinitionError(file=process_id, element=error.id, message=str(error)) from None
    except Exception as error:  # whatever the library trips over is a fault of the diagram
        message = f"the diagram cannot be read: {type(error).__name__}: {error}"
        raise DefinitionError(file=process_id, element="", message=message) from None
    (start,) = spec.bpmn_start_events
    caught = start.event_definition
    return Definition(
        process_id=process_id,
        spec=spec,
        start=start,
        message=caught.name if isinstance(caught, events.Received) else None,
        pool=_pool(root, process_id),
    )


def _pool(root: etree._Element, process_id: str) -> str:
    for participant in root.iterfind(f"{BPMN}collaboration/{BPMN}participant"):
        if participant.get("processRef") == process_id:
            return participant.get("name") or ""
    return ""


def _adopt(spec: Any) -> None:
    """Puts our events in place of the parsed ones."""
    for element in spec.task_specs.values():
        if isinstance(element, CatchingEvent | ThrowingEvent):
            element.event_definition = _event(element)
        if isinstance(element, elements.ServiceTask) and element.result_variable.startswith("spiff__"):
            element.result_variable = None  # the library's own name for "none given"
    for element in spec.task_specs.values():
        if isinstance(element, elements.BoundarySplit):
            host, *beside = element.outputs
            host.timed = any(isinstance(event.event_definition, events.Deadline) for event in beside)


def _event(element: Any) -> EventDefinition:
    parsed = element.event_definition
    correlation = (element.extensions or {}).get("properties", {}).get("correlation")
    if isinstance(element, elements.EventBasedGateway):
        return EventDefinition()
    if isinstance(parsed, MessageEventDefinition) and isinstance(element, ThrowingEvent):
        return events.Sent(message=parsed.name, payload=parsed.expression, correlation=correlation)
    if isinstance(parsed, MessageEventDefinition):
        return events.Received(message=parsed.name, variable=parsed.message_var, correlation=correlation)
    if isinstance(parsed, TimeDateEventDefinition):
        return events.Deadline(expression=parsed.expression)
    if isinstance(parsed, EscalationEventDefinition):
        match = ESCALATION.match(parsed.code)
        assert match is not None  # noqa: S101  the reader has checked it
        return events.Raised(kind=match[1], level=match[2])
    if isinstance(parsed, TerminateEventDefinition):
        return events.Terminates()
    return NoneEventDefinition()


class _Spec(BpmnProcessSpec):
    """A process with our root."""

    def __init__(self, *, name: str, description: str, filename: str) -> None:
        super().__init__(name=name, description=description, filename=filename)
        del self.task_specs["Start"]
        self.start = elements.Root(self, "Start")


class _ProcessParser(SpiffProcessParser):
    """Reads by the elements of BPMN and the order of the file."""

    def create_spec(self) -> _Spec:
        return _Spec(name=self.bpmn_id, description=self.get_name(), filename=self.filename)

    def get_position(self, node_id: str) -> dict[str, float]:
        """The same for all: else moving a box would change which condition is asked first."""
        return {"x": 0.0, "y": 0.0}

    def _index_process_nodes(self) -> None:
        super()._index_process_nodes()
        # The library also indexes parameters and operators, which may have the id of an element.
        self.nodes_by_id = {node.get("id"): node for node in self.node if node.get("id")}


class _Hosting:
    """A parser whose task may have boundary events."""

    def _add_boundary_event(self, children: Iterable[Any]) -> elements.BoundarySplit:
        split = elements.BoundarySplit(
            self.spec,  # type: ignore[attr-defined]
            f"{self.bpmn_id}.BoundaryEventSplit",  # type: ignore[attr-defined]
        )
        split.connect(self.task)  # type: ignore[attr-defined]
        for event in children:
            split.connect(self.process_parser.parse_node(event))  # type: ignore[attr-defined]
        return split


class _UserTaskParser(_Hosting, task_spec.SpiffTaskParser):
    pass


class _ServiceTaskParser(_Hosting, task_spec.ServiceTaskParser):
    pass


class _ReceiveTaskParser(_Hosting, event_parsers.SpiffReceiveTaskParser):
    pass


class _Parser(SpiffBpmnParser):
    """The library's parser with our elements."""

    PROCESS_PARSER_CLASS = _ProcessParser
    PARSER_CLASSES: ClassVar[dict[str, Any]] = {}  # what is not ours is not supported
    OVERRIDE_PARSER_CLASSES: ClassVar[dict[str, Any]] = {
        full_tag("startEvent"): (event_parsers.SpiffStartEventParser, elements.StartEvent),
        full_tag("endEvent"): (event_parsers.SpiffEndEventParser, elements.EndEvent),
        full_tag("boundaryEvent"): (event_parsers.SpiffBoundaryEventParser, elements.BoundaryEvent),
        full_tag("intermediateCatchEvent"): (
            event_parsers.SpiffIntermediateCatchEventParser,
            elements.IntermediateCatchEvent,
        ),
        full_tag("intermediateThrowEvent"): (
            event_parsers.SpiffIntermediateThrowEventParser,
            elements.IntermediateThrowEvent,
        ),
        full_tag("sendTask"): (event_parsers.SpiffSendTaskParser, elements.SendTask),
        full_tag("receiveTask"): (_ReceiveTaskParser, elements.ReceiveTask),
        full_tag("userTask"): (_UserTaskParser, elements.UserTask),
        full_tag("serviceTask"): (_ServiceTaskParser, elements.ServiceTask),
        full_tag("exclusiveGateway"): (ConditionalGatewayParser, elements.ExclusiveGateway),
        full_tag("parallelGateway"): (GatewayParser, elements.ParallelSplit),
        full_tag("eventBasedGateway"): (EventBasedGatewayParser, elements.EventBasedGateway),
    }
