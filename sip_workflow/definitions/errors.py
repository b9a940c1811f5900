"""What can be wrong with a file of definitions."""

from __future__ import annotations


class DefinitionFileError(Exception):
    """A file of definitions can't be used. ``file`` is its name in the tree, ``message`` Swedish."""

    def __init__(self, *, file: str, message: str) -> None:
        """Keep the file and what to do about it."""
        super().__init__(f"{file}: {message}")
        self.file = file
        self.message = message
