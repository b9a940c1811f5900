"""What is committed is kept: the settings that say so are really set on every connection."""

from __future__ import annotations

from contextlib import ExitStack

from sip_workflow.store import Store


def test_every_sqlite_connection_is_durable(sqlite_store: Store) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
    with ExitStack() as stack:
        transactions = [stack.enter_context(sqlite_store.read()) for _ in range(6)]
        transactions.append(stack.enter_context(sqlite_store.write()))
        for tx in transactions:
            run = tx.connection.raw.exec_driver_sql
            assert {name: run(f"PRAGMA {name}").scalar_one() for name in wanted} == wanted


def test_every_postgres_connection_is_durable_and_bounded(postgres_store: Store) -> None:
    wanted = {
        "synchronous_commit": "on",
        "TimeZone": "UTC",
        "lock_timeout": "5s",
        "statement_timeout": "15s",
        "idle_in_transaction_session_timeout": "1min",
        "application_name": "sip_workflow",
    }
    with ExitStack() as stack:
        reading = [stack.enter_context(postgres_store.read()) for _ in range(3)]
        writing = stack.enter_context(postgres_store.write())
        for tx in [*reading, writing]:
            run = tx.connection.raw.exec_driver_sql
            assert {name: run(f"SHOW {name}").scalar_one() for name in wanted} == wanted
        for tx in reading:
            run = tx.connection.raw.exec_driver_sql
            assert run("SHOW transaction_isolation").scalar_one() == "repeatable read"
            assert run("SHOW transaction_read_only").scalar_one() == "on"
        run = writing.connection.raw.exec_driver_sql
        assert run("SHOW transaction_isolation").scalar_one() == "read committed"
        assert run("SHOW transaction_read_only").scalar_one() == "off"


def test_a_writing_connection_is_not_left_read_only(postgres_store: Store) -> None:
    """Reading and writing transactions share the pool's connections."""
    for _ in range(5):
        with postgres_store.read() as tx:
            assert tx.settings.count() == 0
        with postgres_store.write() as tx:
            run = tx.connection.raw.exec_driver_sql
            assert run("SHOW transaction_read_only").scalar_one() == "off"
            assert run("SHOW transaction_isolation").scalar_one() == "read committed"


def test_indexes_serve_the_questions_that_are_asked_most(sqlite_store: Store) -> None:
    """The sweeps ask every second, the inbox at every page: none may read a whole table."""
    questions = {
        "SELECT * FROM timers WHERE due_at <= 'x' ORDER BY due_at, id LIMIT 9": "ix_timers_due_at_id",
        "SELECT min(due_at) FROM timers": "ix_timers_due_at_id",
        "SELECT id FROM outbox WHERE state = 'pending' AND next_at <= 'x' ORDER BY next_at, id": (
            "ix_outbox_state_next_at"
        ),
        "SELECT * FROM waits WHERE case_id = 'x' AND message = 'y'": "ix_waits_case_id_message",
        "SELECT * FROM history WHERE case_id = 'x' AND id > 1 ORDER BY id": "ix_history_case_id_id",
        "SELECT * FROM tasks WHERE state = 'open' AND ((unit_id = 'x' AND role = 'y') OR "
        "(unit_id = 'z' AND role = 'y'))": "ix_tasks_state_unit_id_role_due_at_id",
        "SELECT * FROM tasks WHERE case_id = 'x' AND state = 'open'": "ix_tasks_case_id_state",
        "SELECT case_id FROM parts WHERE unit_id IN ('x', 'y')": "ix_parts_unit_id_case_id",
        "SELECT * FROM persons WHERE id_type = 'x' AND id_number = 'y'": "ix_persons_id_type_id_number",
    }
    with sqlite_store.read() as tx:
        for question, index in questions.items():
            plan = tx.connection.raw.exec_driver_sql(f"EXPLAIN QUERY PLAN {question}").fetchall()
            assert any(index in str(row) for row in plan), (question, plan)
