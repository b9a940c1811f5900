"""What may be drawn: checks on the XML of a diagram before the library reads it.

The library ignores or misreads much of BPMN without a word (a condition on a task's flow,
an event sub-process, a payload in the wrong place). What this module does not know is
refused, with the element and the reason. Every expression of the diagram is checked here.
"""

from __future__ import annotations

import re
from collections import Counter

from lxml import etree

from sip_workflow.engine.errors import DefinitionError
from sip_workflow.engine.expressions import Expression, ExpressionError, compiled

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
MAX_ELEMENTS = 250
"""Flow nodes of a process; the library reads along the flow and goes one level deeper at each."""

RESERVED = {"Start", "End", "Root"}
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
OPERATION = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+\Z")
ESCALATION = re.compile(r"([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)\Z")

TASKS = {"userTask", "serviceTask", "receiveTask", "sendTask"}
HOSTS = {"userTask", "serviceTask", "receiveTask"}
EVENTS: dict[str, set[str]] = {
    "startEvent": {"messageEventDefinition"},
    "endEvent": {"messageEventDefinition", "escalationEventDefinition", "terminateEventDefinition"},
    "intermediateCatchEvent": {"messageEventDefinition", "timerEventDefinition"},
    "intermediateThrowEvent": {"messageEventDefinition"},
    "boundaryEvent": {"messageEventDefinition", "timerEventDefinition"},
}
GATEWAYS = {"exclusiveGateway", "parallelGateway", "eventBasedGateway"}
NODES = TASKS | set(EVENTS) | GATEWAYS
DRAWN_ONLY = {"textAnnotation", "association", "group", "documentation", "extensionElements"}
INSIDE_NODES = {"incoming", "outgoing", "documentation", "extensionElements"}
AROUND = {
    "message",
    "escalation",
    "process",
    "collaboration",
    "documentation",
    "extensionElements",
    "category",
}
COLLABORATION = DRAWN_ONLY | {"participant", "messageFlow"}
UNSUPPORTED_ATTRIBUTES = {"instantiate", "isForCompensation", "parallelMultiple", "triggeredByEvent"}

PROPERTIES = {
    "userTask": {"formJsonSchemaFilename", "formUiSchemaFilename", "deadline", "assignee"},
    "receiveTask": {"correlation"},
    "sendTask": {"correlation"},
    "intermediateCatchEvent": {"correlation"},
    "intermediateThrowEvent": {"correlation"},
    "boundaryEvent": {"correlation"},
    "endEvent": {"correlation"},
}
EXPRESSIONS = {"assignee", "correlation"}
SENDS = {"endEvent", "intermediateThrowEvent", "sendTask"}


def local(element: etree._Element) -> str:
    """The name of an element of BPMN or of the library's dialect; of any other, with its namespace."""
    tag = str(element.tag)
    return tag.removeprefix(BPMN).removeprefix(SPIFF)


