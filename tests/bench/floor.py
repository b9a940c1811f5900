"""The least that a completion could cost: its SQL by the raw driver, and the engine's step in memory."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from time import perf_counter

from sip_workflow.domain.process import Step
from sip_workflow.engine import Engine
from sip_workflow.store.sqlite import PRAGMAS
from tests.bench.recording import Recorded, Statement


class Floor:
    """Does again what was recorded, with nothing around it.

    The SQL is one transaction of the driver: the same texts with the same parameters, rows fetched and
    dropped. The engine resumes the same state, takes the same commands and gives one step; the dates
    that the diagram asks for are looked up, not computed.
    """

    def __init__(self, driver: sqlite3.Connection, recorded: Sequence[Recorded]) -> None:
        self._driver, self._recorded, self._engine = driver, recorded, Engine()

    @classmethod
    @contextmanager
    def on(cls, origin: Path, *, to: Path, recorded: Sequence[Recorded]) -> Iterator[Floor]:
        """On a copy, opened with the store's own settings."""
        shutil.copy(origin, to)
        with closing(sqlite3.connect(to, isolation_level=None, cached_statements=512)) as driver:
            for pragma in PRAGMAS:
                driver.execute(f"PRAGMA {pragma}")
            yield cls(driver, recorded)

    def completed(self, place: int) -> tuple[float, float]:
        """Seconds of the SQL, and of the engine."""
        one = self._recorded[place]
        began = perf_counter()
        self._replay(one.statements)
        between = perf_counter()
        step = self._step(one)
        done = perf_counter()
        assert step.state == one.last.state, "the engine by itself came to another state"
        return between - began, done - between

    def _replay(self, statements: Sequence[Statement]) -> None:
        driver = self._driver
        driver.execute("BEGIN IMMEDIATE")
        for each in statements:
            cursor = driver.cursor()
            if each.many:
                cursor.executemany(each.text, each.parameters)
            else:
                cursor.execute(each.text, each.parameters)
                cursor.fetchall()
        driver.commit()

    def _step(self, one: Recorded) -> Step:
        known = one.deadlines
        session = self._engine.resume(
            bundle=one.bundle,
            process_id=one.process_id,
            state=one.state,
            now=one.now,
            deadline=lambda kind, level: known[kind, level],
        )
        for name, given in one.commands:
            getattr(session, name)(**given)
        return session.step()


def assert_equal(path: Path, other: Path) -> None:
    """Both files hold the same rows. Raises ``AssertionError``."""
    dumps = []
    for each in (path, other):
        with closing(sqlite3.connect(each)) as driver:
            dumps.append(list(driver.iterdump()))
    assert dumps[0] == dumps[1], "the replay wrote something else"
