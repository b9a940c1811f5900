"""Runs all rules over a deployment's files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from sip_workflow.checks import deadlines, forms, guidelines, references
from sip_workflow.checks.contract import ERROR, WARNING, Deployment, Finding, Rule
from sip_workflow.checks.runs import runs
from sip_workflow.definitions import build_bundle, file_errors
from sip_workflow.engine import Engine
from sip_workflow.plugins import CHECKS, PluginError, installed

BUILT_IN: Mapping[str, Rule] = {
    "form_exists": references.form_exists,
    "form_used": references.form_used,
    "operation_exists": references.operation_exists,
    "message_known": references.message_known,
    "lane_known": references.lane_known,
    "deadline_known": deadlines.deadline_known,
    "form_holds": forms.form_holds,
    "guideline_complete": guidelines.guideline_complete,
}
"""The built-in rules for deployments whose diagrams can be read."""

MOST_FINDINGS = 200


def check_files(*, files: Mapping[str, bytes], engine: Engine, operations: frozenset[str]) -> list[Finding]:
    """Everything to mend in the files, errors first, at most ``MOST_FINDINGS``.

    Whatever the files hold it answers: what a rule trips over becomes a finding that names the rule.
    Raises ``PluginError`` for an installed rule that is none.
    """
    found = [
        Finding(
            rule="file",
            severity=ERROR,
            file=error.file,
            element="",
            message=error.message,
            help="Rätta filen och granska igen.",
        )
        for error in file_errors(files=files)
    ]
    if not found:
        deployment = Deployment(bundle=build_bundle(files=files), engine=engine, operations=operations)
        found = _followed("runs", runs, deployment)
        # A diagram that the engine refuses is not looked into further.
        if not found:
            found = [finding for name, rule in _rules() for finding in _followed(name, rule, deployment)]
    found.sort(key=lambda finding: (finding.severity != ERROR, finding.file, finding.element))
    return _cut(found)


def _followed(name: str, rule: Rule, deployment: Deployment) -> list[Finding]:
    """What the rule found, up to the most that is told; a fault in the middle is one finding more."""
    found: list[Finding] = []
    try:
        for finding in islice(rule(deployment=deployment), MOST_FINDINGS + 1):
            if not isinstance(finding, Finding):
                raise TypeError(name)
            found.append(finding)
    except Exception as error:  # whatever a rule trips over is something that the files should not have
        found.append(
            Finding(
                rule=name,
                severity=ERROR,
                file="",
                element="",
                message=f"Regeln {name} gick inte att pröva ({type(error).__name__}).",
                help="Något i filerna har en form som regeln inte väntar sig. Jämför med de som följer med.",
            )
        )
    return found


def _cut(found: list[Finding]) -> list[Finding]:
    if len(found) <= MOST_FINDINGS:
        return found
    told, rest = found[: MOST_FINDINGS - 1], found[MOST_FINDINGS - 1 :]
    more = Finding(
        rule="check",
        # Sorted: when an error is left out, the first that is left out is one.
        severity=ERROR if rest[0].severity == ERROR else WARNING,
        file="",
        element="",
        message="Det finns mer att rätta än vad som får plats här.",
        help="Rätta det som står här och granska igen.",
    )
    return [*told, more]


def _rules() -> Iterator[tuple[str, Rule]]:
    yield from BUILT_IN.items()
    for plugin in installed(group=CHECKS):
        if not isinstance(plugin.value, Rule):
            raise PluginError(group=CHECKS, name=plugin.name, reason="den går inte att anropa")
        yield plugin.name, plugin.value
