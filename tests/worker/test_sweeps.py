"""Doing all that is due now."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from tests.worker.small_app import START, SmallApp
from worker.sweeps import TIMERS, drain, run_due

PAST = START - timedelta(days=7)
FUTURE = START + timedelta(days=7)


def test_run_due_does_all_that_is_due_and_nothing_else():
    app = SmallApp()
    app.due_timers = [PAST + timedelta(hours=hours) for hours in (3, 1, 2)] + [FUTURE]
    app.due_items = [PAST, FUTURE]
    assert run_due(app) == {"timers": 3, "messages": 0, "outbox": 1}
    assert run_due(app) == {"timers": 0, "messages": 0, "outbox": 0}
    assert app.due_timers == app.due_items == [FUTURE]


def test_timers_fire_in_due_order():
    app = SmallApp()
    app.due_timers = [PAST + timedelta(hours=hours) for hours in (3, 1, 2)]
    run_due(app)
    assert [at for _, at in app.done] == sorted(at for _, at in app.done)


def test_what_a_timer_puts_in_the_outbox_is_delivered_too():
    app = SmallApp()
    app.due_timers = [PAST, PAST]
    app.after_timer = [PAST, PAST]
    assert run_due(app) == {"timers": 2, "messages": 0, "outbox": 2}


def test_run_due_follows_the_clock_that_was_moved():
    app = SmallApp()
    app.due_timers = [FUTURE]
    assert run_due(app)["timers"] == 0
    app.clock.offset = timedelta(days=8)
    assert run_due(app)["timers"] == 1


def test_there_is_a_pause_after_each_transaction():
    app = SmallApp()
    app.due_timers = [PAST] * 20
    began = time.monotonic()
    assert drain(app, TIMERS, pause_seconds=0.01) == 20
    assert time.monotonic() - began >= 0.2
    assert app.rounds["timers"] == 21


def test_drain_ends_between_two_transactions_when_told():
    app = SmallApp()
    app.due_timers = [PAST] * 20
    assert drain(app, TIMERS, go_on=lambda: app.count("timers") < 5) == 5


def test_run_due_says_when_a_sweep_fails():
    app = SmallApp()
    app.errors["outbox"].append(OSError("disk full"))
    with pytest.raises(OSError, match="disk full"):
        run_due(app)
