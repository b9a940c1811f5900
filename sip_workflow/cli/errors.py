"""One place where what the rooms below refuse becomes a line of text and an exit code."""

from __future__ import annotations

from typing import Any

import click

from sip_workflow.definitions import DefinitionFileError
from sip_workflow.domain.refusals import Refusal
from sip_workflow.plugins import PluginError
from sip_workflow.settings import SettingsError
from sip_workflow.store import Busy, NotReady

REFUSED = 1
CANNOT_RUN = 2


class Stop(click.ClickException):
    """Ends the command with one line of text and an exit code."""

    def __init__(self, message: str, *, code: int) -> None:
        """Keep the code, which click reads."""
        super().__init__(message)
        self._code = code

    @property
    def exit_code(self) -> int:  # type: ignore[override]  # click has it as a class variable
        """The code."""
        return self._code


class Commands(click.Group):
    """A group whose commands may let the house's own exceptions out."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Other exceptions are faults and keep their traceback."""
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            raise Stop(_said(refusal), code=REFUSED) from None
        except (SettingsError, PluginError, DefinitionFileError) as error:
            raise Stop(str(error), code=CANNOT_RUN) from None
        except NotReady:
            raise Stop(
                "Databasen saknas eller är från en annan version. Kör: sip init", code=CANNOT_RUN
            ) from None
        except Busy:
            raise Stop("Databasen svarar inte eller är upptagen. Försök igen.", code=CANNOT_RUN) from None


def _said(refusal: Refusal) -> str:
    lines = [f"{refusal.title}. {refusal.detail}".strip()]
    lines += [f"  {error.pointer}: {error.message}" for error in refusal.errors]
    return "\n".join(lines)
