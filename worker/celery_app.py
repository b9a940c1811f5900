"""Celery for a scaled installation: ``SIP_BROKER_URL`` names the broker (Valkey, Redis or RabbitMQ).

Only ticks go through it, never personal data. Each process of a worker builds the application
for itself, after it was forked, from the environment. Beat keeps nothing on disk and may run
in every worker: two beats only make more ticks.
"""

from __future__ import annotations

import os
from typing import Any

from celery import Celery

from worker.schedule import SCHEDULE

_TASK_SECONDS = 300
_VISIBILITY_SECONDS = 2 * _TASK_SECONDS
"""When Valkey and Redis give the task of a lost worker to another; above the longest time a task may take."""

CONFIGURATION: dict[str, Any] = {
    "include": ["worker.tasks"],
    "beat_schedule": SCHEDULE,
    "beat_scheduler": "celery.beat:Scheduler",
    "enable_utc": True,
    "timezone": "UTC",
    # JSON in and out: a message can't carry code.
    "task_serializer": "json",
    "accept_content": ["json"],
    "result_backend": None,
    "task_ignore_result": True,
    # A task is acknowledged when done: one whose worker is killed is done by another.
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "worker_prefetch_multiplier": 1,
    "task_time_limit": _TASK_SECONDS,
    "broker_transport_options": {"visibility_timeout": _VISIBILITY_SECONDS},
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "worker_enable_remote_control": False,
    "worker_hijack_root_logger": False,
}

ARGUMENTS = ("worker", "--beat", "--loglevel=WARNING", "--without-gossip", "--without-mingle")
"""A worker with beat that asks no other worker anything."""


def make_celery(*, broker_url: str | None) -> Celery:
    """A Celery application for a broker."""
    celery = Celery("sip", broker=broker_url)
    celery.conf.update(CONFIGURATION)
    return celery


def run(*, broker_url: str, concurrency: int = 2) -> None:
    """Run a worker with beat in it until it is told to stop (``sip worker``).

    ``concurrency``: processes, at least two, one of which may be held by a mail server.

    Ticks are not logged: two every two seconds would hide what matters.
    """
    make_celery(broker_url=broker_url).worker_main([*ARGUMENTS, f"--concurrency={concurrency}"])


app = make_celery(broker_url=os.environ.get("SIP_BROKER_URL"))
"""For ``celery -A worker.celery_app``."""
