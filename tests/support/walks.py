"""Walks through processes: whatever is open may happen next, with values that the diagram tells apart."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

from sip_workflow.domain.definitions import Bundle
from sip_workflow.domain.process import Step
from sip_workflow.engine import Engine, Session

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LEVELS = {None: 5, "reminder": 6, "manager": 7, "process_owner": 8}
EXPRESSION = re.compile(
    r"<bpmn:conditionExpression[^>]*>([^<]*)<|<bpmn:timeDate[^>]*>([^<]*)<|messagePayload>([^<]*)<|value=\"([^\"]*)\""
)


def deadlines(now: datetime) -> Callable[[str, str | None], datetime]:
    """Due some days after now: the reminder first, the process owner last."""
    return lambda kind, level: now + timedelta(days=LEVELS.get(level, 5))


@dataclass(frozen=True)
class Action:
    """One thing that may happen: (what, ref, a message, a later instant)."""

    what: str
    ref: int = 0
    message: str = ""
    at: datetime = NOON


def actions(step: Step) -> list[Action]:
    """All that may happen now."""
    found = [Action("complete", task.ref) for task in step.user_tasks]
    found += [Action("answer", call.ref) for call in step.operations]
    found += [Action("deliver", wait.ref, wait.message) for wait in step.waits]
    if step.timers:
        first = min(timer.due_at for timer in step.timers)
        found.append(Action("wait", at=first + timedelta(microseconds=1)))
    return found


def choose(possible: list[Action], chance: random.Random) -> Action:
    """Mostly work that is done, sometimes anything: else messages that end all would end most walks early."""
    work = [action for action in possible if action.what in {"complete", "answer"}]
    return chance.choice(work if work and chance.random() < 0.7 else possible)


def values(sources: Iterable[bytes]) -> dict[str, list[Any]]:
    """The values that the diagrams' expressions tell apart, by the key they stand under."""
    pool: dict[str, list[Any]] = {}
    for source in sources:
        for groups in EXPRESSION.findall(source.decode()):
            text = unescape(next((group for group in groups if group), ""))
            try:
                tree = ast.parse(text, mode="eval")
            except SyntaxError:
                continue
            _collect(tree, pool)
    return pool


def _collect(tree: ast.AST, pool: dict[str, list[Any]]) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            pool.setdefault(node.slice.value, ["other"])
        if isinstance(node, ast.Compare) and isinstance(node.left, ast.Subscript):
            key = ast.literal_eval(node.left.slice)
            for constant in ast.walk(node.comparators[0]):
                if isinstance(constant, ast.Constant) and constant.value not in pool.setdefault(
                    key, ["other"]
                ):
                    pool[key].append(constant.value)


def given(pool: Mapping[str, list[Any]], chance: random.Random) -> dict[str, Any]:
    """Answers, a result or a payload: every key of the diagrams with one of its values."""
    return {key: chance.choice(choices) for key, choices in sorted(pool.items())}


class Stored:
    """An instance that lives as bytes between any two things that happen to it."""

    def __init__(self, engine: Engine, bundle: Bundle, process_id: str, payload: Mapping[str, Any]) -> None:
        self.engine, self.bundle, self.process_id = engine, bundle, process_id
        message = {process: name for name, process in engine.starts(bundle).items()}.get(process_id)
        self.now = NOON
        self.step = self.begin(message, payload)

    def begin(self, message: str | None, payload: Mapping[str, Any]) -> Step:
        self.session = self.engine.start(
            bundle=self.bundle,
            process_id=self.process_id,
            message=message,
            payload=payload,
            now=self.now,
            deadline=deadlines(self.now),
        )
        return self.session.step()

    def opened(self) -> Session:
        """A session at the present time."""
        return self.engine.resume(
            bundle=self.bundle,
            process_id=self.process_id,
            state=self.step.state,
            now=self.now,
            deadline=deadlines(self.now),
        )

    def act(self, action: Action, value: Mapping[str, Any]) -> Step:
        """Lets it happen."""
        self.now = max(self.now, action.at)
        session = self.opened()
        perform(session, action, value)
        self.step = session.step()
        return self.step


class Live(Stored):
    """An instance that is never packed: one session, whose time passes."""

    def opened(self) -> Session:
        self.session._now = (self.now - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
        self.session._instance.script_engine.deadline = deadlines(self.now)
        self.session.fire_due()
        return self.session


def perform(session: Session, action: Action, value: Mapping[str, Any]) -> None:
    """One action in a session."""
    match action.what:
        case "complete":
            session.complete(ref=action.ref, answers=value)
        case "answer":
            session.answer(ref=action.ref, result=value)
        case "deliver":
            session.deliver(ref=action.ref, message=action.message, payload=value)
