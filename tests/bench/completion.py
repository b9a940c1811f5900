"""One completion of a user task: against the least that it could cost, and with the library's serialiser.

The task is ``acknowledge`` of ``invitation``, completed by the use case, with validation, on a SQLite
file that is synced at every commit. The same tasks stand in several copies of one file: on the first
each completion is recorded, on the others it is timed, in turns.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

from sip_workflow.domain.rows import Task
from tests.bench.figures import Figure, compared, milliseconds
from tests.bench.floor import Floor, assert_equal
from tests.bench.house import UNTIL_INVITED, House, copied_house, new_house
from tests.bench.recording import Recorded, Recorder
from tests.bench.stock import FORM, WithStock

CASES = 130
"""Each with two invited units, so with two tasks to complete."""

WARM_UP = 20
"""Completions before the first that counts: caches fill, statements are prepared."""


def measure(folder: Path) -> list[Figure]:
    """The figures of a completion. Raises ``AssertionError`` when the copies did not do the same."""
    origin = folder / "origin.db"
    with new_house(origin) as house:
        for _ in range(CASES):
            house.do_all(house.begin(), *UNTIL_INVITED)
        tasks = house.open_tasks(form_key=FORM)
    recorded = _recorded(origin, folder / "recorded.db", tasks)
    # Each comparison by itself: what one leaves behind in caches and memory is not the other's.
    return [
        *_against_floor(origin, folder, tasks, recorded),
        *_against_stock(origin, folder, tasks[: len(tasks) // 2], recorded),
        *_statements(recorded[-1]),
    ]


def _against_floor(
    origin: Path, folder: Path, tasks: list[Task], recorded: list[Recorded]
) -> Iterator[Figure]:
    ours, floors, of_sql, of_engine = [], [], [], []
    with (
        copied_house(origin, to=folder / "ours.db") as house,
        Floor.on(origin, to=folder / "floor.db", recorded=recorded) as floor,
    ):
        for place, task in enumerate(tasks):
            took = _completed(house, task)
            sql, engine = floor.completed(place)
            if place >= WARM_UP:
                ours.append(took)
                floors.append(sql + engine)
                of_sql.append(sql)
                of_engine.append(engine)
    assert_equal(folder / "recorded.db", folder / "floor.db")
    yield compared("completion_against_floor", ours, with_="floor_of_a_completion", those=floors, limit=4.0)
    yield milliseconds("floor_of_a_completion", floors)
    yield milliseconds("floor_of_a_completion_sql", of_sql)
    yield milliseconds("floor_of_a_completion_engine", of_engine)


def _against_stock(
    origin: Path, folder: Path, tasks: list[Task], recorded: list[Recorded]
) -> Iterator[Figure]:
    ours, stocks, did = [], [], []
    with (
        copied_house(origin, to=folder / "ours_again.db") as house,
        copied_house(origin, to=folder / "stock.db") as other,
    ):
        stock = WithStock(other, bundle=recorded[0].bundle)
        for place, task in enumerate(tasks):
            took = _completed(house, task)
            with stock.in_place(recorded[place], task) as serialised:
                with_stock = _completed(other, task)
            if place >= WARM_UP:
                ours.append(took)
                stocks.append(with_stock)
                did.append(serialised)
    name = "completion_with_stock_serializer"
    yield compared("completion_against_stock_serializer", ours, with_=name, those=stocks, limit=0.8)
    yield milliseconds(name, stocks)
    yield milliseconds(f"{name}_itself", [each.seconds for each in did])
    name = "state_of_an_invitation_by_stock_serializer"
    size, other_size = (median(len(each.state) for each in recorded), median(each.size for each in did))
    yield Figure(
        name="state_of_an_invitation", value=size, unit="bytes", compared_with=name, ratio=size / other_size
    )
    yield Figure(name=name, value=other_size, unit="bytes")


def _statements(recorded: Recorded) -> Iterator[Figure]:
    reads = sum(each.text.startswith("SELECT") for each in recorded.statements)
    name = "statements_of_a_completion"
    yield Figure(name=name, value=len(recorded.statements), unit="statements")
    yield Figure(name=f"{name}_reading", value=reads, unit="statements")


def _completed(house: House, task: Task) -> float:
    """Seconds of one completion by the use case; who does it and what is answered is known before."""
    answers, actor = house.answers(task), house.actor(task)
    began = perf_counter()
    house.application.user_tasks.complete(
        task_id=task.id, answers=answers, version=task.version, actor=actor, now=task.opened_at
    )
    return perf_counter() - began


def _recorded(origin: Path, to: Path, tasks: list[Task]) -> list[Recorded]:
    """What each completion does."""
    found = []
    with copied_house(origin, to=to) as house:
        recorder = Recorder(house.application)
        for task in tasks:
            house.learn(task)
            with recorder.recording() as one:
                _completed(house, task)
            found.append(one)
    return found
