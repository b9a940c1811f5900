"""The shipped forms, the facts they are tried with, and their examples."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sip_workflow.domain.definitions import Form
from sip_workflow.forms import Facts, Field, StandIns, examples, validate

FOLDER = Path(__file__).parents[3] / "forms"
STOCKHOLM = ZoneInfo("Europe/Stockholm")
STAND_INS = StandIns(
    now=datetime(2027, 3, 1, 9, 30, 15, tzinfo=UTC),
    zone=STOCKHOLM,
    me="ronja.ovning",
    colleague="idris.modell",
    unit="SE2120009901-1001",
    sister_unit="SE2120009901-1002",
    other_unit="SE2321009900-1001",
)
FACTS: tuple[Facts, ...] = (
    {},
    {"child": True, "consent_forms": ["written", "oral", "shown"], "called": True, "joint_closing": True},
    {"child": True, "consent_forms": ["written"], "invited": True, "mandate_pending": True},
    {"consultation": True, "signed_with_person": True, "short_notice": True, "called_missing": True},
)


def anyone(kind: str, value: str, pointer: str) -> str | None:
    """A register in which everything exists."""
    return None


@cache
def shipped() -> Mapping[str, Form]:
    """Every shipped form by key."""
    return {
        path.name.removesuffix(".schema.json"): Form(
            key=path.name.removesuffix(".schema.json"),
            schema=json.loads(path.read_text(encoding="utf-8")),
            ui=json.loads(path.with_name(path.name.replace(".schema.", ".ui.")).read_text(encoding="utf-8")),
        )
        for path in sorted(FOLDER.glob("*.schema.json"))
    }


def form(key: str) -> Form:
    """One shipped form."""
    return shipped()[key]


def valid_examples(key: str, facts: Facts) -> list[dict[str, Any]]:
    """The examples of a form that hold for the facts."""
    return examples(form=form(key), facts=facts, stand_ins=STAND_INS, refers=anyone)


@cache
def all_examples() -> tuple[tuple[str, int, dict[str, Any]], ...]:
    """(key, number of the facts in FACTS, answers) of every example that holds."""
    return tuple(
        (key, number, answers)
        for key in shipped()
        for number, facts in enumerate(FACTS)
        for answers in valid_examples(key, facts)
    )


def steps(pointer: str) -> list[str]:
    """A pointer's steps."""
    return [one.replace("~1", "/").replace("~0", "~") for one in pointer.split("/")[1:]]


def at(answers: Any, pointer: str) -> Any:
    """The value that a pointer leads to; KeyError or IndexError where there is none."""
    for one in steps(pointer):
        answers = answers[int(one)] if isinstance(answers, list) else answers[one]
    return answers


def put(answers: Any, pointer: str, value: Any) -> None:
    """Change the value that a pointer leads to."""
    *way, last = steps(pointer)
    for one in way:
        answers = answers[int(one)] if isinstance(answers, list) else answers[one]
    answers[int(last) if isinstance(answers, list) else last] = value


def remove(answers: Any, pointer: str) -> None:
    """Take away a field of an object."""
    *way, last = steps(pointer)
    for one in way:
        answers = answers[int(one)] if isinstance(answers, list) else answers[one]
    del answers[last]


def is_there(answers: Any, pointer: str) -> bool:
    """Whether a pointer leads to a value."""
    try:
        at(answers, pointer)
    except (KeyError, IndexError, TypeError):
        return False
    return True


def posted(fields: Iterator[Field] | list[Field]) -> dict[str, list[str]]:
    """What a browser posts of a page with these fields, hidden ones included."""
    flat: dict[str, list[str]] = {}
    for field in fields:
        if field.kind in ("group", "list"):
            continue
        values = field.values if field.kind == "checkboxes" else (field.value,)
        flat.setdefault(field.name, []).extend(values)
    return flat


def errors(key: str, answers: object, facts: Any = None) -> dict[str, str]:
    """The messages by pointer."""
    found = validate(form=form(key), answers=answers, facts=facts or {}, refers=anyone)
    return {error.pointer: error.message for error in found}
