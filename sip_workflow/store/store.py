"""The store: one database, used through transactions.

``write()`` and ``read()`` are the only ways in. A writing transaction is committed when its
block ends and rolled back when an exception leaves it; nothing in it is tried again here,
because only the caller knows whether the same question still makes sense.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from sip_workflow.store.connection import Connection
from sip_workflow.store.database import begin, open_engine
from sip_workflow.store.errors import NotReady
from sip_workflow.store.migrations import current_revision, head_revision, upgrade_to
from sip_workflow.store.postgres import patient
from sip_workflow.store.refusals import translate
from sip_workflow.store.sqlite import make_file
from sip_workflow.store.turnstile import Turnstile
from sip_workflow.store.unit_of_work import Transaction


class Store:
    """One database. Opens nothing until it is used.

    ``busy_seconds``: how long to wait for a lock, or for a free connection, before ``Busy``.
    ``statement_seconds``: how long a statement may run on PostgreSQL. ``pool_size``: connections
    that are kept; as many more are opened when needed.
    """

    def __init__(
        self, *, url: str, busy_seconds: float = 5.0, statement_seconds: float = 15.0, pool_size: int = 8
    ) -> None:
        self._engine = open_engine(
            url=url, busy_seconds=busy_seconds, statement_seconds=statement_seconds, pool_size=pool_size
        )
        self._busy_seconds = busy_seconds
        self._turnstile = Turnstile()

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self._engine.dialect.name

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction that may write: committed at the end, rolled back on an exception.

        On SQLite it is the only one of its kind from the first moment, so two of them must not
        be nested. Raises ``Busy``.
        """
        if self.dialect == "sqlite":
            with self._turnstile.turn(seconds=self._busy_seconds), self._transaction(writes=True) as tx:
                yield tx
        else:
            with self._transaction(writes=True) as tx:
                yield tx

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A transaction that only reads, one snapshot; it waits for no writer and no writer for it."""
        with self._transaction(writes=False) as tx:
            yield tx

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Transaction]:
        failure: Exception
        try:
            # Giving the connection back rolls back what was not committed.
            with self._engine.connect() as raw:
                begin(raw, writes=writes)
                connection = Connection(raw, writes=writes)
                yield Transaction(connection)
                if writes:
                    connection.commit()
                return
        except (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error) as error:
            failure = translate(error, about="transaction")
        raise failure from None

    def upgrade(self) -> None:
        """Bring the tables to this program's version; several may do so at once. Raises ``Busy``."""
        if self.dialect == "sqlite":
            make_file(self._engine.url)
            with self.write() as tx:
                upgrade_to(tx.connection.raw)
        else:
            with self.write() as tx, patient(tx.connection.raw):
                upgrade_to(tx.connection.raw)

    def check(self) -> None:
        """Raise ``Busy`` when the database is away, ``NotReady`` when it is at another version."""
        with self.read() as tx:
            revision = current_revision(tx.connection.raw)
        if revision != head_revision():
            raise NotReady("the tables are not those of this version; run the upgrade")

    def close(self) -> None:
        """Close the connections that are not in use."""
        self._engine.dispose()
