"""Decision tables (DMN) through SpiffWorkflow's own reader and rules.

Hit policy COLLECT gives every row that matches, in the order of the table, UNIQUE the first
one. Cells are expressions of the allow-list over the inputs; an empty input cell (or "-")
matches anything, an empty output cell is None; ``true``, ``false`` and ``null`` may be
written as DMN editors write them. All cells are checked when the table is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
from SpiffWorkflow.dmn.specs.model import HitPolicy
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser

from sip_workflow.engine import xml
from sip_workflow.engine.errors import DefinitionError, StepFailed
from sip_workflow.engine.events import plain
from sip_workflow.engine.expressions import MAX_CHARACTERS, ExpressionError, compiled
from sip_workflow.engine.tokens import Expressions

WORDS = {"true": "True", "false": "False", "null": "None"}
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A table that can be asked; ``inputs`` are the names that it reads."""

    decision_id: str
    table: Any
    inputs: tuple[str, ...]


def _no_deadlines(kind: str, level: str | None) -> Any:
    raise ExpressionError("a table cannot ask for a deadline")


_EXPRESSIONS = Expressions(_no_deadlines)
_RULES = DMNEngine(None)  # what it knows of a table is not asked for


def parse(*, decision_id: str, source: bytes) -> Decision:
    """Reads and checks a decision table.

    Raises:
        DefinitionError: it cannot be used as it is written.
    """
    root = xml.read(file=decision_id, source=source)
    for text in root.iter("{*}text"):
        # The library hands a cell to Python's parser before anyone has looked at it.
        if len(text.text or "") > MAX_CHARACTERS:
            message = f"a cell is longer than {MAX_CHARACTERS} characters"
            raise DefinitionError(file=decision_id, element="", message=message)
    try:
        parser = SpiffBpmnParser()
        parser.add_dmn_xml(root, decision_id)
        (found,) = parser.dmn_parsers.values()
        found.parse()
        tables = found.decision.decisionTables
        identifier = found.decision.id
    except ValidationException as error:
        raise DefinitionError(file=decision_id, element=error.id, message=str(error)) from None
    except Exception as error:  # whatever the library trips over is a fault of the table
        message = f"the table cannot be read: {type(error).__name__}: {error}"
        raise DefinitionError(file=decision_id, element="", message=message) from None
    if identifier != decision_id or len(tables) != 1:
        raise DefinitionError(
            file=decision_id, element="", message=f"one table of the id {decision_id} is needed"
        )
    _check(decision_id, tables[0])
    return Decision(
        decision_id=decision_id,
        table=tables[0],
        inputs=tuple(column.expression for column in tables[0].inputs),
    )


def decide(*, decision: Decision, inputs: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows that match, in the order of the table.

    Raises:
        StepFailed: an input is missing, or a cell cannot be answered with the inputs.
    """
    task = SimpleNamespace(
        data=dict(inputs),
        task_spec=SimpleNamespace(name=decision.decision_id, bpmn_name=decision.decision_id),
        workflow=SimpleNamespace(script_engine=_EXPRESSIONS),
    )
    missing = [name for name in decision.inputs if name not in task.data]
    if missing:
        raise StepFailed(element_id=decision.decision_id, reason=f"the input {missing[0]} is missing")
    rows = []
    try:
        for rule in decision.table.rules:
            if _matches(rule, task):
                rows.append(plain(dict(rule.output_as_dict(task))))
                if decision.table.hit_policy == HitPolicy.UNIQUE.value:
                    break
    except StepFailed:
        raise
    except Exception as error:
        raise StepFailed(element_id=decision.decision_id, reason=type(error).__name__) from None
    return rows


def _matches(rule: Any, task: Any) -> bool:
    # Not the library's own loop over a rule: it puts the data into the texts of its errors.
    return all(
        _RULES.evaluate(entry.input.expression, cell, task)
        for entry in rule.inputEntries
        for cell in entry.lhs
    )


def _check(file: str, table: Any) -> None:
    """Every column has a plain name, every cell is allowed, and the policy is one that we give."""
    if table.hit_policy not in {HitPolicy.COLLECT.value, HitPolicy.UNIQUE.value}:
        message = f"the hit policy {table.hit_policy} is not supported"
        raise DefinitionError(file=file, element=table.id, message=message)
    for column in table.inputs:
        column.expression = (column.expression or "").strip()
        if not NAME.match(column.expression):
            raise DefinitionError(file=file, element=column.id, message="the input is no plain name")
    names = [column.name for column in table.outputs]
    for column in table.outputs:
        if not NAME.match(column.name) or names.count(column.name) > 1:
            raise DefinitionError(
                file=file, element=column.id, message="the output has no plain name of its own"
            )
    allowed = frozenset(column.expression for column in table.inputs)
    for rule in table.rules:
        if len(rule.inputEntries) != len(table.inputs) or len(rule.outputEntries) != len(table.outputs):
            raise DefinitionError(
                file=file, element=rule.id, message="the row has not as many cells as columns"
            )
        for entry in rule.inputEntries:
            _input_cell(file, entry, allowed)
        for entry in rule.outputEntries:
            entry.text = _written(entry.text) or "None"
            _cell(file, entry.id, entry.text, allowed)


def _written(text: str | None) -> str:
    text = (text or "").strip()
    return WORDS.get(text, text)


def _input_cell(file: str, entry: Any, allowed: frozenset[str]) -> None:
    text = _written(entry.text)
    if text in {"", "-"}:
        entry.lhs = [None]
        return
    entry.lhs = [text]
    # The library puts a comparison around the cell, in one of these three ways.
    name = entry.input.expression
    if "?" in text:
        _cell(
            file,
            entry.id,
            re.sub(r"\?(?=(?:[^'\"]|['\"][^'\"]*['\"])*$)", "dmninputexpr", text),
            allowed | {"dmninputexpr"},
        )
        return
    try:
        compiled(text)
    except ExpressionError:
        entry.lhs = [f" {text}"]  # else "in" would grow together with the name before it
        _cell(file, entry.id, f"{name} {text}", allowed)
    else:
        _cell(file, entry.id, f"({name}) == ({text})", allowed)


def _cell(file: str, element: str, text: str, allowed: frozenset[str]) -> None:
    try:
        expression = compiled(text)
    except ExpressionError as error:
        raise DefinitionError(file=file, element=element, message=str(error)) from None
    if "deadline" in expression.calls:
        raise DefinitionError(file=file, element=element, message="a table cannot ask for a deadline")
    names = expression.names
    if names - allowed:
        message = f"{sorted(names - allowed)[0]!r} is no input of the table (put quotes around a text)"
        raise DefinitionError(file=file, element=element, message=message)