class Reader:
    """Checks one process of one file; every finding is raised as DefinitionError."""

    def __init__(self, *, file: str, root: etree._Element) -> None:
        self.file = file
        self.root = root

    def refuse(self, element: etree._Element | None, message: str) -> DefinitionError:
        """The error for an element, or for the nearest one around it that has an id."""
        while element is not None and not element.get("id"):
            element = element.getparent()
        found = "" if element is None else element.get("id", "")
        return DefinitionError(file=self.file, element=found, message=message)

    def check(self) -> etree._Element:
        """The one process of the file, after all checks of its elements."""
        if self.root.tag != f"{BPMN}definitions":
            raise self.refuse(self.root, "the file is no BPMN 2.0 diagram")
        for child in self.root.iterchildren(f"{BPMN}*"):
            if local(child) not in AROUND:
                raise self.refuse(child, f"{local(child)} is not supported")
            if local(child) in {"message", "escalation"}:
                self.extensions(child, allowed=set())
        for child in self.root.iterfind(f"{BPMN}collaboration/{BPMN}*"):
            if local(child) not in COLLABORATION:
                raise self.refuse(child, f"{local(child)} is not supported")
        processes = self.root.findall(f"{BPMN}process")
        if [process.get("id") for process in processes] != [self.file]:
            raise self.refuse(None, f"the file must hold one process, with the id {self.file}")
        if processes[0].get("isExecutable") != "true":
            raise self.refuse(processes[0], "the process is not marked as executable")
        nodes = self.nodes(processes[0])
        self.identifiers(processes[0])
        for node in nodes:
            self.node(node)
        return processes[0]

    def nodes(self, process: etree._Element) -> list[etree._Element]:
        """The flow nodes."""
        nodes = []
        for child in process:
            if local(child) in NODES:
                nodes.append(child)
            elif local(child) not in DRAWN_ONLY | {"sequenceFlow", "laneSet"}:
                raise self.refuse(child, f"{local(child)} is not supported")
        if len(nodes) > MAX_ELEMENTS:
            raise self.refuse(process, f"more than {MAX_ELEMENTS} elements in one process")
        starts = sum(local(node) == "startEvent" for node in nodes)
        if starts != 1:
            raise self.refuse(process, f"{starts} start events; there must be one")
        return nodes

    def identifiers(self, process: etree._Element) -> None:
        """Ids are there, plain, different and none of the library's own."""
        drawn = NODES | {"sequenceFlow"}
        ids = [element.get("id", "") for element in process if local(element) in drawn]
        for identifier, times in Counter(ids).items():
            if not IDENTIFIER.match(identifier):
                message = f"the id {identifier!r} must be letters, digits, _ and -"
                raise DefinitionError(file=self.file, element=identifier, message=message)
            if identifier in RESERVED:
                message = f"the id {identifier} belongs to the engine"
                raise DefinitionError(file=self.file, element=identifier, message=message)
            if times > 1:
                raise DefinitionError(
                    file=self.file, element=identifier, message="the id is used more than once"
                )

    def node(self, node: etree._Element) -> None:
        """One flow node: its children, extensions and expressions."""
        kind = local(node)
        definitions = []
        for child in node:
            if local(child) in EVENTS.get(kind, ()):
                definitions.append(child)
            elif local(child) not in INSIDE_NODES:
                raise self.refuse(node, f"{local(child)} is not supported in {kind}")
        for attribute in sorted(UNSUPPORTED_ATTRIBUTES):
            if node.get(attribute) == "true":
                raise self.refuse(node, f"{attribute} is not supported")
        if len(definitions) > 1:
            raise self.refuse(node, "an event may have one definition only")
        self.extensions(
            node, allowed={"properties", "serviceTaskOperator", "messageVariable", "messagePayload"}
        )
        if definitions:
            self.event(node, definitions[0])
        elif kind in {"intermediateCatchEvent", "boundaryEvent"}:
            raise self.refuse(node, "the event has nothing to wait for")
        if kind in {"receiveTask", "sendTask"}:
            self.message(node, node)
        if kind == "serviceTask":
            self.operation(node)

    def event(self, node: etree._Element, definition: etree._Element) -> None:
        """The definition of an event."""
        kind = local(definition)
        if kind == "messageEventDefinition":
            self.message(node, definition)
        else:
            self.extensions(definition, allowed=set())
        if kind == "timerEventDefinition":
            self.timer(node, definition)
        if kind == "escalationEventDefinition":
            self.escalation(node, definition)

    def message(self, node: etree._Element, holder: etree._Element) -> None:
        """The message that a definition or a task refers to, its variable and its payload."""
        found = self.root.findall(f"{BPMN}message")
        names = [message.get("name") for message in found if message.get("id") == holder.get("messageRef")]
        if len(names) != 1 or not names[0] or not VARIABLE.match(names[0]):
            raise self.refuse(node, "messageRef must name one message that has a plain name")
        self.extensions(holder, allowed={"messageVariable", "messagePayload", "properties"})
        for variable in holder.iter(f"{SPIFF}messageVariable"):
            self.variable(node, variable.text)
            if local(node) in SENDS:
                raise self.refuse(node, "messageVariable: this element sends; use messagePayload")
        for payload in holder.iter(f"{SPIFF}messagePayload"):
            self.expression(node, "messagePayload", payload.text)
            if local(node) not in SENDS:
                raise self.refuse(node, "messagePayload: this element receives; use messageVariable")

    def timer(self, node: etree._Element, definition: etree._Element) -> None:
        """Only timeDate, and only a call of deadline with constants."""
        kinds = [local(child) for child in definition if local(child) != "extensionElements"]
        if kinds != ["timeDate"]:
            raise self.refuse(node, "a timer must be a timeDate (no durations, no repeats)")
        text = definition.findtext(f"{BPMN}timeDate")
        if self.expression(node, "timeDate", text).deadline is None:
            raise self.refuse(
                node, f"timeDate {text!r} must be deadline('kind') or deadline('kind', 'level')"
            )

    def escalation(self, node: etree._Element, definition: etree._Element) -> None:
        """The code of an escalation is <kind>.<level>."""
        codes = [
            escalation.get("escalationCode")
            for escalation in self.root.findall(f"{BPMN}escalation")
            if escalation.get("id") == definition.get("escalationRef")
        ]
        if len(codes) != 1 or not codes[0] or not ESCALATION.match(codes[0]):
            raise self.refuse(node, "escalationRef must name an escalation with the code <kind>.<level>")

    def operation(self, node: etree._Element) -> None:
        """A service task names one operation; every parameter is an expression."""
        operators = list(node.iter(f"{SPIFF}serviceTaskOperator"))
        if len(operators) != 1 or not OPERATION.match(operators[0].get("id", "")):
            raise self.refuse(node, "a service task must name one operation, like noun.verb")
        if operators[0].get("resultVariable"):
            self.variable(node, operators[0].get("resultVariable"))
        for child in operators[0].iter(f"{SPIFF}*"):
            if local(child) == "parameter":
                if not VARIABLE.match(child.get("id", "")) or child.get("type") is None:
                    raise self.refuse(node, "a parameter must have a plain id, a type and a value")
                self.expression(node, f"parameter {child.get('id')}", child.get("value"))
            elif local(child) not in {"serviceTaskOperator", "parameters"}:
                raise self.refuse(node, f"{local(child)} is not supported in a service task")

    def extensions(self, holder: etree._Element, *, allowed: set[str]) -> None:
        """The library's extension elements of one element, and our properties among them."""
        for container in holder.findall(f"{BPMN}extensionElements"):
            for child in container.iterchildren(f"{SPIFF}*"):
                if local(child) not in allowed or not self.belongs(holder, local(child)):
                    raise self.refuse(
                        holder, f"{local(child)} is not supported here, or stands in the wrong place"
                    )
                if local(child) == "properties":
                    self.properties(holder, child)

    def belongs(self, holder: etree._Element, name: str) -> bool:
        """Whether the library would read the extension where it stands."""
        kind = local(holder)
        if name == "serviceTaskOperator":
            return kind == "serviceTask"
        if name == "properties":
            return kind in PROPERTIES
        return kind in {"messageEventDefinition", "receiveTask", "sendTask"}

    def properties(self, holder: etree._Element, properties: etree._Element) -> None:
        """The properties that we know, on the elements that have them."""
        for item in properties:
            name, value = item.get("name", ""), item.get("value", "")
            if name not in PROPERTIES[local(holder)]:
                known = ", ".join(sorted(PROPERTIES[local(holder)]))
                raise self.refuse(holder, f"the property {name!r} is not known here ({known})")
            if name in EXPRESSIONS:
                self.expression(holder, name, value)
            elif name == "formJsonSchemaFilename" and not value.endswith(".schema.json"):
                raise self.refuse(holder, "formJsonSchemaFilename must be <key>.schema.json")

    def variable(self, node: etree._Element, name: str | None) -> None:
        """A variable is a plain name."""
        if not VARIABLE.match(name or ""):
            raise self.refuse(node, f"{name!r} is no plain name of a variable")

    def expression(self, node: etree._Element, where: str, text: str | None) -> Expression:
        """An expression on the allow-list."""
        try:
            return compiled(text or "")
        except ExpressionError as error:
            raise self.refuse(node, f"{where}: {error}") from None
