"""What the engine refuses and how it fails.

No text of an error holds data of a case: only names and expressions that stand in a diagram.
"""

from __future__ import annotations


class DefinitionError(Exception):
    """A diagram or a decision table cannot be run as it is drawn.

    ``file`` is the process or decision id, ``element`` the id of the faulty element
    ("" when it is the file as a whole), ``message`` says what is wrong.
    """

    def __init__(self, *, file: str, element: str, message: str) -> None:
        where = f"{file}: {element}" if element else file
        super().__init__(f"{where}: {message}")
        self.file = file
        self.element = element
        self.message = message


class NotOpen(Exception):
    """What was answered is not open any more: done by someone else, cancelled, or never there."""

    def __init__(self, *, ref: int) -> None:
        super().__init__(f"ref {ref} is not open")
        self.ref = ref


class StepFailed(Exception):
    """A step could not be taken; the session must be thrown away and nothing of it saved.

    ``element_id`` names the element of the diagram where it happened.
    """

    def __init__(self, *, element_id: str, reason: str) -> None:
        super().__init__(f"{element_id}: {reason}")
        self.element_id = element_id
        self.reason = reason


class StateError(StepFailed):
    """A stored state cannot be read by this engine together with this diagram."""

    def __init__(self, *, process_id: str, reason: str) -> None:
        super().__init__(element_id=process_id, reason=reason)


class NaiveTime(ValueError):
    """A time without an offset: nobody can say when it is."""
