"""What one completion does, written down: its SQL as the driver got it, and its commands to the engine."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import event

from sip_workflow.application import Application
from sip_workflow.domain.definitions import Bundle
from sip_workflow.domain.process import Step
from sip_workflow.engine import Session

Command = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement and its parameters; several sets of them for ``executemany``."""

    text: str
    parameters: Any
    many: bool = False


@dataclass(slots=True)
class Recorded:
    """One completion, of a task of one instance.

    ``bundle``, ``process_id``, ``state`` and ``now`` are what the instance was resumed with,
    ``deadlines`` what the diagram asked for and got, ``commands`` what the session was told in order,
    ``results`` those of its operations by name, ``steps`` how many steps were asked for, ``last`` the
    last one.
    """

    statements: list[Statement] = field(default_factory=list)
    bundle: Bundle = field(init=False)
    process_id: str = field(init=False)
    state: bytes = field(init=False)
    now: datetime = field(init=False)
    deadlines: dict[tuple[str, str | None], datetime] = field(default_factory=dict)
    commands: list[Command] = field(default_factory=list)
    results: dict[str, Any] = field(default_factory=dict)
    steps: int = 0
    last: Step = field(init=False)


class Recorder:
    """Writes down what an application does while a completion is being recorded.

    Made before the application opens its database.
    """

    def __init__(self, application: Application) -> None:
        self._now: Recorded | None = None
        self._resume = application.core.engine.resume
        application.core.engine.resume = self._resumed  # type: ignore[method-assign]

        @event.listens_for(application.store._engine, "do_connect")
        def _through_us(_dialect: Any, _record: Any, _arguments: Any, options: dict[str, Any]) -> None:
            options["factory"] = self._connection

    @contextmanager
    def recording(self) -> Iterator[Recorded]:
        """Record one completion."""
        self._now = Recorded()
        yield self._now
        self._now = None

    def _connection(self, *arguments: Any, **options: Any) -> sqlite3.Connection:
        recorder = self

        class Cursor(sqlite3.Cursor):
            def execute(self, text: str, parameters: Any = ()) -> Any:
                recorder._note(text, parameters)
                return super().execute(text, parameters)

            def executemany(self, text: str, parameters: Any) -> Any:
                recorder._note(text, parameters, many=True)
                return super().executemany(text, parameters)

        class Connection(sqlite3.Connection):
            def cursor(self, factory: Any = Cursor) -> Any:
                return super().cursor(factory)

        return Connection(*arguments, **options)

    def _note(self, text: str, parameters: Any, *, many: bool = False) -> None:
        if self._now is not None and not text.startswith(("BEGIN", "PRAGMA")):
            self._now.statements.append(Statement(text=text, parameters=parameters, many=many))

    def _resumed(self, *, deadline: Callable[[str, str | None], datetime], **given: Any) -> Any:
        recorded = self._now
        if recorded is None:
            return self._resume(deadline=deadline, **given)
        assert not recorded.steps, "one completion is about one instance"
        recorded.bundle, recorded.process_id = given["bundle"], given["process_id"]
        recorded.state, recorded.now = given["state"], given["now"]

        def noted(kind: str, level: str | None) -> datetime:
            when = recorded.deadlines[kind, level] = deadline(kind, level)
            return when

        return _Session(self._resume(deadline=noted, **given), recorded)


class _Session:
    """A session whose commands are written down."""

    def __init__(self, session: Session, recorded: Recorded) -> None:
        self._session, self._recorded = session, recorded

    def __getattr__(self, name: str) -> Callable[..., object]:
        command = getattr(self._session, name)

        def noted(**given: Any) -> object:
            self._recorded.commands.append((name, given))
            if name == "answer":
                (call,) = (call for call in self._recorded.last.operations if call.ref == given["ref"])
                self._recorded.results[call.operation] = given["result"]
            return command(**given)

        return noted

    def step(self) -> Step:
        """A step; only how many they were matters."""
        self._recorded.steps += 1
        self._recorded.last = self._session.step()
        return self._recorded.last
