"""What may not be drawn is refused when it is loaded, with the element and the reason."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from sip_workflow.engine import DefinitionError, Engine
from sip_workflow.engine.dialect import MAX_ELEMENTS
from tests.support.diagrams import bpmn, bundle, deployment
from tests.unit.engine import diagrams
from tests.unit.engine.test_branches import begun
from tests.unit.engine.wrong import BASE, GATEWAYS, SPIFF, WRONG


def refused(source: str) -> DefinitionError:
    with pytest.raises(DefinitionError) as error:
        Engine().load(deployment(p=source.encode()))
    assert error.value.file == "p"
    return error.value


def changed(old: str, new: str) -> str:
    assert BASE.count(old) == 1, BASE.count(old)
    return BASE.replace(old, new)


def test_the_diagram_that_is_changed_here_is_right() -> None:
    Engine().load(bundle(BASE.encode()))


EXPRESSIONS = {
    "a condition": ("recorded['ok'] == True", "enough", "flow_3"),
    "a timer": ("deadline('asked', 'reminder')", "timeDate", "late"),
    "a correlation": ('name="correlation" value="order[\'id\']"', "correlation", "tell"),
    "an assignee": ('name="assignee" value="order[\'user\']"', "assignee", "ask"),
    "a parameter": ('type="any" value="ask"', "parameter", "record"),
    "a payload": ("{'id': order['id']}", "messagePayload", "tell"),
}


@pytest.mark.parametrize("where", sorted(EXPRESSIONS))
@pytest.mark.parametrize("attack", ["a.b", "__import__('os')", "open('x')", "[x for x in a]", "1 +", ""])
def test_every_expression_is_checked(where: str, attack: str) -> None:
    old, _, element = EXPRESSIONS[where]
    source = BASE.replace("&#x27;", "'")
    assert source.count(old) == 1
    attribute = old.partition("value=")[0] if "value=" in old else None
    new = attack if attribute is None else f'{attribute}value="{attack}"'
    error = refused(source.replace(old, new))
    assert error.element == element
    assert error.message


@pytest.mark.parametrize(
    "text",
    ["order", "'2026-01-01T00:00:00Z'", "deadline(order['x'])", "deadline('a', order)", "deadline('a') or 1"],
)
def test_a_timer_is_a_deadline_with_constants(text: str) -> None:
    source = BASE.replace("&#x27;", "'").replace("deadline('asked', 'reminder')", text)
    error = refused(source)
    assert error.element == "late"
    assert "deadline('kind'" in error.message


UNSUPPORTED = [
    "scriptTask", "task", "manualTask", "businessRuleTask", "callActivity", "subProcess", "transaction",
    "adHocSubProcess", "inclusiveGateway", "complexGateway", "dataObject", "dataObjectReference",
    "dataStoreReference", "property", "ioSpecification", "correlationSubscription",
]  # fmt: skip


@pytest.mark.parametrize("tag", UNSUPPORTED)
def test_elements_that_are_not_supported(tag: str) -> None:
    error = refused(
        changed("</bpmn:process>", f'<bpmn:{tag} id="odd" triggeredByEvent="true"/></bpmn:process>')
    )
    assert error.element == "odd"
    assert error.message == f"{tag} is not supported"


@pytest.mark.parametrize(
    "inner",
    [
        "<bpmn:multiInstanceLoopCharacteristics/>",
        "<bpmn:standardLoopCharacteristics loopMaximum='3'/>",
        "<bpmn:ioSpecification/>",
        "<bpmn:dataInputAssociation><bpmn:sourceRef>x</bpmn:sourceRef></bpmn:dataInputAssociation>",
        "<bpmn:property id='x'/>",
        "<bpmn:script>print(1)</bpmn:script>",
        "<bpmn:potentialOwner/>",
    ],
)
def test_what_may_not_stand_in_a_task(inner: str) -> None:
    error = refused(changed("</bpmn:userTask>", f"{inner}</bpmn:userTask>"))
    assert error.element == "ask"
    assert "not supported in userTask" in error.message


@pytest.mark.parametrize(
    "definition",
    ["signal", "error", "conditional", "compensate", "cancel", "link"],
)
def test_event_definitions_that_are_not_supported(definition: str) -> None:
    source = changed("<bpmn:terminateEventDefinition/>", f"<bpmn:{definition}EventDefinition/>")
    error = refused(source)
    assert (error.element, error.message) == (
        "over",
        f"{definition}EventDefinition is not supported in endEvent",
    )


TIMERS = {
    "a duration": "<bpmn:timeDuration>'P1D'</bpmn:timeDuration>",
    "a repeat": "<bpmn:timeCycle>'R3/P1D'</bpmn:timeCycle>",
    "nothing": "",
    "two dates": "<bpmn:timeDate>deadline('a')</bpmn:timeDate><bpmn:timeDate>open('x')</bpmn:timeDate>",
}


@pytest.mark.parametrize("what", sorted(TIMERS))
def test_timers_of_other_kinds(what: str) -> None:
    start, end = BASE.index("<bpmn:timeDate>"), BASE.index("</bpmn:timeDate>") + len("</bpmn:timeDate>")
    error = refused(BASE[:start] + TIMERS[what] + BASE[end:])
    assert (error.element, "one timeDate" in error.message) == ("late", True)


@pytest.mark.parametrize("name", ["preScript", "postScript", "unitTests", "calledDecisionId", "variableName"])
def test_extensions_that_would_run_or_change_something(name: str) -> None:
    error = refused(changed("</bpmn:userTask>", SPIFF.format(name) + "</bpmn:userTask>"))
    assert error.element == "ask"
    assert name in error.message


@pytest.mark.parametrize("what", sorted(WRONG))
def test_a_wrong_diagram_is_refused_with_its_element_and_reason(what: str) -> None:
    old, new, element, message = WRONG[what]
    error = refused(changed(old, new))
    assert error.element == element, error
    assert message in error.message


@pytest.mark.parametrize(("lines", "element", "message"), GATEWAYS)
def test_gateways_that_cannot_be_run_as_drawn(lines: str, element: str, message: str) -> None:
    error = refused(bpmn("p", f"start begin\n{lines}").decode())
    assert error.element == element
    assert message in error.message


def test_as_many_elements_as_are_accepted_can_be_read() -> None:
    names = [f"u{number}" for number in range(MAX_ELEMENTS - 2)]
    lines = [
        "start begin",
        *(f"user {name}" for name in names),
        "end done",
        " > ".join(["begin", *names, "done"]),
    ]
    Engine().load(bundle(bpmn("p", "\n".join(lines))))
    lines[1:1] = ["user one_more"]
    assert "more than" in refused(bpmn("p", "\n".join(lines)).decode()).message


def test_two_processes_may_not_start_on_one_message() -> None:
    one, other = (
        bpmn("one", "start a message=go\nend b\na > b"),
        bpmn("other", "start a message=go\nend b\na > b"),
    )
    with pytest.raises(DefinitionError, match="also starts one") as error:
        Engine().load(bundle(one, other))
    assert (error.value.file, error.value.element) == ("other", "a")


def test_which_process_a_message_starts() -> None:
    quiet = bpmn("quiet", "start a\nend b\na > b")
    assert Engine().starts(bundle(diagrams.CLOCK, quiet)) == {"go": "clock"}


def test_a_process_that_is_not_there() -> None:
    with pytest.raises(DefinitionError, match="no such file"):
        Engine().decide(bundle=bundle(), decision="deadlines", inputs={})


def test_where_a_box_is_drawn_does_not_change_what_is_asked_first() -> None:
    text = """
    start s
    user u
    choice c
    end first
    end second
    s > u > c
    c > first if u['a'] == 1
    c > second else
    """
    shapes = "".join(
        f'<bpmndi:BPMNShape xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" bpmnElement="{name}">'
        f'<dc:Bounds xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" x="0" y="{y}"/></bpmndi:BPMNShape>'
        for name, y in (("first", 900), ("second", 1), ("u", 5))
    )
    source = bpmn("p", text).replace(b"</bpmn:definitions>", shapes.encode() + b"</bpmn:definitions>")
    engine = Engine()
    engine.load(bundle(source))
    spec = engine._definition(bundle(source), "p").spec
    assert [name for _, name in spec.task_specs["c"].cond_task_specs] == ["first", "second"]


def test_a_parameter_or_operation_may_be_called_as_an_element() -> None:
    text = "start s\nservice record does=record.it record='1' done='2'\nend done\ns > record > done"
    Engine().load(bundle(bpmn("p", text)))


@pytest.mark.parametrize(
    "fault", [RuntimeError("a fault"), ValidationException("a fault", tag="x", id="ask")]
)
def test_what_the_library_trips_over_is_a_fault_of_the_diagram(fault: Exception) -> None:
    with patch("sip_workflow.engine.parsing._adopt", side_effect=fault):
        error = refused(BASE)
    assert "a fault" in error.message


def test_a_process_without_a_pool_has_tasks_without_a_lane() -> None:
    source = bpmn("p", "start s\nuser u\nend e\ns > u > e").decode()
    start, end = source.index("<bpmn:collaboration"), source.index("<bpmn:process")
    walk = begun((source[:start] + source[end:]).encode())
    assert walk.step.user_tasks[0].lane == ""


def test_a_lane_may_name_its_elements_on_lines_of_their_own() -> None:
    source = bpmn("p", "start s\nuser u lane=Chef\nend e\ns > u > e").decode()
    source = source.replace("<bpmn:flowNodeRef>u<", "<bpmn:flowNodeRef>\n  u\n<")
    assert begun(source.encode()).step.user_tasks[0].lane == "Chef"
