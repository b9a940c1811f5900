"""PostgreSQL, with a limit to every wait, on the server's side and on ours.

The server ends a statement, or the wait for a lock, that takes too long. A server, or a
network, that says nothing at all is noticed here: the connection is given up.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.waiting import Wait
from sqlalchemy import URL, Connection, Engine, create_engine, event, text

T = TypeVar("T")

_GRACE_SECONDS = 1.0
"""How much longer than the server's own limit we wait for its answer."""


class LimitedConnection(psycopg.Connection[Any]):
    """A connection that is closed when the server does not answer within ``answer_seconds``."""

    answer_seconds: float = math.inf

    def wait(self, gen: PQGen[T], *args: Any, **kwargs: Any) -> T:
        """Wait for the server. Raises ``OperationalError`` when the time is up."""
        try:
            return super().wait(_limited(gen, seconds=self.answer_seconds), *args, **kwargs)
        except TimeoutError:
            self.close()
        raise psycopg.OperationalError("the server did not answer in time")


def _limited(gen: PQGen[T], *, seconds: float) -> Generator[Wait, int, T]:
    """The same conversation, with a look at the time whenever nothing has come for a moment."""
    until = monotonic() + seconds
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if not ready and monotonic() > until:
                raise TimeoutError
            wanted = gen.send(ready)
    except StopIteration as stop:
        answer: T = stop.value
        return answer


def open_postgres(url: URL, *, busy_seconds: float, statement_seconds: float, pool_size: int) -> Engine:
    """The engine of a PostgreSQL database."""
    limits = {
        "lock_timeout": f"{math.ceil(busy_seconds * 1000)}ms",
        "statement_timeout": f"{math.ceil(statement_seconds * 1000)}ms",
        "idle_in_transaction_session_timeout": f"{math.ceil(statement_seconds * 4000)}ms",
        "timezone": "UTC",
    }
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=busy_seconds,
        connect_args={
            # Whole seconds, and the driver takes no less than two.
            "connect_timeout": max(2, math.ceil(busy_seconds)),
            "application_name": "sip_workflow",
            "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
        },
    )

    def connect(_dialect: object, _record: object, arguments: list[Any], options: dict[str, Any]) -> object:
        connection = LimitedConnection.connect(*arguments, **options)
        connection.answer_seconds = statement_seconds + _GRACE_SECONDS
        return connection

    event.listen(engine, "do_connect", connect)
    return engine


@contextmanager
def patient(connection: Connection) -> Iterator[None]:
    """No limits for the rest of the transaction: a table that is built anew may take its time."""
    driver: Any = connection.connection.dbapi_connection
    was = driver.answer_seconds
    driver.answer_seconds = math.inf
    try:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        yield
    finally:
        driver.answer_seconds = was
