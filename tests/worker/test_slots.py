"""Of a worker's processes at most one delivers: a dead mail server never holds up the timers."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from worker import tasks
from worker.sweeps import OUTBOX, TIMERS


@pytest.fixture
def swept(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the sweeps that ran; each did one thing."""
    names: list[str] = []

    def drain(_app: object, sweep: object, **_words: object) -> int:
        names.append(sweep.name)  # type: ignore[attr-defined]
        return 1

    monkeypatch.setattr(tasks, "application", lambda: None)
    monkeypatch.setattr(tasks, "drain", drain)
    return names


def in_another_process(work: Callable[[], int]) -> int:
    """What the work gives (0 to 9) in a process that was forked as a worker forks its own."""
    pid = os.fork()
    if pid == 0:
        code = 99
        try:
            code = work()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_while_one_delivers_the_others_fire_timers_only(swept: list[str]) -> None:
    with tasks._alone() as alone:
        assert alone
        assert in_another_process(tasks.deliver_due_outbox) == 0
        assert in_another_process(tasks.fire_due_timers) == 1
    assert in_another_process(tasks.deliver_due_outbox) == 1


def test_a_process_that_is_killed_while_it_delivers_leaves_the_place_free(swept: list[str]) -> None:
    def die() -> int:
        with tasks._alone() as alone:
            os._exit(7 if alone else 8)

    assert in_another_process(die) == 7
    assert tasks.deliver_due_outbox() == 1
    assert swept == [OUTBOX.name]


def test_a_delivery_that_fails_leaves_the_place_free(
    swept: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(tasks, "drain", lambda *_, **__: 1 / 0)
        assert tasks.deliver_due_outbox() == 0
    assert "ZeroDivisionError" in caplog.text
    assert in_another_process(tasks.deliver_due_outbox) == 1
    assert tasks.fire_due_timers() == 1
    assert swept == [TIMERS.name]
