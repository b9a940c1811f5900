"""Runs all rules over a deployment's files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sip_workflow.checks import deadlines, forms, references
from sip_workflow.checks.contract import ERROR, Deployment, Finding, Rule
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
}
"""The built-in rules for deployments whose diagrams can be read."""


def check_files(*, files: Mapping[str, bytes], engine: Engine, operations: frozenset[str]) -> list[Finding]:
    """Everything to mend in the files, errors first. Raises ``PluginError`` for a rule that is none."""
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
        found = list(runs(deployment=deployment))
        # A diagram that the engine refuses is not looked into further.
        if not found:
            found = [finding for rule in _rules() for finding in rule(deployment=deployment)]
    return sorted(found, key=lambda finding: (finding.severity != ERROR, finding.file, finding.element))


def _rules() -> Iterator[Rule]:
    yield from BUILT_IN.values()
    for plugin in installed(group=CHECKS):
        if not isinstance(plugin.value, Rule):
            raise PluginError(group=CHECKS, name=plugin.name, reason="den går inte att anropa")
        yield plugin.value
