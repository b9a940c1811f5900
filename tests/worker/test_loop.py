"""The embedded loop: it sweeps, sleeps, wakes, survives and ends."""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta

import pytest

from tests.worker.small_app import START, SmallApp
from tests.worker.waiting import until
from worker import loop as loop_module
from worker.loop import Loop

PAST = START - timedelta(days=7)
FUTURE = START + timedelta(days=7)


def test_what_is_due_at_the_start_is_done():
    app = SmallApp()
    app.due_timers = [PAST] * 3 + [FUTURE]
    app.due_items = [PAST]
    with Loop(app):
        until(lambda: len(app.done) == 4)
    assert app.due_timers == [FUTURE]


def test_a_timer_fires_when_it_is_due_without_a_nudge():
    app = SmallApp()
    due_at = app.clock.now() + timedelta(seconds=0.3)
    app.due_timers = [due_at]
    with Loop(app, idle_seconds=60):
        until(lambda: app.count("timers") == 1)
        assert app.clock.now() - due_at < timedelta(seconds=5)


def test_a_nudge_ends_the_sleep():
    app = SmallApp()
    with Loop(app, idle_seconds=60) as loop:
        until(lambda: app.looks["outbox"] >= 1)
        app.due_items.append(PAST)
        loop.nudge()
        until(lambda: app.count("outbox") == 1)


def test_without_a_nudge_it_looks_again_after_the_idle_time():
    app = SmallApp()
    with Loop(app, idle_seconds=0.05):
        until(lambda: app.looks["outbox"] >= 1)
        app.due_items.append(PAST)
        until(lambda: app.count("outbox") == 1)


def test_it_sleeps_while_nothing_is_due():
    app = SmallApp()
    app.due_timers = [FUTURE]
    with Loop(app, idle_seconds=0.2):
        time.sleep(0.5)
    assert 2 <= app.looks["timers"] <= 8
    assert app.rounds == {"timers": 0, "outbox": 0}


def test_a_timer_that_is_due_but_not_ours_to_fire_is_no_reason_to_hurry():
    app = SmallApp()
    app.timers.next_due_at = lambda: PAST
    with Loop(app, idle_seconds=0.2):
        time.sleep(0.5)
    assert app.rounds["timers"] <= 4


def test_a_sweep_that_fails_is_tried_again_and_its_text_is_not_logged(caplog):
    app = SmallApp()
    app.errors["timers"] = [RuntimeError("Kerstin 19420317-9801")] * 3
    app.due_timers = [PAST]
    with caplog.at_level(logging.WARNING), Loop(app, idle_seconds=0.01):
        until(lambda: app.count("timers") == 1)
        until(lambda: "works again" in caplog.text)
    assert caplog.text.count("sweep of timers failed (RuntimeError)") == 3
    assert "Kerstin" not in caplog.text
    assert "1212" not in caplog.text
    assert all(record.exc_info is None for record in caplog.records)


def test_one_sweep_that_fails_or_hangs_does_not_hold_up_the_other():
    app = SmallApp()
    answers = threading.Event()

    def hang(*, now, limit):
        assert answers.wait(30)
        return {"done": 0}

    app.outbox.deliver_due = hang
    app.due_items = [PAST]
    app.due_timers = [PAST] * 3
    with Loop(app):
        until(lambda: app.count("timers") == 3)
        answers.set()


def test_failures_make_it_wait_longer_but_not_for_ever(monkeypatch):
    monkeypatch.setattr(loop_module, "_LONGEST_WAIT_SECONDS", 0.05)
    app = SmallApp()
    app.errors["timers"] = [OSError()] * 40
    app.due_timers = [PAST]
    with Loop(app, idle_seconds=0.01):
        until(lambda: app.count("timers") == 1)


def test_a_stop_waits_for_the_transaction_under_way():
    app = SmallApp()
    started, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def slow(*, now, limit):
        started.set()
        assert may_end.wait(30)
        ended.set()
        return 1

    app.timers.fire_due = slow
    app.due_timers = [PAST]
    loop = Loop(app)
    loop.start()
    assert started.wait(10)
    assert not loop.stop(timeout_seconds=0.05)
    assert loop.is_running
    may_end.set()
    assert loop.stop(timeout_seconds=10)
    assert ended.is_set()


def test_a_stop_ends_the_sleep_and_leaves_what_is_due():
    app = SmallApp()
    loop = Loop(app, idle_seconds=60)
    loop.start()
    until(lambda: app.looks["timers"] and app.looks["outbox"])
    began = time.monotonic()
    assert loop.stop()
    assert time.monotonic() - began < 5
    assert not loop.is_running
    app.due_timers = [PAST]
    time.sleep(0.05)
    assert app.due_timers == [PAST]


@pytest.mark.parametrize("busy", [True, False])
def test_many_starts_and_stops_never_hang(busy):
    for _ in range(50):
        app = SmallApp()
        app.due_timers = [PAST] * 5 if busy else []
        loop = Loop(app, idle_seconds=60)
        loop.start()
        assert loop.stop(timeout_seconds=5)


def test_a_stop_before_the_start():
    assert Loop(SmallApp()).stop()
