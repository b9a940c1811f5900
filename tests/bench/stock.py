"""SpiffWorkflow as it comes: its parser, its workflow, its serialiser, on our own diagram."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any
from unittest.mock import patch

from lxml import etree
from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.util.task import TaskState

from sip_workflow.domain.definitions import Bundle
from sip_workflow.domain.rows import Task
from sip_workflow.engine.parsing import Definition
from sip_workflow.engine.state import unpack
from sip_workflow.engine.tokens import Instance
from tests.bench.house import House
from tests.bench.recording import Recorded
from tests.support.world import Json

PROCESS, MESSAGE, FORM = "invitation", "invitation_sent", "acknowledge"

NEVER = "9999-01-01T00:00:00+00:00"
"""When its timers are due; it looks at the machine's clock."""


class Environment(TaskDataEnvironment):  # type: ignore[misc]
    """Answers what our diagrams ask of their surroundings."""

    def __init__(self, results: Json) -> None:
        super().__init__({"deadline": lambda kind, level=None: NEVER})
        self._results = results

    def call_service(self, _context: Any, *, operation_name: str, **_: Any) -> str:
        """The result that the operation had in the application."""
        return json.dumps(self._results[operation_name])


class Stock:
    """One process, parsed once; ``serializer`` is configured as the library's documentation says."""

    def __init__(self, *, process_id: str, source: bytes) -> None:
        parser = SpiffBpmnParser()
        parser.add_bpmn_xml(etree.fromstring(source), filename=process_id)
        self._spec = parser.get_spec(process_id)
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(SPIFF_CONFIG))

    def start(self, *, message: str, payload: Json, results: Json) -> BpmnWorkflow:
        """A workflow that its message has started, run to what waits first; ``results`` by operation."""
        workflow = BpmnWorkflow(self._spec, script_engine=PythonScriptEngine(Environment(results)))
        workflow.do_engine_steps()
        workflow.send_event(BpmnEvent(MessageEventDefinition(message), payload=payload))
        return self._run(workflow)

    def complete(self, workflow: BpmnWorkflow, *, element_id: str, answers: Json) -> None:
        """Complete a user task; the answers stand under its id, as ours do."""
        (task,) = (task for task in ready(workflow) if task.task_spec.name == element_id)
        task.data[element_id] = answers
        task.run()
        self._run(workflow)

    def _run(self, workflow: BpmnWorkflow) -> BpmnWorkflow:
        workflow.do_engine_steps()
        workflow.refresh_waiting_tasks()
        workflow.do_engine_steps()
        return workflow


def ready(workflow: BpmnWorkflow) -> list[Any]:
    """The user tasks that stand open."""
    return workflow.get_tasks(state=TaskState.READY, manual=True)  # type: ignore[no-any-return]


@dataclass(slots=True)
class Serialised:
    """What the library's serialiser did in one completion: bytes that were read, seconds in all."""

    size: int
    seconds: float = 0.0


class WithStock:
    """The library's serialiser in place of ``pack`` and ``unpack``, in a house of its own.

    The state column holds its JSON. To resume, that is read by ``deserialize_json``; our session then
    goes on with our own instance, made beforehand. The step that is saved is written by
    ``serialize_json`` of a stock workflow at the same point; the steps before it, which we pack too,
    cost nothing here.
    """

    def __init__(self, house: House, *, bundle: Bundle) -> None:
        with house.application.store.read() as tx:
            bundle = house.application.core.bundle(tx, bundle_hash=bundle.hash)
        self._house = house
        self._stock = Stock(process_id=PROCESS, source=bundle.processes[PROCESS])
        self._definition = house.application.core.engine._definition(bundle, PROCESS)

    @contextmanager
    def in_place(self, recorded: Recorded, task: Task) -> Iterator[Serialised]:
        """The completion inside is one with the library's serialiser."""
        serializer = self._stock.serializer
        instance = unpack(state=recorded.state, definition=self._definition, deadline=_never_asked)
        (token,) = (token for token in instance.open() if token.id == task.ref)
        workflow = self._stock.start(message=MESSAGE, payload=token.data[PROCESS], results=recorded.results)
        self._assert_same(instance, workflow)
        before = serializer.serialize_json(workflow).encode()
        with self._house.application.store.write() as tx:
            tx.instances.change(task.instance_id, state=before)
        self._stock.complete(workflow, element_id=FORM, answers=self._house.answers(task))
        did = Serialised(size=len(before))
        left = recorded.steps

        def stock_unpack(*, state: bytes, definition: Definition, deadline: Any) -> Instance:
            began = perf_counter()
            read = serializer.deserialize_json(state.decode())
            did.seconds += perf_counter() - began
            assert read.spec.name == definition.process_id
            instance.script_engine.deadline = deadline
            return instance

        def stock_pack(_: Instance) -> bytes:
            nonlocal left
            left -= 1
            if left:
                return b""
            began = perf_counter()
            written: bytes = serializer.serialize_json(workflow).encode()
            did.seconds += perf_counter() - began
            return written

        with (
            patch("sip_workflow.engine.engine.unpack", stock_unpack),
            patch("sip_workflow.engine.session.pack", stock_pack),
        ):
            yield did
        assert left == 0, "the completion took other steps than the recorded one"
        self._assert_same(instance, workflow)

    def _assert_same(self, instance: Instance, workflow: BpmnWorkflow) -> None:
        """Both stand at the same user tasks, with the same data."""
        ours, theirs = (
            {token.task_spec.name: token.data for token in tokens if token.task_spec.manual}
            for tokens in (instance.open(), ready(workflow))
        )
        assert ours == theirs, "the stock workflow is at another point"


def _never_asked(kind: str, level: str | None) -> datetime:
    raise AssertionError((kind, level))
