"""All tables. Importing this module fills ``metadata``."""

from __future__ import annotations

from sip_workflow.store import case_tables, engine_tables, register_tables
from sip_workflow.store.schema import metadata

__all__ = ["case_tables", "engine_tables", "metadata", "register_tables"]
