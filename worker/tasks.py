"""The Celery tasks: one for each sweep.

A mail server that does not answer holds its tick for as long as the tick may take. So of a worker's
processes at most one delivers at a time, and the others stay free for timers.

They take ``**_newer``, so that a worker of this version understands the ticks of a newer one. A task
that fails says the error's type in the log and no more; the next tick tries again.
"""

from __future__ import annotations

import fcntl
import logging
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from celery import shared_task

from sip_workflow.bootstrap import build
from sip_workflow.settings import read_settings
from worker.schedule import OUTBOX_TASK, TIMERS_TASK
from worker.sweeps import OUTBOX, TIMERS, Application, Sweep, drain

_MOST_SECONDS = 60
"""How long a tick goes on while there is more to do; the next one takes the rest."""

# A file without a name, made before the worker forks its processes: they all have it, and a lock on it
# is its process's own. The system takes the lock back from a process that is killed.
_DELIVERING = tempfile.TemporaryFile()  # noqa: SIM115 (open for as long as the process lives)

_log = logging.getLogger(__name__)


@cache
def application() -> Application:
    """This process's application, built at the first task: database connections don't survive a fork."""
    return build(read_settings(os.environ))


@shared_task(name=TIMERS_TASK)
def fire_due_timers(**_newer: Any) -> int:
    """Fire the timers that are due; how many."""
    return _tick(TIMERS)


@shared_task(name=OUTBOX_TASK)
def deliver_due_outbox(**_newer: Any) -> int:
    """Deliver what leaves the case; how many items: none when another process is at it."""
    with _alone() as alone:
        return _tick(OUTBOX) if alone else 0


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether no other process of this worker delivers; until the end of the block none does. Never waits."""
    try:
        fcntl.lockf(_DELIVERING, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        yield False
        return
    try:
        yield True
    finally:
        fcntl.lockf(_DELIVERING, fcntl.LOCK_UN)


def _tick(sweep: Sweep) -> int:
    ends_at = time.monotonic() + _MOST_SECONDS
    try:
        return drain(application(), sweep, go_on=lambda: time.monotonic() < ends_at)
    except Exception as error:  # Celery would log its text and where it was raised, with what stood there
        _log.error("sweep of %s failed (%s)", sweep.name, type(error).__name__)
        return 0
