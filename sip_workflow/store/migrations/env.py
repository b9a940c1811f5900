"""Runs the migrations on the connection that the store gives; there is no other way to run them."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from sip_workflow.store.tables import metadata
from sip_workflow.store.types import Code, Json, UtcDateTime


def in_plain_types(kind: str, each: Any, _context: Any) -> str | Literal[False]:
    """A version says what a column is in the databases' own types: ours may change after it."""
    if kind != "type":
        return False
    if isinstance(each, UtcDateTime):
        return 'sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")'
    return "sa.Text()" if isinstance(each, Json | Code) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["metadata"] or metadata,
    # The store begins its transactions itself, so that SQLite takes back a half-done upgrade too.
    transactional_ddl=True,
    render_as_batch=True,
    render_item=in_plain_types,
)
context.run_migrations()
