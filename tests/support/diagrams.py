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

from sip_workflow.domain.definitions import Bundle

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="definitions" targetNamespace="sip">'
)


def bundle(*diagrams: bytes, decisions: dict[str, bytes] | None = None) -> Bundle:
    """A deployment of diagrams made by `bpmn`."""
    processes = {source.split(b'<bpmn:process id="')[1].split(b'"')[0].decode(): source for source in diagrams}
    return Bundle(
        hash="test", processes=processes, decisions=decisions or {}, forms={}, guidelines={}, messages={}
    )


def bpmn(process_id: str, text: str, *, pool: str = "Enheten") -> bytes:
    """The diagram's bytes."""
    diagram = _Diagram()
    for line in filter(None, (line.strip() for line in text.splitlines())):
        if " > " in line:
            diagram.flows_of(line)
        else:
            diagram.element(line)
    return diagram.xml(process_id, pool).encode()


def _extension(inner: str) -> str:
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>" if inner else ""


class _Diagram:
    def __init__(self) -> None:
        self.nodes: dict[str, tuple[str, dict[str, str], str]] = {}
        self.flows: list[tuple[str, str, str | None]] = []
        self.defaults: dict[str, str] = {}
        self.messages: set[str] = set()
        self.codes: set[str] = set()
        self.lanes: dict[str, list[str]] = {}

    def flows_of(self, line: str) -> None:
        line, _, condition = line.partition(" if ")
        default = line.endswith(" else")
        stops = [stop.strip() for stop in line.removesuffix(" else").split(">")]
        for number, (source, target) in enumerate(zip(stops, stops[1:], strict=False)):
            if number == 0 and default:
                self.defaults[source] = f"flow_{len(self.flows)}"
            self.flows.append((source, target, condition if number == 0 and condition else None))

    def element(self, line: str) -> None:
        kind, identifier, *rest = shlex.split(line)
        given = dict(item.split("=", 1) for item in rest)
        if "lane" in given:
            self.lanes.setdefault(given["lane"], []).append(identifier)
        tag, attributes, inner = getattr(self, f"_{kind}")(given)
        attributes = {"id": identifier, **({"name": given["name"]} if "name" in given else {}), **attributes}
        self.nodes[identifier] = (tag, attributes, inner)

    def xml(self, process_id: str, pool: str) -> str:
        parts = [HEAD]
        parts += [f'<bpmn:message id="message_{m}" name="{m}"/>' for m in sorted(self.messages)]
        parts += [
            f'<bpmn:escalation id="escalation_{c.replace(".", "_")}" escalationCode="{c}"/>'
            for c in sorted(self.codes)
        ]
        parts.append(
            f'<bpmn:collaboration id="c"><bpmn:participant id="pool" name="{pool}" processRef="{process_id}"/>'
            f'</bpmn:collaboration><bpmn:process id="{process_id}" isExecutable="true">'
        )
        if self.lanes:
            parts.append('<bpmn:laneSet id="lanes">')
            for number, (lane, ids) in enumerate(self.lanes.items()):
                refs = "".join(f"<bpmn:flowNodeRef>{i}</bpmn:flowNodeRef>" for i in ids)
                parts.append(f'<bpmn:lane id="lane_{number}" name="{lane}">{refs}</bpmn:lane>')
            parts.append("</bpmn:laneSet>")
        for identifier, (tag, attributes, inner) in self.nodes.items():
            if identifier in self.defaults:
                attributes = {**attributes, "default": self.defaults[identifier]}
            written = " ".join(f'{k}="{escape(v)}"' for k, v in attributes.items())
            parts.append(f"<bpmn:{tag} {written}>{inner}</bpmn:{tag}>")
        for number, (source, target, condition) in enumerate(self.flows):
            inner = (
                f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>" if condition else ""
            )
            parts.append(
                f'<bpmn:sequenceFlow id="flow_{number}" sourceRef="{source}" targetRef="{target}">{inner}'
                "</bpmn:sequenceFlow>"
            )
        return "".join([*parts, "</bpmn:process></bpmn:definitions>"])

    # Each gives (tag, attributes, what stands inside).

    def _properties(self, given: dict[str, str], *names: str) -> str:
        inner = "".join(
            f'<spiffworkflow:property name="{name}" value="{escape(given[name])}"/>' for name in names if name in given
        )
        return f"<spiffworkflow:properties>{inner}</spiffworkflow:properties>" if inner else ""

    def _message(self, given: dict[str, str]) -> str:
        self.messages.add(given["message"])
        inner = f"<spiffworkflow:messageVariable>{given['into']}</spiffworkflow:messageVariable>" if "into" in given else ""
        if "payload" in given:
            inner += f"<spiffworkflow:messagePayload>{escape(given['payload'])}</spiffworkflow:messagePayload>"
        return inner

    def _event(self, given: dict[str, str]) -> str:
        inner = _extension(self._properties(given, "correlation"))
        if "message" in given:
            message = _extension(self._message(given))
            inner += f'<bpmn:messageEventDefinition messageRef="message_{given["message"]}">{message}</bpmn:messageEventDefinition>'
        if "at" in given:
            inner += f"<bpmn:timerEventDefinition><bpmn:timeDate>{escape(given['at'])}</bpmn:timeDate></bpmn:timerEventDefinition>"
        if "code" in given:
            self.codes.add(given["code"])
            inner += f'<bpmn:escalationEventDefinition escalationRef="escalation_{given["code"].replace(".", "_")}"/>'
        return inner

    def _start(self, given: dict[str, str]) -> tuple[str, dict[str, str], str]:
        return "startEvent", {}, self._event(given)

    def _end(self, given: dict[str, str]) -> tuple[str, dict[str, str], str]:
        return "endEvent", {}, self._event(given)

    _raise = _end

    def _terminate(self, given: dict[str, str]) -> tuple[str, dict[str, str], str]:
        return "endEvent", {}, "<bpmn:terminateEventDefinition/>"

    def _catch(self, given: dict[str, str]) -> tuple[str, dict[str, str], str]:
        return "intermediateCatchEvent", {}, self._event(given)

    def _throw(self, given: dict[str, str]) -> tuple[str, dict[str, str], str]:
        return "intermediateThrowEvent", {}, self._event(given)

    def _timer(self, given: dict[str, str]) -> tuple[str, dict[str, str], str]:
        interrupting = "true" if given.get("interrupting") == "yes" else "false"
        return "boundaryEvent", {"attachedToRef": given["on"], "cancelActivity": interrupting}, self._event(given)

    _boundary = _timer

    def _user(self, given: dict[str, str]) -> tuple[str, dict[str, str], str]:
        if "form" in given:
            given = {**given, "formJsonSchemaFilename": f"{given['form']}.schema.json"}
        return "userTask", {}, _extension(
            self._properties(given, "formJsonSchemaFilename", "deadline", "assignee")
        )

    def _service(self, given: dict[str, str]) -> tuple[str, dict[str, str], str]:
        reserved = {"does", "into", "name", "lane"}
        parameters = "".join(
            f'<spiffworkflow:parameter id="{k}" type="any" value="{escape(v)}"/>'
            for k, v in given.items()
            if k not in reserved
        )
        result = f' resultVariable="{given["into"]}"' if "into" in given else ""
        return "serviceTask", {}, _extension(
            f'<spiffworkflow:serviceTaskOperator id="{given["does"]}"{result}><spiffworkflow:parameters>{parameters}'
            "</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>"
        )

    def _receive(self, given: dict[str, str]) -> tuple[str, dict[str, str], str]:
        inner = _extension(self._properties(given, "correlation") + self._message(given))
        return "receiveTask", {"messageRef": f"message_{given['message']}"}, inner

    def _send(self, given: dict[str, str]) -> tuple[str, dict[str, str], str]:
        inner = _extension(self._properties(given, "correlation") + self._message(given))
        return "sendTask", {"messageRef": f"message_{given['message']}"}, inner

    def _choice(self, given: dict[str, str]) -> tuple[str, dict[str, str], str]:
        return "exclusiveGateway", {}, ""

    def _split(self, given: dict[str, str]) -> tuple[str, dict[str, str], str]:
        return "parallelGateway", {}, ""

    def _events(self, given: dict[str, str]) -> tuple[str, dict[str, str], str]:
        return "eventBasedGateway", {}, ""
