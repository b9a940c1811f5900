"""The engine: definitions in, sessions out. It keeps specifications and tables by their content."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from sip_workflow.domain.definitions import Bundle
from sip_workflow.engine import decisions, parsing
from sip_workflow.engine.closures import Deadlines
from sip_workflow.engine.decisions import Decision
from sip_workflow.engine.errors import DefinitionError
from sip_workflow.engine.parsing import Definition
from sip_workflow.engine.session import Session
from sip_workflow.engine.state import unpack
from sip_workflow.engine.tokens import Instance, Token

T = TypeVar("T")


class Engine:
    """Loads definitions and opens sessions. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # The key is the whole content: Python keeps the hash of bytes, so a known one costs next to nothing.
        self._definitions: dict[tuple[str, bytes], Definition] = {}
        self._decisions: dict[tuple[str, bytes], Decision] = {}

    def load(self, bundle: Bundle) -> None:
        """Reads every diagram and table of a deployment and checks every expression.

        Raises:
            DefinitionError: one of them cannot be run as it is.
        """
        self.starts(bundle)
        for decision_id in bundle.decisions:
            self._decision(bundle, decision_id)

    def starts(self, bundle: Bundle) -> Mapping[str, str]:
        """The process that each message starts: message name -> process id.

        Raises:
            DefinitionError: a diagram is faulty, or two processes start on the same message.
        """
        starts: dict[str, str] = {}
        for process_id in bundle.processes:
            definition = self._definition(bundle, process_id)
            if definition.message is None:
                continue
            if definition.message in starts:
                message = f"the message {definition.message} also starts {starts[definition.message]}"
                raise DefinitionError(file=process_id, element=definition.start.name, message=message)
            starts[definition.message] = process_id
        return starts

    def start(
        self,
        *,
        bundle: Bundle,
        process_id: str,
        message: str | None,
        payload: Mapping[str, Any],
        now: datetime,
        deadline: Deadlines,
    ) -> Session:
        """A new instance, run to what waits first.

        Raises:
            ValueError: the process does not start with that message, the payload is not JSON, or
                a time has no offset.
            StepFailed: the process could not be run so far.
        """
        definition = self._definition(bundle, process_id)
        if message != definition.message:
            raise ValueError(f"{process_id} does not start with the message {message}")
        instance = Instance(definition.spec, deadline=deadline)
        instance.task_tree = Token(instance, definition.spec.start)
        session = Session(definition=definition, instance=instance, now=now)
        session.begin(payload=payload)
        return session

    def resume(
        self, *, bundle: Bundle, process_id: str, state: bytes, now: datetime, deadline: Deadlines
    ) -> Session:
        """An instance again, after every timer that is due has fired, in due order.

        Raises:
            ValueError: a time has no offset.
            StateError: the state cannot be read with this diagram.
            StepFailed: a due timer could not fire.
        """
        definition = self._definition(bundle, process_id)
        instance = unpack(state=state, definition=definition, deadline=deadline)
        session = Session(definition=definition, instance=instance, now=now)
        session.fire_due()
        return session

    def decide(self, *, bundle: Bundle, decision: str, inputs: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The rows of a decision table that match, in the order of the table.

        Raises:
            DefinitionError: the deployment has no such table, or it is faulty.
            StepFailed: an input is missing, or a cell cannot be answered with the inputs.
        """
        return decisions.decide(decision=self._decision(bundle, decision), inputs=inputs)

    def _definition(self, bundle: Bundle, process_id: str) -> Definition:
        source = _source(bundle.processes, process_id)
        return self._kept(
            self._definitions, process_id, source, lambda: parsing.parse(process_id=process_id, source=source)
        )

    def _decision(self, bundle: Bundle, decision_id: str) -> Decision:
        source = _source(bundle.decisions, decision_id)
        return self._kept(
            self._decisions,
            decision_id,
            source,
            lambda: decisions.parse(decision_id=decision_id, source=source),
        )

    def _kept(self, kept: dict[tuple[str, bytes], T], name: str, source: bytes, parse: Callable[[], T]) -> T:
        found = kept.get((name, source))
        if found is None:
            with self._lock:
                found = kept.get((name, source))
                if found is None:
                    found = kept[name, source] = parse()
        return found


def _source(files: Mapping[str, bytes], name: str) -> bytes:
    try:
        return files[name]
    except KeyError:
        raise DefinitionError(file=name, element="", message="the deployment has no such file") from None
