"""Where a page of a list begins: places that earlier pages gave, never made up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sip_workflow.domain.refusals import Refusal

T = TypeVar("T")
_LARGEST = 2**53


class UnknownPlace(Refusal):
    """The place to go on from is not one of ours."""

    status = 400
    type = "unknown_place"
    title = "Sidan i listan finns inte"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("Börja om från listans första sida.")


def page_of(read: Callable[[], T]) -> T:
    """What ``read`` gives. Raises ``UnknownPlace`` for a place that the store did not give."""
    try:
        return read()
    except ValueError:
        raise UnknownPlace from None


def item_number(after: str | None) -> int:
    """The number of the last item seen, 0 at the beginning. Raises ``UnknownPlace``."""
    if after is None:
        return 0
    if not (after.isascii() and after.isdecimal() and len(after) < 16 and int(after) < _LARGEST):
        raise UnknownPlace
    return int(after)
