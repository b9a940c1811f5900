"""The elements of a diagram: checks on each of them, and on every expression that it holds."""

from __future__ import annotations

from collections import Counter

from lxml import etree

from sip_workflow.engine.dialect import (
    AROUND,
    BPMN,
    COLLABORATION,
    DRAWN_ONLY,
    ESCALATION,
    EVENTS,
    IDENTIFIER,
    MAX_ELEMENTS,
    MESSAGES,
    NODES,
    NOTES,
    OPERATION,
    PROPERTIES,
    RESERVED,
    SENDS,
    SPIFF,
    UNSUPPORTED_ATTRIBUTES,
    VARIABLE,
    Reader,
    extension,
    local,
)
from sip_workflow.engine.errors import DefinitionError


def check(reader: Reader) -> etree._Element:
    """The one process of the file, after all checks of its elements.

    Raises:
        DefinitionError: for the first element that cannot be run as drawn.
    """
    if local(reader.root) != "definitions":
        raise reader.refuse(reader.root, "the file is no BPMN 2.0 diagram")
    _around(reader)
    processes = reader.root.findall(f"{BPMN}process")
    if [process.get("id") for process in processes] != [reader.file]:
        raise reader.refuse(None, f"the file must hold one process, with the id {reader.file}")
    if processes[0].get("isExecutable") != "true":
        raise reader.refuse(processes[0], "the process is not marked as executable")
    nodes = _nodes(reader, processes[0])
    _identifiers(reader, processes[0])
    for node in nodes:
        _node(reader, node)
    return processes[0]


def _around(reader: Reader) -> None:
    """What stands beside the process."""
    for child in reader.root.iterchildren(f"{BPMN}*"):
        if local(child) not in AROUND:
            raise reader.refuse(child, f"{local(child)} is not supported")
        if local(child) in {"message", "escalation"}:
            reader.extensions(child)
    for child in reader.root.iterfind(f"{BPMN}collaboration/{BPMN}*"):
        if local(child) not in COLLABORATION:
            raise reader.refuse(child, f"{local(child)} is not supported")
    for container in reader.root.iter(f"{BPMN}extensionElements"):
        # The library searches at any depth, and would find what is hidden here.
        if sum(1 for _ in container.iter(f"{BPMN}*")) > 1:
            raise reader.refuse(container, "an element of BPMN stands among the extension elements")


def _nodes(reader: Reader, process: etree._Element) -> list[etree._Element]:
    nodes = []
    for child in process:
        if local(child) in NODES:
            nodes.append(child)
        elif local(child) not in DRAWN_ONLY | {"sequenceFlow", "laneSet"}:
            raise reader.refuse(child, f"{local(child)} is not supported")
    if len(nodes) > MAX_ELEMENTS:
        raise reader.refuse(process, f"more than {MAX_ELEMENTS} elements in one process")
    starts = sum(local(node) == "startEvent" for node in nodes)
    if starts != 1:
        raise reader.refuse(process, f"{starts} start events; there must be one")
    return nodes


def _identifiers(reader: Reader, process: etree._Element) -> None:
    """Ids are there, plain, different and none of the library's own."""
    drawn = NODES | {"sequenceFlow"}
    ids = [element.get("id", "") for element in process if local(element) in drawn]
    for identifier, times in Counter(ids).items():
        message = None
        if not IDENTIFIER.match(identifier):
            message = f"the id {identifier!r} must be letters, digits, _ and -"
        elif identifier in RESERVED:
            message = f"the id {identifier} belongs to the engine"
        elif times > 1:
            message = "the id is used more than once"
        if message:
            raise DefinitionError(file=reader.file, element=identifier, message=message)


def _node(reader: Reader, node: etree._Element) -> None:
    kind = local(node)
    definitions = []
    for child in node:
        if local(child) in EVENTS.get(kind, ()):
            definitions.append(child)
        elif local(child) not in NOTES | {"incoming", "outgoing"}:
            raise reader.refuse(node, f"{local(child)} is not supported in {kind}")
    for attribute in UNSUPPORTED_ATTRIBUTES:
        if node.get(attribute) == "true":
            raise reader.refuse(node, f"{attribute} is not supported")
    reader.extensions(node, allowed=_extensions_of(kind))
    if len(definitions) > 1:
        raise reader.refuse(node, "an event may have one definition only")
    if definitions:
        _event(reader, node, definitions[0])
    elif kind in {"intermediateCatchEvent", "boundaryEvent"}:
        raise reader.refuse(node, "the event has nothing to wait for")
    if kind in {"receiveTask", "sendTask"}:
        _message(reader, node, node)
    if kind == "serviceTask":
        _operation(reader, node)


