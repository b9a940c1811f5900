"""What may be drawn, and how the checks of a diagram look at it.

SpiffWorkflow ignores or misreads much of BPMN without a word: a condition on a task's flow,
an event sub-process, a payload in the wrong place. So what is not named here is refused when
the diagram is loaded (``nodes`` and ``flows``), with the element and the reason.

Drawn: one process in its pool with lanes; user, service, send and receive tasks; exclusive
gateways, event-based gateways, parallel gateways that split; message and timer events,
escalation and terminate end events, boundary messages and timers. Not drawn: sub-processes,
joins, scripts, loops and multi-instance markers, repeats and durations.
"""

from __future__ import annotations

import re

from lxml import etree

from sip_workflow.engine.errors import DefinitionError
from sip_workflow.engine.expressions import Expression, ExpressionError, compiled

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
MAX_ELEMENTS = 250
"""Flow nodes of a process: the library reads along the flow, one level of calls deeper at each."""

RESERVED = {"Start", "End", "Root"}
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
OPERATION = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+\Z")
ESCALATION = re.compile(r"([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)\Z")

HOSTS = {"userTask", "serviceTask", "receiveTask"}
EVENTS: dict[str, set[str]] = {
    "startEvent": {"messageEventDefinition"},
    "endEvent": {"messageEventDefinition", "escalationEventDefinition", "terminateEventDefinition"},
    "intermediateCatchEvent": {"messageEventDefinition", "timerEventDefinition"},
    "intermediateThrowEvent": {"messageEventDefinition"},
    "boundaryEvent": {"messageEventDefinition", "timerEventDefinition"},
}
GATEWAYS = {"exclusiveGateway", "parallelGateway", "eventBasedGateway"}
NODES = HOSTS | {"sendTask"} | set(EVENTS) | GATEWAYS
SENDS = {"endEvent", "intermediateThrowEvent", "sendTask"}

NOTES = {"documentation", "extensionElements"}
DRAWN_ONLY = NOTES | {"textAnnotation", "association", "group"}
AROUND = NOTES | {"message", "escalation", "process", "collaboration", "category"}
COLLABORATION = DRAWN_ONLY | {"participant", "messageFlow"}
UNSUPPORTED_ATTRIBUTES = ("instantiate", "isForCompensation", "parallelMultiple", "triggeredByEvent")

CORRELATED = {
    "receiveTask",
    "sendTask",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "boundaryEvent",
    "endEvent",
}
PROPERTIES = {
    "userTask": {"formJsonSchemaFilename", "formUiSchemaFilename", "deadline", "assignee"},
    **{kind: {"correlation"} for kind in CORRELATED},
}
EXPRESSIONS = {"assignee", "correlation"}
MESSAGES = {"messageEventDefinition", "receiveTask", "sendTask"}
"""Where the library looks for a message's variable or payload."""


def local(element: etree._Element) -> str:
    """The name of an element of BPMN; of any other, with its namespace."""
    return str(element.tag).removeprefix(BPMN)


def extension(element: etree._Element) -> str:
    """The name of an element of the library's dialect."""
    return str(element.tag).removeprefix(SPIFF)


class Reader:
    """Looks into one file; every finding is a DefinitionError that names the element."""

    def __init__(self, *, file: str, root: etree._Element) -> None:
        self.file = file
        self.root = root

    def refuse(self, element: etree._Element | None, message: str) -> DefinitionError:
        """The error for an element, or for the nearest one around it that has an id."""
        while element is not None and not element.get("id"):
            element = element.getparent()
        found = "" if element is None else element.get("id", "")
        return DefinitionError(file=self.file, element=found, message=message)

    def expression(self, element: etree._Element, where: str, text: str | None) -> Expression:
        """An expression on the allow-list."""
        try:
            return compiled(text or "")
        except ExpressionError as error:
            raise self.refuse(element, f"{where}: {error}") from None

    def variable(self, element: etree._Element, name: str | None) -> None:
        """A variable is a plain name."""
        if not VARIABLE.match(name or ""):
            raise self.refuse(element, f"{name!r} is no plain name of a variable")

    def extensions(self, holder: etree._Element, *, allowed: frozenset[str] = frozenset()) -> None:
        """The library's extension elements of one element, and our properties among them."""
        for container in holder.findall(f"{BPMN}extensionElements"):
            for child in container.iterchildren(f"{SPIFF}*"):
                if extension(child) not in allowed:
                    message = f"{extension(child)} is not supported here, or stands in the wrong place"
                    raise self.refuse(holder, message)
                if extension(child) == "properties":
                    self.properties(holder, child)

    def properties(self, holder: etree._Element, properties: etree._Element) -> None:
        """The properties that we know, on the elements that have them."""
        known = PROPERTIES[local(holder)]
        for item in properties:
            name, value = item.get("name", ""), item.get("value", "")
            if name not in known:
                names = ", ".join(sorted(known))
                raise self.refuse(holder, f"the property {name!r} is not known here (known: {names})")
            if name in EXPRESSIONS:
                self.expression(holder, name, value)
            elif name == "formJsonSchemaFilename" and not value.endswith(".schema.json"):
                raise self.refuse(holder, "formJsonSchemaFilename must be <key>.schema.json")
