"""The decision tables say what the deadline rules say, and the diagrams name nothing that the tables lack.

Deadlines and levels are written out here by hand, from the law and the product's rules, so
that a number changed by mistake is seen.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from sip_workflow.definitions import build_bundle, read_tree
from sip_workflow.domain.deadlines import rule_from_rows
from sip_workflow.domain.definitions import Bundle
from sip_workflow.domain.register import LANES
from sip_workflow.engine import Engine

PROCESSES = Path(__file__).parents[2] / "processes"
DIAGRAMS = sorted(PROCESSES.glob("*/*.bpmn"))
BPMN = {"bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL"}
DMN = {"dmn": "https://www.omg.org/spec/DMN/20191111/MODEL/"}
GUIDELINES = json.loads((PROCESSES / "guidelines.json").read_text(encoding="utf-8"))
MESSAGES = json.loads((PROCESSES / "messages.json").read_text(encoding="utf-8"))

# kind: how long, counted from what, when R(eminder), M(anager) and P(rocess owner) are told, and two signs.
# w = working days, d = days, h = hours; D = with a draft deviation;
# c = capped by the meeting, u = shortened by urgency.
RULES = {
    "admission_notice": ("24h", "admission", "", ""),
    "admission_acknowledged": ("1w", "now", "R0w M1w", ""),
    "care_contact_named": ("1w", "now", "R0w M1w P2w", ""),
    "planning_basis": ("48h", "now", "R0d M1d", ""),
    "planned_discharge_passed": ("0h", "planned_discharge", "R0d", ""),
    "invitation_after_ready": ("3d", "ready_notice", "R-1d M0d P1dD", ""),
    "municipality_pays_from": ("3d", "ready_notice", "", ""),
    "information_at_discharge": ("0d", "now", "R-1d M1d", ""),
    "need_assessed": ("5w", "now", "R0w M3w", ""),
    "consent_answered": ("10w", "need", "R0w M5w", "u"),
    "invitation_sent": ("5w", "consent", "R0w M5w P10w", "u"),
    "invitation_notice": ("-10w", "meeting", "", ""),
    "invitation_acknowledged": ("1w", "invitation_sent", "R0w M1w P3w", "cu"),
    "invitation_delegated": ("2w", "now", "R0w M2w P4w", "cu"),
    "invitation_answered": ("5w", "invitation_sent", "R0w M2w P4w", "cu"),
    "mandate_obtained": ("-1w", "meeting", "R-2w M0w", ""),
    "meeting_reminder": ("-2w", "meeting", "", ""),
    "meeting_held": ("21d", "need", "R0d M5d P10d", "u"),
    "missed_participation": ("0h", "meeting_held", "M0d P5dD", ""),
    "plan_written": ("5w", "meeting_held", "R0w M5w", ""),
    "plan_approved": ("10w", "now", "R0w M5w P10w", ""),
    "responsibility_answered": ("3w", "now", "R0w M2w P5w", ""),
    "follow_up_called": ("-21d", "follow_up", "R0d M5d", ""),
    "follow_up_held": ("0d", "follow_up", "R0d M5w P10wD", ""),
    "consent_ends": ("-30d", "consent_valid_to", "R0d M29d", ""),
    "closing_recorded": ("10w", "now", "R0w M5w P10w", ""),
    "overdue_task": ("5w", "now", "R0w M5w", ""),
    "escalation_handled": ("3w", "now", "P0w", ""),
}
LAW = {
    "admission_notice": "2017:612 2 kap. 3 §",
    "care_contact_named": "2017:612 2 kap. 5 §",
    "planned_discharge_passed": "2017:612 2 kap. 4 §",
    "invitation_after_ready": "2017:612 4 kap. 3 §",
    "municipality_pays_from": "2017:612 5 kap. 4 §",
    "information_at_discharge": "2017:612 3 kap. 2 och 3 §§",
}
ESCALATION_KINDS = {
    "overdue_invitation", "undelegated_invitation", "missed_follow_up", "unacknowledged_invitation",
    "unanswered_invitation", "unapproved_plan", "missed_participation", "late_meeting", "unassigned_need",
    "missing_care_contact", "unacknowledged_admission", "unanswered_responsibility", "unrecorded_closing",
    "overdue_task",
}  # fmt: skip
LEVELS = {"R": "reminder", "M": "manager", "P": "process_owner"}
LEVEL = ("days", "unit", "deviation")
TOLD_AT = {("information_at_discharge", "reminder"): "15:00"}
NOT_USED = " Används inte än."
IN_THE_PROGRAM = {"admission_notice", "municipality_pays_from", "invitation_notice"}
"""Kinds that the program shows or warns by, and that no diagram waits for."""
UNITS = {"w": "working_days", "d": "days", "h": "hours"}
_NAMED_DEADLINE = re.compile(r"deadline\('(\w+)'(?:, '(\w+)')?\)")
NOT_DRAWN_YET = {"need_reported", "consent_changed"}
"""Messages that people may send, and that no diagram of the first build waits for."""


def rows(decision: str) -> list[dict[str, Any]]:
    """The rows of a table, in its order: the values of all columns, and the row's note."""
    root = etree.parse(PROCESSES / "decisions" / f"{decision}.dmn").getroot()
    columns = [node.text for node in root.iterfind(".//dmn:inputExpression/dmn:text", DMN)]
    columns += [node.get("name") for node in root.iterfind(".//dmn:output", DMN)]
    table = []
    for rule in root.iterfind(".//dmn:rule", DMN):
        entries = [*rule.iterfind("dmn:inputEntry", DMN), *rule.iterfind("dmn:outputEntry", DMN)]
        cells = [entry.findtext("dmn:text", None, DMN) for entry in entries]
        values = [ast.literal_eval(cell) if cell else None for cell in cells]
        note = rule.findtext("dmn:description", "", DMN)
        table.append(dict(zip(columns, values, strict=True)) | {"note": note})
    return table