def _extensions_of(kind: str) -> frozenset[str]:
    allowed = {"properties"} if kind in PROPERTIES else set()
    if kind == "serviceTask":
        allowed.add("serviceTaskOperator")
    if kind in MESSAGES:
        allowed |= {"messageVariable", "messagePayload"}
    return frozenset(allowed)


def _event(reader: Reader, node: etree._Element, definition: etree._Element) -> None:
    kind = local(definition)
    reader.extensions(definition, allowed=_extensions_of(kind))
    for child in definition:
        if local(child) not in NOTES and not (kind == "timerEventDefinition"):
            raise reader.refuse(node, f"{local(child)} is not supported in {kind}")
    if kind == "messageEventDefinition":
        _message(reader, node, definition)
    elif kind == "timerEventDefinition":
        _timer(reader, node, definition)
    elif kind == "escalationEventDefinition":
        _escalation(reader, node, definition)


def _message(reader: Reader, node: etree._Element, holder: etree._Element) -> None:
    """The message that an event or a task is about, its variable and its payload."""
    found = reader.root.findall(f"{BPMN}message")
    names = [message.get("name") for message in found if message.get("id") == holder.get("messageRef")]
    if len(names) != 1 or not VARIABLE.match(names[0] or ""):
        raise reader.refuse(node, "messageRef must name one message that has a plain name")
    for variable in holder.iter(f"{SPIFF}messageVariable"):
        if local(node) in SENDS:
            raise reader.refuse(node, "messageVariable: this element sends; use messagePayload")
        reader.variable(node, variable.text)
    for payload in holder.iter(f"{SPIFF}messagePayload"):
        if local(node) not in SENDS:
            raise reader.refuse(node, "messagePayload: this element receives; use messageVariable")
        reader.expression(node, "messagePayload", payload.text)


def _timer(reader: Reader, node: etree._Element, definition: etree._Element) -> None:
    """Only timeDate, and only a call of deadline with constants."""
    if [local(child) for child in definition if local(child) not in NOTES] != ["timeDate"]:
        raise reader.refuse(node, "a timer must be one timeDate (no durations, no repeats)")
    text = definition.findtext(f"{BPMN}timeDate")
    if reader.expression(node, "timeDate", text).deadline is None:
        raise reader.refuse(node, f"timeDate {text!r} must be deadline('kind') or deadline('kind', 'level')")


def _escalation(reader: Reader, node: etree._Element, definition: etree._Element) -> None:
    """The code of an escalation is <kind>.<level>."""
    found = reader.root.findall(f"{BPMN}escalation")
    codes = [e.get("escalationCode") for e in found if e.get("id") == definition.get("escalationRef")]
    if len(codes) != 1 or not ESCALATION.match(codes[0] or ""):
        raise reader.refuse(node, "escalationRef must name one escalation with the code <kind>.<level>")


def _operation(reader: Reader, node: etree._Element) -> None:
    """A service task names one operation; every parameter is an expression."""
    operators = list(node.iter(f"{SPIFF}serviceTaskOperator"))
    if len(operators) != 1 or not OPERATION.match(operators[0].get("id", "")):
        raise reader.refuse(node, "a service task must name one operation, like noun.verb")
    if operators[0].get("resultVariable"):
        reader.variable(node, operators[0].get("resultVariable"))
    names = []
    for child in operators[0].iterdescendants(f"{SPIFF}*"):
        if extension(child) == "parameter":
            names.append(child.get("id", ""))
            if not VARIABLE.match(names[-1]) or child.get("type") is None:
                raise reader.refuse(node, "a parameter must have a plain id, a type and a value")
            reader.expression(node, f"parameter {names[-1]}", child.get("value"))
        elif extension(child) != "parameters":
            raise reader.refuse(node, f"{extension(child)} is not supported in a service task")
    if len(set(names)) < len(names):
        raise reader.refuse(node, "a parameter is given twice")
