"""Writes the next version of the tables: ``python -m sip_workflow.store.migrations "why"``."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from sip_workflow.store import Store
from sip_workflow.store.migrations import write_version


def main(arguments: list[str]) -> int:
    """Compare a new database with the tables and write what is missing. Returns the exit code."""
    if len(arguments) != 1:
        sys.stderr.write('usage: python -m sip_workflow.store.migrations "why"\n')
        return 2
    with TemporaryDirectory() as folder:
        store = Store(url=f"sqlite:///{Path(folder) / 'new.db'}")
        store.upgrade()
        with store.write() as tx:
            path = write_version(tx.connection.raw, why=arguments[0])
        store.close()
    sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