def matching(decision: str, *, kind: str, guideline: str) -> list[dict[str, Any]]:
    return [row for row in rows(decision) if row["kind"] == kind and row["guideline"] in (None, guideline)]


def diagram_elements(tag: str) -> Iterator[tuple[str, etree._Element]]:
    for path in DIAGRAMS:
        for element in etree.parse(path).getroot().iter(f"{{{BPMN['bpmn']}}}{tag}"):
            yield path.stem, element


def short(rule: Mapping[str, Any]) -> str:
    unit = next(sign for sign, name in UNITS.items() if name == rule["unit"])
    return f"{rule['amount']}{unit}"


def short_level(row: Mapping[str, Any]) -> str:
    letter = next(letter for letter, name in LEVELS.items() if name == row["level"])
    unit = next(sign for sign, name in UNITS.items() if name == row["unit"])
    return f"{letter}{row['days']}{unit}{'D' if row['deviation'] else ''}"


def test_every_kind_of_deadline_is_in_the_table_and_no_other() -> None:
    assert {row["kind"] for row in rows("deadlines")} == set(RULES)
    assert {row["kind"] for row in rows("escalation_levels")} == {
        kind for kind, rule in RULES.items() if rule[2]
    }


@pytest.fixture(scope="module")
def shipped() -> Bundle:
    return build_bundle(files=read_tree(folder=PROCESSES.parent))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@pytest.mark.parametrize("guideline", [*sorted(GUIDELINES), "of_nobody"])
