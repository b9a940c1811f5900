"""Celery on a real Valkey, workers and beat as processes of their own, over a real application on SQLite.

Without warnings as errors there: as root, Celery warns that it is root.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import redis

from tests.support.mail_sink import mail_sink
from tests.support.valkey import valkey
from tests.worker.real_app import NAME, PERSONAL_NUMBER, admit, environment, real_app, sent_keys, told
from tests.worker.waiting import until
from worker.celery_app import ARGUMENTS, CONFIGURATION, make_celery
from worker.schedule import OUTBOX_TASK, SCHEDULE, TIMERS_TASK

pytestmark = [pytest.mark.broker, pytest.mark.slow]
ROOT = Path(__file__).parents[2]
CELERY = ("-m", "celery", "-A", "worker.celery_app")
WORKER = (*CELERY, *ARGUMENTS, "--loglevel=INFO", "--concurrency=2")
BEAT = (*CELERY, "beat", "--loglevel=INFO")
RUN = ("-c", "import os; from worker.celery_app import run; run(broker_url=os.environ['SIP_BROKER_URL'])")


@pytest.fixture(scope="module")
def broker() -> Iterator[str]:
    with valkey() as url:
        yield url


@pytest.fixture
def queue(broker: str) -> Iterator[redis.Redis]:
    """The broker as a client sees it, empty."""
    client = redis.Redis.from_url(broker)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def house(tmp_path, broker, queue):
    """The settings and the application that all processes share, with a mail sink: (settings, app, sink)."""
    with mail_sink() as sink:
        settings = environment(folder=tmp_path, smtp_url=sink.url, broker_url=broker)
        app = real_app(settings)
        yield settings, app, sink
        app.store.close()


@contextmanager
def celery(settings: dict[str, str], *, folder: Path, arguments: tuple[str, ...] = WORKER) -> Iterator[Path]:
    """A Celery process in its own group; its log file. Ended with all its children."""
    log = folder / f"celery-{len(list(folder.glob('celery-*')))}.log"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHONWARN")}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            env={**clean, **settings, "PYTHONPATH": str(ROOT)},
            cwd=folder,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield log
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def test_ticks_fire_timers_and_deliver_the_outbox(house, tmp_path):
    settings, app, sink = house
    case_id = admit(app)
    with celery(settings, folder=tmp_path, arguments=RUN) as log:
        until(lambda: len(sink.messages) >= 1, seconds=60)
        app.clock.advance(by=timedelta(days=30))
        until(lambda: len(told(app, case_id=case_id)) >= 3, seconds=60)
        until(lambda: app.outbox.next_due_at() is None, seconds=60)
    assert len(sink.keys) == len(set(sink.keys)) == len(sent_keys(app, case_id=case_id))
    written = log.read_text()
    for secret in (NAME, *NAME.split(), PERSONAL_NUMBER):
        assert secret not in written
    assert not list(tmp_path.glob("celerybeat-schedule*"))


def test_two_workers_with_a_beat_each_tell_nobody_twice(house, tmp_path):
    settings, app, sink = house
    cases = [admit(app, external_id=f"stay-{number}") for number in range(3)]
    app.clock.advance(by=timedelta(days=30))
    with celery(settings, folder=tmp_path), celery(settings, folder=tmp_path):
        until(lambda: all(len(told(app, case_id=case_id)) >= 3 for case_id in cases), seconds=90)
        until(lambda: app.timers.next_due_at() > app.clock.now(), seconds=60)
        until(lambda: app.outbox.next_due_at() is None, seconds=60)
    for case_id in cases:
        levels = told(app, case_id=case_id)
        assert len(levels) == len(set(levels))
    assert len(sink.keys) == len(set(sink.keys))


def test_a_mail_server_that_never_answers_does_not_hold_up_the_timers(tmp_path, broker, queue):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        settings = environment(folder=tmp_path, smtp_url=url, broker_url=broker)
        app = real_app(settings)
        cases = [admit(app, external_id=f"stay-{number}") for number in range(6)]
        with celery(settings, folder=tmp_path):
            # Six mails of ten seconds each are due; both processes would be held for a minute.
            silent.settimeout(60)
            first, _ = silent.accept()
            app.clock.advance(by=timedelta(days=30))
            until(lambda: all(len(told(app, case_id=case_id)) >= 3 for case_id in cases), seconds=9)
            first.close()
        app.store.close()


def test_a_broker_that_was_emptied_is_filled_by_the_next_tick(house, queue, tmp_path):
    settings, app, sink = house
    with celery(settings, folder=tmp_path, arguments=BEAT):
        until(lambda: queue.llen("celery") >= 2, seconds=60)
        queue.flushall()
        until(lambda: queue.llen("celery") >= 2, seconds=60)
    admit(app)
    with celery(settings, folder=tmp_path):
        until(lambda: len(sink.messages) >= 1, seconds=60)


def test_what_goes_through_the_broker_carries_nothing_and_expires(house, queue, tmp_path):
    settings, app, _ = house
    admit(app)
    with celery(settings, folder=tmp_path, arguments=BEAT):
        until(lambda: queue.llen("celery") >= 4, seconds=60)
        messages = [json.loads(raw) for raw in queue.lrange("celery", 0, -1)]
    assert {message["headers"]["task"] for message in messages} == {TIMERS_TASK, OUTBOX_TASK}
    for message in messages:
        assert message["content-type"] == "application/json"
        assert message["headers"]["expires"] is not None
        arguments, keywords, _ = json.loads(b64decode(message["body"]))
        assert (arguments, keywords) == ([], {})


def test_the_tick_of_a_newer_version_is_understood(house, queue, tmp_path):
    settings, app, sink = house
    admit(app)
    sender = make_celery(broker_url=settings["SIP_BROKER_URL"])
    no_beat = tuple(argument for argument in WORKER if argument != "--beat")
    with celery(settings, folder=tmp_path, arguments=no_beat) as log:
        sender.send_task(OUTBOX_TASK, kwargs={"shard": 7, "since": "2026-10-05T08:00:00Z"})
        until(lambda: len(sink.messages) >= 1, seconds=60)
    sender.close()
    assert "TypeError" not in log.read_text()


def test_celery_is_set_up_to_lose_nothing_and_to_run_no_code_from_a_message():
    made = make_celery(broker_url="redis://localhost:1/0").conf
    assert made.task_acks_late
    assert made.task_reject_on_worker_lost
    assert made.accept_content == ["json"]
    assert made.result_backend is None
    assert made.broker_transport_options["visibility_timeout"] > CONFIGURATION["task_time_limit"]
    assert all(set(entry) == {"task", "schedule", "options"} for entry in SCHEDULE.values())
