"""The outbox sweep: what leaves the case is done by a connector, outside every transaction.

At least once, with the same key each time. A mail is composed when it is sent: the outbox holds ids
only, and a mail that is no longer true by then is settled unsent. An item that fails is tried again
later, ever more seldom; after ``MOST_ATTEMPTS`` it is set aside as dead and the others go on.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sip_workflow.application.core import Core
from sip_workflow.application.mails import NoLongerTrue, NoReceiver, demand_true, mail_for
from sip_workflow.connectors import Connector, Permanent, TryAgain
from sip_workflow.domain.mail import Mail, to_payload
from sip_workflow.domain.register import SYSTEM
from sip_workflow.domain.rows import HistoryItem, OutboxItem
from sip_workflow.settings import Settings

LEASE_SECONDS = 120.0
MOST_ATTEMPTS = 10
UNSENT = "no longer true"
_LONGEST_PAUSE_SECONDS = 3600.0
_log = logging.getLogger(__name__)


class Outbox:
    """Delivers what waits."""

    def __init__(
        self,
        core: Core,
        *,
        connectors: Mapping[str, Connector],
        settings: Settings,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Keep the connectors by effect name; ``jitter`` gives 0 to 1."""
        self._core, self._connectors, self._settings, self._jitter = core, connectors, settings, jitter

    def next_due_at(self) -> datetime | None:
        """When the next item is due, or None."""
        with self._core.read() as tx:
            return tx.outbox.next_due_at()

    def deliver_due(self, *, now: datetime, limit: int) -> dict[str, int]:
        """Deliver what is due, at most ``limit`` items. Returns ``{done, again, dead}``."""
        with self._core.write() as tx:
            items = tx.outbox.claim(now=now, lease_seconds=LEASE_SECONDS, limit=limit)
        counts = {"done": 0, "again": 0, "dead": 0}
        for item in items:
            counts[self._deliver(item, now=now)] += 1
        return counts

    def mailbox(self, *, limit: int) -> list[Mail]:
        """The newest mails as they were or will be sent (training mode's mailbox page)."""
        with self._core.read() as tx:
            items = tx.outbox.find(effect="mail", order_by=("-created_at", "id"), limit=limit)
            mails = []
            for item in items:
                if item.error == UNSENT:
                    continue
                try:
                    mails.append(mail_for(tx, item=item, base_url=self._core.base_url))
                except NoReceiver:
                    continue
        return mails

    def _deliver(self, item: OutboxItem, *, now: datetime) -> str:
        connector = self._connectors.get(item.effect)
        if connector is None:
            return self._settle(item, now=now, error="no connector", final=True)
        try:
            connector(payload=self._payload(item), key=item.key, settings=self._settings)
        except TryAgain as refused:  # its text holds no personal data, by the connectors' contract
            return self._settle(item, now=now, error=str(refused), final=item.attempts >= MOST_ATTEMPTS)
        except Permanent as refused:
            return self._settle(item, now=now, error=str(refused), final=True)
        except NoLongerTrue:
            with self._core.write() as tx:
                tx.outbox.settle(item, state="done", done_at=now, leased_until=None, error=UNSENT)
            return "done"
        except NoReceiver:
            return self._settle(item, now=now, error="nobody at the unit has an address", final=True)
        except Exception as fault:  # a connector's fault must not stop the others
            _log.error("connector for %s failed: %s", item.effect, type(fault).__name__)
            return self._settle(
                item, now=now, error=type(fault).__name__, final=item.attempts >= MOST_ATTEMPTS
            )
        self._done(item, now=now)
        return "done"

    def _payload(self, item: OutboxItem) -> Mapping[str, Any]:
        if item.effect != "mail":
            return item.payload
        with self._core.read() as tx:
            demand_true(tx, item=item)
            return to_payload(mail_for(tx, item=item, base_url=self._core.base_url))

    def _done(self, item: OutboxItem, *, now: datetime) -> None:
        with self._core.write() as tx:
            mine = tx.outbox.settle(item, state="done", done_at=now, leased_until=None, error=None)
            if mine and item.case_id is not None:
                tx.history.append(
                    [
                        HistoryItem(
                            case_id=item.case_id,
                            at=now,
                            type="notification_sent",
                            actor=SYSTEM.id,
                            data={"key": item.key, "kind": item.payload.get("kind")},
                        )
                    ]
                )

    def _settle(self, item: OutboxItem, *, now: datetime, error: str, final: bool) -> str:
        with self._core.write() as tx:
            if final:
                tx.outbox.settle(item, state="dead", leased_until=None, error=error)
                return "dead"
            pause = min(2.0**item.attempts, _LONGEST_PAUSE_SECONDS) * (1 + self._jitter())
            tx.outbox.settle(item, next_at=now + timedelta(seconds=pause), leased_until=None, error=error)
            return "again"
