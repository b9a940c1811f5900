"""The application's clock: real time, moved by an offset in training so that all processes share it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sip_workflow.application.core import Core
from sip_workflow.domain.refusals import Refusal
from sip_workflow.domain.rows import Setting

OFFSET = "clock_offset_seconds"


class OnlyInTraining(Refusal):
    """The clock can be moved in training mode only."""

    type = "only_in_training"
    title = "Bara i övningsläge"

    def __init__(self) -> None:
        """Say why."""
        super().__init__("Klockan kan bara flyttas i övningsläge.")


class Clock:
    """Reads the time for web, command line and worker; ``read`` gives the machine's aware UTC time."""

    def __init__(self, core: Core, *, read: Callable[[], datetime]) -> None:
        """Keep the core and the machine's clock."""
        self._core, self._read = core, read

    def now(self) -> datetime:
        """The time now, aware UTC. In training the offset is read each time: another process may move it."""
        if not self._core.training:
            return self._read()
        with self._core.read() as tx:
            setting = tx.settings.find_one(id=OFFSET)
        return self._read() + timedelta(seconds=float(setting.value) if setting is not None else 0.0)

    def set(self, *, at: datetime) -> datetime:
        """Move the clock to ``at`` (aware). Raises ``OnlyInTraining``."""
        return self._move(offset=at - self._read())

    def advance(self, *, by: timedelta) -> datetime:
        """Move the clock by a duration. Raises ``OnlyInTraining``."""
        return self._move(offset=self.now() + by - self._read())

    def _move(self, *, offset: timedelta) -> datetime:
        if not self._core.training:
            raise OnlyInTraining
        with self._core.write() as tx:
            tx.settings.remove(id=OFFSET)
            tx.settings.add(Setting(id=OFFSET, value=str(offset.total_seconds())))
        return self.now()
