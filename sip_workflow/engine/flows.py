"""How the elements of a diagram may be joined: checks on its sequence flows.

The library would take a flow without its condition, leave an unreachable element out, or
fail at a gateway in the middle of a case. Here each of them is refused when it is loaded.
"""

from __future__ import annotations

from collections import defaultdict

from lxml import etree

from sip_workflow.engine.dialect import BPMN, HOSTS, NODES, NOTES, Reader, local


class Flows:
    """The sequence flows of one process."""

    def __init__(self, *, reader: Reader, process: etree._Element) -> None:
        self.reader = reader
        self.process = process
        self.nodes = {node.get("id", ""): node for node in process if local(node) in NODES}
        self.incoming: dict[str, list[etree._Element]] = defaultdict(list)
        self.outgoing: dict[str, list[etree._Element]] = defaultdict(list)
        self.boundary: dict[str, list[str]] = defaultdict(list)

    def check(self) -> None:
        """Raises DefinitionError for the first flow or element that cannot be run as drawn."""
        for flow in self.process.iterchildren(f"{BPMN}sequenceFlow"):
            source, target = flow.get("sourceRef", ""), flow.get("targetRef", "")
            if source not in self.nodes or target not in self.nodes:
                raise self.reader.refuse(
                    flow, "the flow must lead from one element of the process to another"
                )
            inside = [local(child) for child in flow if local(child) not in NOTES]
            if inside not in ([], ["conditionExpression"]):
                raise self.reader.refuse(flow, "a flow may hold one condition, nothing else")
            if inside and self.kind(source) != "exclusiveGateway":
                raise self.reader.refuse(flow, "only flows from an exclusive gateway may have a condition")
            self.outgoing[source].append(flow)
            self.incoming[target].append(flow)
        for identifier, node in self.nodes.items():
            if local(node) == "boundaryEvent":
                self.attached(identifier, node)
        for identifier, node in self.nodes.items():
            self.degree(identifier, node)
            if local(node) == "exclusiveGateway":
                self.exclusive(identifier, node)
            if local(node) == "eventBasedGateway":
                self.event_based(identifier, node)
        self.reachable()

    def kind(self, identifier: str) -> str:
        """The kind of element that has the id."""
        return local(self.nodes[identifier])

    def attached(self, identifier: str, node: etree._Element) -> None:
        """A boundary event stands on a task that waits."""
        host = node.get("attachedToRef", "")
        if host not in self.nodes or self.kind(host) not in HOSTS:
            raise self.reader.refuse(node, "a boundary event must be attached to a task that waits")
        self.boundary[host].append(identifier)

    def degree(self, identifier: str, node: etree._Element) -> None:
        """How many flows lead in and out."""
        kind, entering, leaving = local(node), len(self.incoming[identifier]), len(self.outgoing[identifier])
        if kind in {"startEvent", "boundaryEvent"}:
            if entering:
                raise self.reader.refuse(node, "no flow may lead here")
        elif not entering:
            raise self.reader.refuse(node, "no flow leads here")
        if kind == "endEvent":
            if leaving:
                raise self.reader.refuse(node, "no flow may lead on from an end event")
        elif not leaving:
            raise self.reader.refuse(node, "no flow leads on from here")
        if kind not in {"exclusiveGateway", "parallelGateway", "eventBasedGateway"} and leaving > 1:
            raise self.reader.refuse(node, "more than one flow leads on; draw a gateway")
        if kind == "parallelGateway" and (entering != 1 or leaving < 2):
            raise self.reader.refuse(node, "a parallel gateway must split one flow; a join is not supported")
        if kind != "exclusiveGateway" and node.get("default"):
            raise self.reader.refuse(node, "only an exclusive gateway may have a default flow")

    def exclusive(self, identifier: str, node: etree._Element) -> None:
        """A choice has conditions, and a default flow without one."""
        leaving = self.outgoing[identifier]
        default = node.get("default")
        if len(leaving) > 1 and default not in [flow.get("id") for flow in leaving]:
            raise self.reader.refuse(node, "the gateway has no default flow")
        for flow in leaving:
            condition = flow.find(f"{BPMN}conditionExpression")
            if len(leaving) == 1 or flow.get("id") == default:
                if condition is not None:
                    raise self.reader.refuse(flow, "a default flow, or an only one, has no condition")
            elif condition is None:
                raise self.reader.refuse(flow, "the flow has no condition")
            else:
                self.reader.expression(flow, "condition", condition.text)

    def event_based(self, identifier: str, node: etree._Element) -> None:
        """Events that can be told apart: different messages, and one timer at most."""
        targets = [flow.get("targetRef", "") for flow in self.outgoing[identifier]]
        seen: set[str] = set()
        for target in targets:
            caught = self.nodes[target]
            if self.kind(target) not in {"intermediateCatchEvent", "receiveTask"} or self.boundary[target]:
                message = "only catch events, and receive tasks without boundary events, may follow"
                raise self.reader.refuse(node, message)
            definition = caught.find(f"{BPMN}messageEventDefinition")
            holder = caught if self.kind(target) == "receiveTask" else definition
            waits_for = "timer" if holder is None else f"message {holder.get('messageRef')}"
            if waits_for in seen:
                raise self.reader.refuse(node, f"two events wait for the same {waits_for}")
            seen.add(waits_for)
        if len(targets) < 2:
            raise self.reader.refuse(node, "an event-based gateway must have two events or more")

    def reachable(self) -> None:
        """Every element can be reached from the start."""
        todo = [identifier for identifier in self.nodes if self.kind(identifier) == "startEvent"]
        seen = set(todo)
        while todo:
            here = todo.pop()
            after = [flow.get("targetRef", "") for flow in self.outgoing[here]] + self.boundary[here]
            todo += [identifier for identifier in after if identifier not in seen]
            seen.update(after)
        for identifier, node in self.nodes.items():
            if identifier not in seen:
                raise self.reader.refuse(node, "the element cannot be reached from the start")
