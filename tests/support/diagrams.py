"""Small BPMN diagrams from a few lines of text, for tests of the engine.

One element a line, `kind id key=value …`, then flows, `a > b > c`, `a > b if condition`,
`a > b else` (the default flow):

    start begin message=go into=order
    user ask lane=Chef deadline=asked
    timer late on=ask at="deadline('asked', 'reminder')"
    raise told code=late.reminder
    end done
    begin > ask > done
    late > told
"""

from __future__ import annotations

import shlex
from html import escape
from itertools import pairwise

from sip_workflow.domain.definitions import Bundle

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'id="definitions" targetNamespace="sip">'
)


def deployment(**processes: bytes) -> Bundle:
    """A deployment of diagrams by process id."""
    return Bundle(hash="test", processes=processes, decisions={}, forms={}, guidelines={}, messages={})


def bundle(*diagrams: bytes) -> Bundle:
    """A deployment of diagrams made by `bpmn`."""
    return deployment(**{_process_id(source): source for source in diagrams})


def _process_id(source: bytes) -> str:
    return source.split(b'<bpmn:process id="')[1].split(b'"')[0].decode()


def bpmn(process_id: str, text: str, *, pool: str = "Enheten") -> bytes:
    """The diagram's bytes."""
    diagram = _Diagram()
    for line in filter(None, (line.strip() for line in text.splitlines())):
        if " > " in line:
            diagram.flows_of(line)
        else:
            diagram.element(line)
    return diagram.xml(process_id, pool).encode()


def tag(name: str, inner: str = "", /, **attributes: str) -> str:
    """An element of BPMN, or of `spiffworkflow:`, as text."""
    name = name if ":" in name else f"bpmn:{name}"
    written = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>"


def _extensions(inner: str) -> str:
    return tag("extensionElements", inner) if inner else ""


def _ours(name: str, text: str | None) -> str:
    return "" if text is None else tag(f"spiffworkflow:{name}", escape(text))


Drawn = tuple[str, dict[str, str], str]
"""(tag, attributes, what stands inside)."""


