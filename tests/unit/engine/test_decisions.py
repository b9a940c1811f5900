"""Decision tables: rows in the order of the table, cells on the allow-list."""

from __future__ import annotations

from html import escape
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest

from sip_workflow.domain.definitions import Bundle
from sip_workflow.engine import DefinitionError, Engine, StepFailed, decisions

ENGINE = Engine()
SHIPPED = {
    path.stem: path.read_bytes() for path in (Path(__file__).parents[3] / "processes/decisions").glob("*.dmn")
}
ROWS = [
    # kind, guideline, days | amount, unit, urgent
    ('"asked"', '"vg"', "", "2", '"days"', "true"),
    ('"asked"', "-", "", "-5", '"working_days"', "false"),
    ('"asked"', "", "> 3", "1.5", '"hours"', "True"),
    ('"held"', "", "1 < ? and ? < 4", "days", '"days"', ""),
    ('in ["held", "missed"]', "", "", "0", "null", "False"),
]


def cell(number: int, column: int, text: str) -> str:
    inner = f"<text>{escape(text)}</text>"
    kind = "inputEntry" if column < 3 else "outputEntry"
    return f'<{kind} id="cell_{number}_{column}">{inner}</{kind}>'


def table(rows: list[tuple[str, ...]], *, policy: str = "COLLECT", identifier: str = "t") -> bytes:
    names = ["kind", "guideline", "days", "amount", "unit", "urgent"]
    parts = [
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="sip">',
        f'<decision id="{identifier}" name="t"><decisionTable id="table" hitPolicy="{policy}">',
    ]
    for name in names[:3]:
        expression = f'<inputExpression id="e_{name}"><text>{name}</text></inputExpression>'
        parts.append(f'<input id="i_{name}" label="{name}">{expression}</input>')
    parts += [f'<output id="o_{name}" name="{name}"/>' for name in names[3:]]
    for number, row in enumerate(rows):
        cells = "".join(cell(number, column, text) for column, text in enumerate(row))
        parts.append(f'<rule id="rule_{number}">{cells}</rule>')
    return "".join([*parts, "</decisionTable></decision></definitions>"]).encode()


def bundle(**decisions: bytes) -> Bundle:
    return Bundle(hash="x", processes={}, decisions=decisions, forms={}, guidelines={}, messages={})


def decide(source: bytes, **inputs: Any) -> list[dict[str, Any]]:
    return ENGINE.decide(bundle=bundle(t=source), decision="t", inputs=inputs)


def test_every_row_that_matches_in_the_order_of_the_table() -> None:
    assert decide(table(ROWS), kind="asked", guideline="vg", days=4) == [
        {"amount": 2, "unit": "days", "urgent": True},
        {"amount": -5, "unit": "working_days", "urgent": False},
        {"amount": 1.5, "unit": "hours", "urgent": True},
    ]
    assert [row["amount"] for row in decide(table(ROWS), kind="asked", guideline="halland", days=3)] == [-5]
    assert decide(table(ROWS), kind="held", guideline="", days=2) == [
        {"amount": 2, "unit": "days", "urgent": None},
        {"amount": 0, "unit": None, "urgent": False},
    ]
    assert [row["amount"] for row in decide(table(ROWS), kind="missed", guideline="", days=9)] == [0]
    assert decide(table(ROWS), kind="nothing", guideline="vg", days=1) == []


def test_a_unique_table_gives_the_first_row() -> None:
    rows = decide(table(ROWS, policy="UNIQUE"), kind="asked", guideline="vg", days=4)
    assert [row["amount"] for row in rows] == [2]


def test_a_text_may_hold_anything() -> None:
    rows = [('"a, b? (c)"', "", "", "'it is a ? mark'", '"å"', "")]
    assert decide(table(rows), kind="a, b? (c)", guideline="", days=0)[0]["amount"] == "it is a ? mark"


