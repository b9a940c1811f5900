"""Whether the engine can run it: every diagram and every table, each by itself, then all together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sip_workflow.checks.contract import ERROR, Deployment, Finding
from sip_workflow.domain.definitions import Bundle
from sip_workflow.engine import DefinitionError

_HELP = "Öppna filen i diagramverktyget och rätta elementet."


def runs(*, deployment: Deployment) -> Iterator[Finding]:
    """A finding for each file that the engine refuses."""
    found = False
    for part in _parts(deployment.bundle):
        for finding in _refusal(deployment, part):
            found = True
            yield finding
    if not found:
        # Two processes that start on one message are each right alone.
        yield from _refusal(deployment, deployment.bundle)


def _parts(bundle: Bundle) -> Iterator[Bundle]:
    for process_id, source in bundle.processes.items():
        yield replace(bundle, processes={process_id: source}, decisions={})
    for decision_id, source in bundle.decisions.items():
        yield replace(bundle, processes={}, decisions={decision_id: source})


def _refusal(deployment: Deployment, part: Bundle) -> Iterator[Finding]:
    try:
        deployment.engine.load(part)
    except DefinitionError as error:
        yield Finding(
            rule="runs",
            severity=ERROR,
            file=_file(deployment.bundle, error.file),
            element=error.element,
            message=f"Det går inte att köra: {error.message}",
            help=_HELP,
        )


def _file(bundle: Bundle, name: str) -> str:
    if name in bundle.processes:
        return f"processes/{name}/{name}.bpmn"
    return f"processes/decisions/{name}.dmn"
