"""A use case may refuse. A refusal is an answer, and says in Swedish what to do.

Surfaces map this one class to a page or to problem+json; the texts hold no personal data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """One wrong field. ``pointer`` is a JSON pointer into what was sent; ``message`` is Swedish."""

    pointer: str
    message: str


class Refusal(Exception):
    """Nothing was changed, and why.

    Subclasses set ``status`` (HTTP), ``type`` (a stable code) and ``title`` (Swedish); ``detail``
    says what to do.
    """

    status = 409
    type = "refused"
    title = "Det gick inte"

    def __init__(self, detail: str = "", *, errors: Sequence[FieldError] = ()) -> None:
        """Keep the Swedish ``detail`` and the wrong fields."""
        super().__init__(self.type)
        self.detail = detail
        self.errors = tuple(errors)


class NotFound(Refusal):
    """There is no such thing, or the actor may not see it: the two look the same."""

    status = 404
    type = "not_found"
    title = "Sidan eller uppgiften finns inte"

    def __init__(
        self, detail: str = "Kontrollera adressen. Det kan också vara något som du inte får se."
    ) -> None:
        """Say no more than that."""
        super().__init__(detail)


class InvalidInput(Refusal):
    """What was sent can't be used; ``errors`` says field by field why."""

    status = 422
    type = "invalid_input"
    title = "Uppgifterna behöver rättas"

    def __init__(
        self, errors: Sequence[FieldError], detail: str = "Rätta fälten och skicka igen. Inget har sparats."
    ) -> None:
        """Keep the errors."""
        super().__init__(detail, errors=errors)
