"""The loop over the real application: what it sends, and that nobody is told twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.mail_sink import mail_sink
from tests.worker.real_app import NAME, PERSONAL_NUMBER, admit, environment, real_app, sent_keys, told
from tests.worker.waiting import until
from worker.loop import Loop
from worker.sweeps import run_due


@pytest.fixture
def sink():
    with mail_sink() as running:
        yield running


@pytest.fixture
def app(tmp_path, sink):
    app = real_app(environment(folder=tmp_path, smtp_url=sink.url))
    yield app
    app.store.close()


def test_notices_go_out_and_overdue_steps_are_told_once(app, sink):
    case_id = admit(app)
    with Loop(app, idle_seconds=0.05):
        until(lambda: len(sink.messages) >= 1)
        app.clock.advance(by=timedelta(days=30))
        until(lambda: len(told(app, case_id=case_id)) >= 3)
        until(lambda: app.timers.next_due_at() is None or app.timers.next_due_at() > app.clock.now())
        until(lambda: app.outbox.next_due_at() is None)
    levels = told(app, case_id=case_id)
    assert len(levels) == len(set(levels))
    assert len(sink.keys) == len(set(sink.keys)) == len(sent_keys(app, case_id=case_id))
    assert {"reminder", "manager"} <= {level for _, level, _ in levels}


def test_no_mail_and_no_outbox_row_names_the_person(app, sink):
    admit(app)
    app.clock.advance(by=timedelta(days=30))
    counts = run_due(app)
    assert counts["outbox"] == len(sink.messages) > 0
    assert counts["timers"] > 0
    everything = "".join(raw.decode() for raw in sink.raw)
    with app.store.read() as tx:
        everything += repr(tx.outbox.find()) + repr(tx.history.find())
    for secret in (NAME, *NAME.split(), PERSONAL_NUMBER, PERSONAL_NUMBER.replace("-", "")):
        assert secret not in everything


def test_run_due_again_finds_nothing(app):
    admit(app)
    app.clock.advance(by=timedelta(days=30))
    assert sum(run_due(app).values()) > 0
    assert run_due(app) == {"timers": 0, "messages": 0, "outbox": 0}


def test_a_mail_server_that_is_away_loses_and_doubles_nothing(tmp_path):
    with mail_sink() as first:
        url = first.url
    app = real_app(environment(folder=tmp_path, smtp_url=url))
    case_id = admit(app)
    waiting = run_due(app)["outbox"]
    assert waiting > 0
    assert sent_keys(app, case_id=case_id) == []
    app.store.close()

    with mail_sink() as sink:
        app = real_app(environment(folder=tmp_path, smtp_url=sink.url))
        app.clock.advance(by=timedelta(minutes=10))
        run_due(app)
        assert len(sink.keys) == len(set(sink.keys)) == waiting
        assert len(sent_keys(app, case_id=case_id)) == waiting
        app.store.close()