@pytest.mark.parametrize("kind", RULES)
def test_the_tables_that_are_shipped_decide_what_the_rules_say(
    shipped: Bundle, engine: Engine, kind: str, guideline: str
) -> None:
    """As the product asks them: through the engine, into the rule that deadlines are counted by."""
    inputs = {"kind": kind, "guideline": guideline}
    rule = rule_from_rows(
        kind,
        engine.decide(bundle=shipped, decision="deadlines", inputs=inputs),
        engine.decide(bundle=shipped, decision="escalation_levels", inputs=inputs),
    )
    amount, counted_from, levels, signs = RULES[kind]

    assert short({"amount": rule.amount, "unit": rule.unit}) == amount
    assert rule.counted_from == counted_from
    assert (rule.capped_by_meeting, rule.shortened_by_urgency) == ("c" in signs, "u" in signs)
    assert not rule.moved_from_holiday
    assert rule.source.startswith(LAW.get(kind, ""))
    assert kind in LAW or "lokal" in rule.source
    told = [{"level": each.name} | {name: getattr(each, name) for name in LEVEL} for each in rule.levels]
    assert " ".join(short_level(row) for row in told) == levels
    at = {each.name: each.at.isoformat("minutes") for each in rule.levels}
    assert at == {name: TOLD_AT.get((kind, name), "08:00") for name in at}


@pytest.mark.parametrize("guideline", sorted(GUIDELINES))
@pytest.mark.parametrize("kind", RULES)
def test_the_numbers_and_the_levels_are_right(kind: str, guideline: str) -> None:
    amount, counted_from, levels, signs = RULES[kind]
    first = matching("deadlines", kind=kind, guideline=guideline)[0]

    assert short(first) == amount
    assert first["counted_from"] == counted_from
    assert first["capped_by_meeting"] is ("c" in signs)
    assert first["shortened_by_urgency"] is ("u" in signs)
    # Lag (1930:173) 2 § allows a later day; earlier is never wrong.
    assert first["moved_from_holiday"] is False
    told = matching("escalation_levels", kind=kind, guideline=guideline)
    assert " ".join(short_level(row) for row in told) == levels


def test_levels_are_told_in_the_morning_but_for_the_last_hours_of_the_discharge_day() -> None:
    at = {(row["kind"], row["level"]): row["at"] for row in rows("escalation_levels")}

    assert at.pop(("information_at_discharge", "reminder")) == "15:00"
    assert set(at.values()) == {"08:00"}


def test_the_law_is_named_by_its_paragraph_and_everything_else_is_called_local() -> None:
    for row in rows("deadlines"):
        if row["kind"] in LAW:
            assert row["source"].startswith(LAW[row["kind"]])
        else:
            assert "lokal" in row["source"]
            assert "2017:612" not in row["source"]


@pytest.mark.parametrize("decision", ["deadlines", "escalation_levels"])
def test_every_row_says_what_it_means(decision: str) -> None:
    notes = [row["note"] for row in rows(decision)]

    assert all(note.endswith(".") and ("Lokalt" in note or "Källa:" in note) for note in notes)
    assert len(set(notes)) == len(notes)


@pytest.mark.parametrize("kind", RULES)
def test_the_rows_make_a_rule_that_can_be_counted(kind: str) -> None:
    rule = rule_from_rows(
        kind=kind,
        deadline_rows=matching("deadlines", kind=kind, guideline="vastra_gotaland"),
        level_rows=matching("escalation_levels", kind=kind, guideline="vastra_gotaland"),
    )

    assert [level.name for level in rule.levels] == [LEVELS[part[0]] for part in RULES[kind][2].split()]


def test_a_row_that_nothing_counts_with_says_so() -> None:
    """A task's own levels are told whether or not they are drawn; of a timer only those that are drawn."""
    drawn = {
        found
        for path in DIAGRAMS
        for found in _NAMED_DEADLINE.findall(path.read_text(encoding="utf-8").replace("&#39;", "'"))
    }
    of_tasks = {"overdue_task"} | {
        node.get("value")
        for _, task in diagram_elements("userTask")
        for node in task.iter("{*}property")
        if node.get("name") == "deadline"
    }
    used = of_tasks | {kind for kind, _ in drawn} | IN_THE_PROGRAM
    idle = {row["kind"] for row in rows("deadlines") if row["note"].endswith(NOT_USED)}
    assert idle == set(RULES) - used
    for row in rows("escalation_levels"):
        told = row["kind"] in of_tasks or (row["kind"], row["level"]) in drawn
        assert row["note"].endswith(NOT_USED) is not told, row


