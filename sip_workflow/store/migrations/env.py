"""Runs the migrations on the connection that the store gives; there is no other way to run them."""

from __future__ import annotations

from alembic import context

from sip_workflow.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # The store begins its transactions itself, so that SQLite takes back a half-done upgrade too.
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
