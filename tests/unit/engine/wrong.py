"""A diagram that is right, and one fault after another put into it."""

# ruff: noqa: E501  a table reads best with one row a line

from __future__ import annotations

from tests.support.diagrams import bpmn

TEXT = """
start begun message=go into=order
user ask lane=Chef deadline=asked assignee="order['user']"
timer late on=ask at="deadline('asked', 'reminder')"
raise told code=late.reminder
service record does=ask.record into=recorded answers=ask
choice enough
send tell message=told payload="{'id': order['id']}" correlation="order['id']"
end done
terminate over
begun > ask > record > enough
enough > tell if recorded['ok'] == True
enough > over else
tell > done
late > told
"""
BASE = bpmn("p", TEXT).decode()
FLOW = "<bpmn:sequenceFlow id='extra' sourceRef='{}' targetRef='{}'/></bpmn:process>"
SPIFF = "<bpmn:extensionElements><spiffworkflow:{0}>x = 1</spiffworkflow:{0}></bpmn:extensionElements>"

WRONG = {
    # what: (old, new, element, part of the message)
    "no diagram": (BASE, "<d/>", "", "no BPMN"),
    "another id": ('<bpmn:process id="p"', '<bpmn:process id="q"', "", "one process"),
    "two processes": ("</bpmn:definitions>", '<bpmn:process id="q"/></bpmn:definitions>', "", "one process"),
    "not executable": ('isExecutable="true"', "", "p", "not marked as executable"),
    "a correlation property": ("</bpmn:definitions>", '<bpmn:correlationProperty id="c"/></bpmn:definitions>', "c", "not supported"),
    "a correlation key": ("</bpmn:collaboration>", '<bpmn:correlationKey id="k"/></bpmn:collaboration>', "k", "not supported"),
    "a payload on the message": ('name="told"/>', f'name="told">{SPIFF.format("messagePayload")}</bpmn:message>', "message_told", "not supported here"),
    "two start events": ("</bpmn:process>", '<bpmn:startEvent id="again"/></bpmn:process>', "p", "2 start events"),
    "an id of the engine": ('id="over"', 'id="End"', "End", "belongs to the engine"),
    "an id with a dot": ('id="over"', 'id="o.ver"', "o.ver", "must be letters"),
    "an id twice": ('id="over"', 'id="done"', "done", "more than once"),
    "no id": ('<bpmn:endEvent id="over">', "<bpmn:endEvent>", "", "must be letters"),
    "two definitions": ("<bpmn:terminateEventDefinition/>", "<bpmn:terminateEventDefinition/><bpmn:terminateEventDefinition/>", "over", "one definition"),
    "an unknown property": ('name="assignee"', 'name="asignee"', "ask", "'asignee' is not known here"),
    "no form file": ('name="deadline" value="asked"', 'name="formJsonSchemaFilename" value="asked.json"', "ask", ".schema.json"),
    "no operation": ('id="ask.record"', 'id="record_it"', "record", "noun.verb"),
    "no variable": ('resultVariable="recorded"', 'resultVariable="a.b"', "record", "plain name"),
    "no parameter id": ('parameter id="answers"', 'parameter id="1"', "record", "plain id"),
    "no parameter type": (' type="any"', "", "record", "a type"),
    "a parameter twice": ("</spiffworkflow:parameters>", '<spiffworkflow:parameter id="answers" type="any" value="1"/></spiffworkflow:parameters>', "record", "twice"),
    "something in an operator": ("</spiffworkflow:parameters>", "<spiffworkflow:retry/></spiffworkflow:parameters>", "record", "retry"),
    "no message": ('messageRef="message_go"', 'messageRef="none"', "begun", "messageRef"),
    "a message without a name": ('id="message_go" name="go"', 'id="message_go"', "begun", "messageRef"),
    "a variable that is none": (">order</spiffworkflow:messageVariable>", ">1</spiffworkflow:messageVariable>", "begun", "plain name"),
    "a variable where it sends": ("messagePayload>{&#x27;id&#x27;: order[&#x27;id&#x27;]}</spiffworkflow:messagePayload", "messageVariable>a</spiffworkflow:messageVariable", "tell", "use messagePayload"),
    "a payload where it receives": (">order</spiffworkflow:messageVariable>", ">order</spiffworkflow:messageVariable><spiffworkflow:messagePayload>a</spiffworkflow:messagePayload>", "begun", "use messageVariable"),
    "an escalation without a level": ('escalationCode="late.reminder"', 'escalationCode="late"', "told", "<kind>.<level>"),
    "no escalation": ('escalationRef="escalation_late_reminder"', "", "told", "<kind>.<level>"),
    "a boundary event on nothing": ('attachedToRef="ask"', 'attachedToRef="enough"', "late", "attached"),
    "a flow to nothing": ("</bpmn:process>", FLOW.format("tell", "nowhere"), "extra", "from one element"),
    "a flow into the start": ("</bpmn:process>", FLOW.format("tell", "begun"), "begun", "no flow may lead here"),
    "a flow from the end": ("</bpmn:process>", FLOW.format("done", "ask"), "done", "no flow may lead on"),
    "two flows from a task": ("</bpmn:process>", FLOW.format("tell", "over"), "tell", "draw a gateway"),
    "a flow without a condition": ("</bpmn:process>", FLOW.format("enough", "ask"), "extra", "no condition"),
    "no default flow": (' default="flow_4"', "", "enough", "no default flow"),
    "a condition on the default flow": (' default="flow_4"', ' default="flow_3"', "flow_3", "no condition"),
    "a default flow elsewhere": ('<bpmn:sendTask id="tell"', '<bpmn:sendTask default="flow_5" id="tell"', "tell", "default flow"),
    "an element that leads nowhere": ("</bpmn:process>", '<bpmn:userTask id="odd"/>' + FLOW.format("enough", "odd").replace("/>", "><bpmn:conditionExpression>1 == 2</bpmn:conditionExpression></bpmn:sequenceFlow>", 1), "odd", "no flow leads on"),
    "an element that nobody reaches": ("</bpmn:process>", '<bpmn:userTask id="odd"/>' + FLOW.format("odd", "odd"), "odd", "cannot be reached"),
    "an element without a flow": ("</bpmn:process>", '<bpmn:userTask id="odd"/></bpmn:process>', "odd", "no flow leads here"),
    "two conditions": ("</bpmn:conditionExpression>", "</bpmn:conditionExpression><bpmn:conditionExpression>1 == 1</bpmn:conditionExpression>", "flow_3", "one condition"),
    "something in a definition": ("<bpmn:terminateEventDefinition/>", "<bpmn:terminateEventDefinition><bpmn:script/></bpmn:terminateEventDefinition>", "over", "script is not supported"),
    "a hidden element": ("</bpmn:sendTask>", "<bpmn:extensionElements><bpmn:timeDate>open('x')</bpmn:timeDate></bpmn:extensionElements></bpmn:sendTask>", "tell", "among the extension elements"),
    "a receive task that starts": ('<bpmn:sendTask id="tell"', '<bpmn:sendTask instantiate="true" id="tell"', "tell", "instantiate"),
}  # fmt: skip