class _Diagram:
    def __init__(self) -> None:
        self.nodes: dict[str, Drawn] = {}
        self.flows: list[tuple[str, str, str | None]] = []
        self.defaults: dict[str, str] = {}
        self.messages: set[str] = set()
        self.codes: set[str] = set()
        self.lanes: dict[str, list[str]] = {}

    def flows_of(self, line: str) -> None:
        line, _, condition = line.partition(" if ")
        stops = [stop.strip() for stop in line.removesuffix(" else").split(">")]
        if line.endswith(" else"):
            self.defaults[stops[0]] = f"flow_{len(self.flows)}"
        for number, (source, target) in enumerate(pairwise(stops)):
            self.flows.append((source, target, condition if number == 0 and condition else None))

    def element(self, line: str) -> None:
        kind, identifier, *rest = shlex.split(line)
        given = dict(item.split("=", 1) for item in rest)
        if "lane" in given:
            self.lanes.setdefault(given["lane"], []).append(identifier)
        name, attributes, inner = getattr(self, f"_{kind}")(given)
        named = {"name": given["name"]} if "name" in given else {}
        self.nodes[identifier] = (name, {"id": identifier, **named, **attributes}, inner)

    def xml(self, process_id: str, pool: str) -> str:
        parts = [HEAD]
        parts += [tag("message", id=f"message_{name}", name=name) for name in sorted(self.messages)]
        parts += [tag("escalation", id=_escalation(c), escalationCode=c) for c in sorted(self.codes)]
        participant = tag("participant", id="pool", name=pool, processRef=process_id)
        parts.append(tag("collaboration", participant, id="collaboration"))
        parts.append(f'<bpmn:process id="{process_id}" isExecutable="true">')
        parts.append(self._lanes())
        for identifier, (name, attributes, inner) in self.nodes.items():
            default = {"default": self.defaults[identifier]} if identifier in self.defaults else {}
            parts.append(tag(name, inner, **attributes, **default))
        for number, (source, target, condition) in enumerate(self.flows):
            inner = tag("conditionExpression", escape(condition)) if condition else ""
            flow = {"id": f"flow_{number}", "sourceRef": source, "targetRef": target}
            parts.append(tag("sequenceFlow", inner, **flow))
        return "".join([*parts, "</bpmn:process></bpmn:definitions>"])

    def _lanes(self) -> str:
        lanes = [
            tag("lane", "".join(tag("flowNodeRef", i) for i in ids), id=f"lane_{number}", name=name)
            for number, (name, ids) in enumerate(self.lanes.items())
        ]
        return tag("laneSet", "".join(lanes), id="lanes") if lanes else ""

    def _properties(self, given: dict[str, str], *names: str) -> str:
        found = [name for name in names if name in given]
        inner = [tag("spiffworkflow:property", name=name, value=given[name]) for name in found]
        return tag("spiffworkflow:properties", "".join(inner)) if inner else ""

    def _message(self, given: dict[str, str]) -> str:
        self.messages.add(given["message"])
        return _ours("messageVariable", given.get("into")) + _ours("messagePayload", given.get("payload"))

    def _event(self, given: dict[str, str]) -> str:
        inner = _extensions(self._properties(given, "correlation"))
        if "message" in given:
            message = _extensions(self._message(given))
            inner += tag("messageEventDefinition", message, messageRef=f"message_{given['message']}")
        if "at" in given:
            inner += tag("timerEventDefinition", tag("timeDate", escape(given["at"])))
        if "code" in given:
            self.codes.add(given["code"])
            inner += tag("escalationEventDefinition", escalationRef=_escalation(given["code"]))
        return inner

    def _start(self, given: dict[str, str]) -> Drawn:
        return "startEvent", {}, self._event(given)

    def _end(self, given: dict[str, str]) -> Drawn:
        return "endEvent", {}, self._event(given)

    _raise = _end

    def _terminate(self, given: dict[str, str]) -> Drawn:
        return "endEvent", {}, "<bpmn:terminateEventDefinition/>"

    def _catch(self, given: dict[str, str]) -> Drawn:
        return "intermediateCatchEvent", {}, self._event(given)

    def _throw(self, given: dict[str, str]) -> Drawn:
        return "intermediateThrowEvent", {}, self._event(given)

    def _timer(self, given: dict[str, str]) -> Drawn:
        interrupting = "true" if given.get("interrupting") == "yes" else "false"
        attributes = {"attachedToRef": given["on"], "cancelActivity": interrupting}
        return "boundaryEvent", attributes, self._event(given)

    _boundary = _timer

    def _user(self, given: dict[str, str]) -> Drawn:
        if "form" in given:
            given = {**given, "formJsonSchemaFilename": f"{given['form']}.schema.json"}
        names = ("formJsonSchemaFilename", "deadline", "assignee")
        return "userTask", {}, _extensions(self._properties(given, *names))

    def _service(self, given: dict[str, str]) -> Drawn:
        names = [name for name in given if name not in {"does", "into", "name", "lane"}]
        parameters = [
            tag("spiffworkflow:parameter", id=name, type="any", value=given[name]) for name in names
        ]
        result = {"resultVariable": given["into"]} if "into" in given else {}
        inner = tag("spiffworkflow:parameters", "".join(parameters))
        operator = tag("spiffworkflow:serviceTaskOperator", inner, id=given["does"], **result)
        return "serviceTask", {}, _extensions(operator)

    def _receive(self, given: dict[str, str]) -> Drawn:
        inner = _extensions(self._properties(given, "correlation") + self._message(given))
        return "receiveTask", {"messageRef": f"message_{given['message']}"}, inner

    def _send(self, given: dict[str, str]) -> Drawn:
        return "sendTask", *self._receive(given)[1:]

    def _choice(self, given: dict[str, str]) -> Drawn:
        return "exclusiveGateway", {}, ""

    def _split(self, given: dict[str, str]) -> Drawn:
        return "parallelGateway", {}, ""

    def _events(self, given: dict[str, str]) -> Drawn:
        return "eventBasedGateway", {}, ""


def _escalation(code: str) -> str:
    return f"escalation_{code.replace('.', '_')}"
