"""The store: cases, processes and their messages in SQLite or PostgreSQL.

The only room that imports SQLAlchemy. It keeps records and knows nothing of what they mean.
"""

from sip_workflow.store.errors import Busy, Conflict, Duplicate, Inconsistent, NotFound, NotReady, StoreError
from sip_workflow.store.pages import Page
from sip_workflow.store.store import Store
from sip_workflow.store.unit_of_work import Transaction

__all__ = [
    "Busy",
    "Conflict",
    "Duplicate",
    "Inconsistent",
    "NotFound",
    "NotReady",
    "Page",
    "Store",
    "StoreError",
    "Transaction",
]
