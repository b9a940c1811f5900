"""What the store may answer instead of a row.

No text here carries a value: a unique violation's own message would show a personal
number, so the database's words never leave this package. Tables, columns and constraints
are named, nothing else.
"""

from __future__ import annotations


class StoreError(Exception):
    """The database refused a statement. The transaction it stood in is rolled back."""


class NotFound(StoreError):
    """There is no row with that key."""


class Conflict(StoreError):
    """The row has another version than the one that was read: someone else was first."""


class Duplicate(StoreError):
    """There is already a row with the same unique values."""


class Inconsistent(StoreError):
    """A row refers to one that is not there, or lacks what it must have."""


class Busy(StoreError):
    """The database is locked for too long, full or away. Nothing was written; it may be tried again."""


class NotReady(StoreError):
    """The database is not at this program's version, or does not keep what it commits."""
