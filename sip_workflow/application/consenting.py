"""Ending a consent: sharing stops at once (S2-20, rules B4, B5)."""

from __future__ import annotations

from sip_workflow.application.act import Act


def end_consents(act: Act, *, state: str) -> None:
    """End every consent in force. ``state``: withdrawn or ended; what was sent before stays where it is."""
    for consent in act.tx.consents.find(case_id=act.case.id, state="given", ended_at=None):
        act.tx.consents.change(consent.id, state=state, ended_at=act.now)