@pytest.mark.parametrize("decision", ["deadlines", "escalation_levels"])
@pytest.mark.parametrize("guideline", sorted(GUIDELINES))
def test_the_engine_reads_the_rows_that_stand_there(shipped: Bundle, decision: str, guideline: str) -> None:
    engine = Engine()
    inputs = {"kind", "guideline", "note"}
    for kind in [*RULES, "nobody_knows"]:
        found = engine.decide(
            bundle=shipped, decision=decision, inputs={"kind": kind, "guideline": guideline}
        )
        written = matching(decision, kind=kind, guideline=guideline)
        assert found == [{key: row[key] for key in row if key not in inputs} for row in written]


def test_every_deadline_that_a_diagram_names_has_a_row_and_its_level() -> None:
    known = {(row["kind"], row["level"]) for row in rows("escalation_levels")}
    named = [
        (process, *found)
        for path in DIAGRAMS
        for process, text in [(path.stem, path.read_text(encoding="utf-8").replace("&#39;", "'"))]
        for found in _NAMED_DEADLINE.findall(text)
    ]

    assert [each for each in named if each[1] not in RULES] == []
    assert [each for each in named if each[2] and each[1:] not in known] == []
    assert len(named) > 20


def test_a_task_names_at_most_one_deadline_that_the_table_knows() -> None:
    """A task without one is an ``overdue_task``."""
    drawn = {
        (process, task.get("id")): [
            node.get("value") for node in task.iter("{*}property") if node.get("name") == "deadline"
        ]
        for process, task in diagram_elements("userTask")
    }

    assert any(drawn.values())
    assert {task: kinds for task, kinds in drawn.items() if len(kinds) > 1 or set(kinds) - set(RULES)} == {}


def test_diagrams_and_catalogue_name_the_same_messages() -> None:
    drawn = {message.get("name") for _, message in diagram_elements("message")}

    assert drawn - set(MESSAGES) == set()
    assert set(MESSAGES) - drawn == NOT_DRAWN_YET


def test_every_lane_is_a_role() -> None:
    names = {lane.get("name") for _, lane in diagram_elements("lane")}

    assert names <= set(LANES)
    assert {"Samordnare", "Mottagande funktion", "Chef"} <= names


def test_every_user_task_stands_in_a_lane() -> None:
    lanes = {
        (process, ref.text): lane.get("name")
        for process, lane in diagram_elements("lane")
        for ref in lane.iterfind("bpmn:flowNodeRef", BPMN)
    }

    assert [
        (process, task.get("id"))
        for process, task in diagram_elements("userTask")
        if lanes.get((process, task.get("id"))) not in LANES
    ] == []


def test_every_escalation_tells_a_known_kind_at_a_known_level() -> None:
    codes = {(process, element.get("escalationCode")) for process, element in diagram_elements("escalation")}

    assert len(codes) > 15
    for process, code in codes:
        kind, _, level = code.partition(".")
        assert (process, kind in ESCALATION_KINDS, level in LEVELS.values()) == (process, True, True), code


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_a_timer_leads_to_the_escalation_of_its_own_level(path: Path) -> None:
    """The level that the timer counts to is the level that is told."""
    root = etree.parse(path).getroot()
    elements = {element.get("id"): element for element in root.iter() if element.get("id")}
    flows = root.iterfind(".//bpmn:sequenceFlow", BPMN)
    follows = {flow.get("sourceRef"): flow.get("targetRef") for flow in flows}
    for boundary in root.iterfind(".//bpmn:boundaryEvent", BPMN):
        _, level = _NAMED_DEADLINE.findall(boundary.findtext(".//bpmn:timeDate", "", BPMN))[0]
        step = boundary
        while (reached := step.find("bpmn:escalationEventDefinition", BPMN)) is None:
            step = elements[follows[step.get("id")]]
        code = elements[reached.get("escalationRef")].get("escalationCode")
        assert code.rpartition(".")[2] == level, boundary.get("id")