GATEWAYS = [
    ('split s\nuser a\nuser b\nend e\nbegin > s > a > s\ns > b > e', 's', 'a join is not supported'),
    ('split s\nend e\nbegin > s > e', 's', 'must split'),
    ('events g\ncatch a message=m\nend e\nbegin > g > a > e', 'g', 'two events or more'),
    ('events g\ncatch a message=m\nuser b\nend e\nbegin > g > a > e\ng > b > e', 'g', 'only catch events'),
    ('events g\ncatch a message=m\ncatch b message=m\nend e\nbegin > g > a > e\ng > b > e', 'g', 'the same message'),
    ('events g\ncatch a at="deadline(\'a\')"\ncatch b at="deadline(\'b\')"\nend e\nbegin > g > a > e\ng > b > e', 'g', 'the same timer'),
    ('events g\nreceive a message=m\ntimer t on=a at="deadline(\'a\')"\ncatch b message=n\nend e\nbegin > g > a > e\ng > b > e\nt > e', 'g', 'without boundary events'),
    ('choice c\nend e\nbegin > c\nc > e if 1 == 1', 'flow_1', 'has no condition'),
    ('catch c\nend e\nbegin > c > e', 'c', 'nothing to wait for'),
    ('user u\nend e\nbegin > u > e if 1 == 1', 'flow_0', 'only flows from an exclusive gateway'),
]  # fmt: skip
