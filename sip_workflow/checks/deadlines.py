"""Every deadline that a diagram names has a row in the tables, under every guideline."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sip_workflow.checks.contract import ERROR, Deployment, Finding
from sip_workflow.checks.diagrams import Diagram, diagrams, expressions, properties
from sip_workflow.domain.deadlines import InvalidDeadline, rule_from_rows
from sip_workflow.engine import DefinitionError, StepFailed

TABLES = ("deadlines", "escalation_levels")
"""The decision tables that deadlines are counted from."""

_CALL = re.compile(r"""deadline\(\s*(['"])(?P<kind>\w+)\1\s*(?:,\s*(['"])(?P<level>\w+)\3\s*)?\)""")


def deadline_known(*, deployment: Deployment) -> Iterator[Finding]:
    """A finding for each kind or level that a table lacks, and for each rule that can't be read."""
    missing = [table for table in TABLES if table not in deployment.bundle.decisions]
    for table in missing:
        yield _in_table(table, "", "Tabellen saknas.", "Lägg till den; alla frister räknas ur den.")
    if missing:
        return
    known = {
        guideline: _Known(deployment=deployment, guideline=guideline)
        for guideline in deployment.bundle.guidelines
    }
    for diagram in diagrams(deployment.bundle):
        for element, kind, level in _named(diagram):
            for guideline, tables in known.items():
                lacking = tables.lacks(kind=kind, level=level)
                if lacking:
                    yield Finding(
                        rule="deadline_known",
                        severity=ERROR,
                        file=diagram.file,
                        element=element,
                        message=f"{lacking} saknas för riktlinjen {guideline}.",
                        help="Lägg till en rad i processes/decisions, eller rätta namnet i diagrammet.",
                    )
    for tables in known.values():
        yield from tables.faults


def _in_table(table: str, element: str, message: str, advice: str) -> Finding:
    return Finding(
        rule="deadline_known",
        severity=ERROR,
        file=f"processes/decisions/{table}.dmn",
        element=element,
        message=message,
        help=advice,
    )


def _named(diagram: Diagram) -> Iterator[tuple[str, str, str | None]]:
    """(element, kind, level) for every deadline that is named on a task or in a timer."""
    for task in diagram.elements("userTask"):
        kind = properties(task).get("deadline")
        if kind:
            yield task.get("id", ""), kind, None
    for element, text in expressions(diagram):
        for match in _CALL.finditer(text):
            yield element, match["kind"], match["level"]


class _Known:
    """What the tables hold for one guideline; each kind is looked up once."""

    def __init__(self, *, deployment: Deployment, guideline: str) -> None:
        self._deployment, self._guideline = deployment, guideline
        self._levels: dict[str, set[str] | None] = {}
        self._unread: set[str] = set()
        self.faults: list[Finding] = []

    def lacks(self, *, kind: str, level: str | None) -> str | None:
        """What is missing, in Swedish, or None."""
        if kind in self._unread:
            return None
        if kind not in self._levels:
            try:
                self._levels[kind] = self._look_up(kind)
            except (DefinitionError, StepFailed, InvalidDeadline, ArithmeticError, TypeError) as error:
                self._unread.add(kind)
                self.faults.append(self._fault(kind, error))
                return None
        levels = self._levels[kind]
        if levels is None:
            return f"Fristen {kind!r}"
        if level is not None and level not in levels:
            return f"Nivån {level!r} för fristen {kind!r}"
        return None

    def _fault(self, kind: str, error: Exception) -> Finding:
        return _in_table(
            TABLES[0],
            kind,
            f"Fristen {kind!r} går inte att räkna för riktlinjen {self._guideline}: {error}.",
            "Skriv hela tal, kända enheter och klockslag i tabellerna deadlines och escalation_levels.",
        )

    def _look_up(self, kind: str) -> set[str] | None:
        engine, bundle = self._deployment.engine, self._deployment.bundle
        asked = {"kind": kind, "guideline": self._guideline}
        rows = engine.decide(bundle=bundle, decision=TABLES[0], inputs=asked)
        if not rows:
            return None
        levels = engine.decide(bundle=bundle, decision=TABLES[1], inputs=asked)
        rule = rule_from_rows(kind=kind, deadline_rows=rows, level_rows=levels)
        return {level.name for level in rule.levels}