CELLS = [
    "__import__('os').system('true')",
    "open('x')",
    "kind.upper()",
    "9**9",
    "[x for x in kind]",
    "f'{kind}'",
    "(",
    "lambda: 1",
    "nobody",
    "deadline('x').y",
    "deadline('x')",
    "x" * 600,
    "(" * 2000,
    "-" * 5000 + "1",
    '"a","b"',
    "'\\d'",
]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("column", [0, 1, 2, 3, 5])
def test_every_cell_is_checked_when_it_is_loaded(cell: str, column: int) -> None:
    row = list(ROWS[0])
    row[column] = cell
    with pytest.raises(DefinitionError) as refused:
        ENGINE.load(bundle(t=table([ROWS[0], tuple(row)])))
    assert refused.value.file == "t"


def test_the_faulty_cell_is_named() -> None:
    with pytest.raises(DefinitionError, match="put quotes around a text") as refused:
        ENGINE.load(bundle(t=table([("asked", "", "", "1", "1", "1")])))
    assert refused.value.element == "cell_0_0"


WRONG = {
    "another policy": table(ROWS, policy="FIRST"),
    "another id": table(ROWS, identifier="u"),
    "too few cells": table(ROWS).replace(
        b'<inputEntry id="cell_0_0"><text>&quot;asked&quot;</text></inputEntry>', b""
    ),
    "too many cells": table(ROWS).replace(
        b"</rule>", b'<outputEntry id="more"><text>1</text></outputEntry></rule>', 1
    ),
    "an input that is no name": table(ROWS).replace(b"<text>kind</text>", b"<text>kind.x</text>"),
    "an output without a name": table(ROWS).replace(b'name="amount"', b""),
    "two outputs of one name": table(ROWS).replace(b'name="amount"', b'name="unit"'),
    "two decisions": table(ROWS).replace(b"</definitions>", b'<decision id="u"/></definitions>'),
    "no table": table(ROWS).replace(b"decisionTable", b"literalExpression"),
    "no decision": b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>',
    "no DMN": b"<d/>",
    "an entity": b"<!DOCTYPE d [<!ENTITY x 'y'>]>" + table(ROWS),
    "a stranger in the table": table(ROWS).replace(b"</decisionTable>", b"<annotation/></decisionTable>"),
}


@pytest.mark.parametrize("what", sorted(WRONG))
def test_a_wrong_table_is_refused(what: str) -> None:
    assert WRONG[what] != table(ROWS)
    with pytest.raises(DefinitionError) as refused:
        ENGINE.load(bundle(t=WRONG[what]))
    assert refused.value.file == "t"


def test_an_input_that_is_not_given() -> None:
    with pytest.raises(StepFailed, match="t: the input days is missing"):
        decide(table(ROWS), kind="asked", guideline="vg")


def test_a_cell_that_cannot_be_answered_tells_no_data() -> None:
    with pytest.raises(StepFailed, match="TypeError") as failed:
        decide(table(ROWS), kind="asked", guideline="vg", days="19420317-9801")
    assert "19121212" not in str(failed.value)


def test_a_table_has_no_deadlines_to_ask_for() -> None:
    task = SimpleNamespace(data={}, task_spec=SimpleNamespace(name="t"))
    with pytest.raises(StepFailed, match="a table cannot ask for a deadline"):
        decisions._EXPRESSIONS.evaluate(task, "deadline('x')")


def test_an_error_inside_the_library_is_told_by_its_kind_only() -> None:
    with (
        patch.object(decisions._RULES, "evaluate", side_effect=RuntimeError("19420317-9801")),
        pytest.raises(StepFailed, match=r"\At: RuntimeError\Z"),
    ):
        decide(table(ROWS), kind="asked", guideline="vg", days=1)


def test_rows_are_the_callers_own() -> None:
    first = decide(table(ROWS), kind="asked", guideline="vg", days=1)
    first[0]["amount"] = "changed"
    assert decide(table(ROWS), kind="asked", guideline="vg", days=1)[0]["amount"] == 2


@pytest.mark.parametrize("decision", sorted(SHIPPED))
def test_the_shipped_tables_can_be_asked(decision: str) -> None:
    deployed = bundle(**SHIPPED)
    ENGINE.load(deployed)
    inputs = {"kind": "invitation_answered", "guideline": "none of them"}
    rows = ENGINE.decide(bundle=deployed, decision=decision, inputs=inputs)
    assert rows
    assert all("unit" in row for row in rows)
