"""The guidelines have what the application reads from them, and one of them is the default."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sip_workflow.checks.contract import ERROR, Deployment, Finding

REQUIRED = ("vastra_gotaland", "stockholm", "ostergotland", "vastmanland")
"""The guidelines that cases may be started with, through the API and on the pages."""

_FILE = "processes/guidelines.json"


def guideline_complete(*, deployment: Deployment) -> Iterator[Finding]:
    """A finding for each guideline or key that is missing, or that can't be read as it stands."""
    guidelines = deployment.bundle.guidelines
    for missing in REQUIRED:
        if missing not in guidelines:
            yield _finding(missing, f"Riktlinjen {missing} saknas.", "Lägg till den, ärenden kan välja den.")
    for guideline, choices in guidelines.items():
        for key, (holds, said) in READ.items():
            value: Any = choices
            for step in key.split("."):
                value = value.get(step) if isinstance(value, Mapping) else None
            if not holds(value):
                yield _finding(
                    guideline, f"{key} ska vara {said}.", "Lägg till eller rätta valet; programmet läser det."
                )
    defaults = [name for name, choices in guidelines.items() if choices.get("default") is True]
    if len(defaults) != 1:
        yield _finding(
            "", f"En riktlinje ska ha default: true. Nu har {len(defaults)} det.", "Välj en enda riktlinje."
        )


def _finding(guideline: str, message: str, advice: str) -> Finding:
    return Finding(
        rule="guideline_complete",
        severity=ERROR,
        file=_FILE,
        element=guideline,
        message=message,
        help=advice,
    )


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _some_texts(value: Any) -> bool:
    return _texts(value) and bool(value)


def _attempts(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _truth(value: Any) -> bool:
    return isinstance(value, bool)


def _phases(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(phase, Mapping) and isinstance(phase.get("name"), str) and _texts(phase.get("tasks"))
        for phase in value
    )


READ: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "called_kinds": (_texts, "en lista med slag av enheter"),
    "consent_attempts": (_attempts, "ett heltal, minst 1"),
    "consent_forms": (_some_texts, "en lista med minst en samtyckesform"),
    "consultation": (_truth, "true eller false"),
    "invitation_document.signed_with_person": (_truth, "true eller false"),
    "phases": (_phases, "en lista med faser, var och en med name och tasks"),
}
"""What the application reads of a guideline: each key, a test of its value, and the value in words."""
