"""Names in diagrams point at something: forms, operations, messages, lanes."""

from __future__ import annotations

from collections.abc import Iterator

from sip_workflow.checks.contract import ERROR, WARNING, Deployment, Finding
from sip_workflow.checks.diagrams import diagrams, form_key, operation_name
from sip_workflow.domain.register import LANES

START_FORMS = frozenset({"admission_notice"})
"""Forms that people fill in to start something, so that no task names them."""


def form_exists(*, deployment: Deployment) -> Iterator[Finding]:
    """Every user task has a form."""
    for diagram in diagrams(deployment.bundle):
        for task in diagram.elements("userTask"):
            key = form_key(task)
            if key not in deployment.bundle.forms:
                yield Finding(
                    rule="form_exists",
                    severity=ERROR,
                    file=diagram.file,
                    element=task.get("id", ""),
                    message=f"Uppgiften har formuläret {key!r}, som inte finns.",
                    help="Lägg till formulärets två filer i forms, eller välj ett annat formulär.",
                )


def form_used(*, deployment: Deployment) -> Iterator[Finding]:
    """Every form belongs to a user task or starts something."""
    used = {
        form_key(task) for diagram in diagrams(deployment.bundle) for task in diagram.elements("userTask")
    }
    for key in sorted(set(deployment.bundle.forms) - used - START_FORMS):
        yield Finding(
            rule="form_used",
            severity=WARNING,
            file=f"forms/{key}.schema.json",
            element="",
            message="Ingen uppgift har det här formuläret.",
            help="Ta bort formuläret eller knyt det till en uppgift.",
        )


def operation_exists(*, deployment: Deployment) -> Iterator[Finding]:
    """Every service task asks for an operation that the application has."""
    for diagram in diagrams(deployment.bundle):
        for task in diagram.elements("serviceTask"):
            name = operation_name(task)
            if name not in deployment.operations:
                yield Finding(
                    rule="operation_exists",
                    severity=ERROR,
                    file=diagram.file,
                    element=task.get("id", ""),
                    message=f"Steget ska göra {name!r}, som inte finns.",
                    help=f"Välj bland: {', '.join(sorted(deployment.operations))}.",
                )


def message_known(*, deployment: Deployment) -> Iterator[Finding]:
    """Every message stands in the catalogue, so that it is known how it is routed."""
    for diagram in diagrams(deployment.bundle):
        for message in diagram.elements("message"):
            name = message.get("name", "")
            if name not in deployment.bundle.messages:
                yield Finding(
                    rule="message_known",
                    severity=ERROR,
                    file=diagram.file,
                    element=message.get("id", ""),
                    message=f"Meddelandet {name!r} finns inte i processes/messages.json.",
                    help="Lägg till det där, eller rätta namnet i diagrammet.",
                )


def lane_known(*, deployment: Deployment) -> Iterator[Finding]:
    """Every lane stands for a role, so that somebody gets its tasks."""
    for diagram in diagrams(deployment.bundle):
        for lane in diagram.elements("lane"):
            name = lane.get("name", "")
            if name not in LANES:
                yield Finding(
                    rule="lane_known",
                    severity=ERROR,
                    file=diagram.file,
                    element=lane.get("id", ""),
                    message=f"Banan {name!r} är ingen roll, så ingen får dess uppgifter.",
                    help=f"Välj bland: {', '.join(LANES)}.",
                )
