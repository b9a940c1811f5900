"""Reads a diagram for rules: elements and their names, without running it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from sip_workflow.domain.definitions import Bundle
from sip_workflow.engine.dialect import BPMN, SPIFF
from sip_workflow.engine.xml import read

_SCHEMA = ".schema.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagram:
    """A process's file and its root."""

    file: str
    root: etree._Element

    def elements(self, *tags: str) -> Iterator[etree._Element]:
        """The BPMN elements with one of these tags, in the file's order."""
        return self.root.iter(*(BPMN + tag for tag in tags))


def diagrams(bundle: Bundle) -> list[Diagram]:
    """All diagrams of a deployment that the engine could load."""
    return [
        Diagram(file=f"processes/{process_id}/{process_id}.bpmn", root=read(file=process_id, source=source))
        for process_id, source in bundle.processes.items()
    ]


def properties(element: etree._Element) -> dict[str, str]:
    """The element's own properties (``spiffworkflow:properties``)."""
    found = element.iterfind(f"{BPMN}extensionElements/{SPIFF}properties/{SPIFF}property")
    return {item.get("name", ""): item.get("value", "") for item in found}


def form_key(task: etree._Element) -> str:
    """The key of a user task's form: named in the diagram, else the task's id."""
    named = properties(task).get("formJsonSchemaFilename")
    return (named or task.get("id") or "").removesuffix(_SCHEMA)


def operation_name(task: etree._Element) -> str:
    """The operation that a service task asks for."""
    operator = task.find(f"{BPMN}extensionElements/{SPIFF}serviceTaskOperator")
    return operator.get("id", "") if operator is not None else ""


def expressions(diagram: Diagram) -> Iterator[tuple[str, str]]:
    """Every text of a timer, with the id of the event it stands in."""
    for event in diagram.elements("boundaryEvent", "intermediateCatchEvent"):
        for timer in event.iter(BPMN + "timeDate"):
            yield event.get("id", ""), timer.text or ""
