"""What follows from where a stay is: whether a SIP is due, and whether the three days run (lag 2017:612)."""

from __future__ import annotations

from collections.abc import Sequence

from sip_workflow.domain.sip import Case, Discharge

STATUTORY_DEADLINE = "invitation_after_ready"
STOPPED = ("deceased", "cancelled")
_MUNICIPAL = ("municipal_social_services", "municipal_health_care")


def needs_both_principals(needs: Sequence[str]) -> bool:
    """Whether municipality and region both have work to do.

    Municipal health care always brings in the regional outpatient care too (2:1, 4:1; rules B14).
    """
    municipal = any(need in _MUNICIPAL for need in needs)
    return municipal and ("regional_care" in needs or "municipal_health_care" in needs)


def sip_is_due(discharge: Discharge) -> bool:
    """Whether a SIP is to be offered: both principals, and not a coordinated care plan (ÖPT/ÖRV, B15)."""
    return discharge.planning_form == "sip" and needs_both_principals(discharge.needs)


def call_is_due(discharge: Discharge, *, case: Case) -> bool:
    """Whether the parties are to be called within three days of the ready notice (4:3).

    Not where the SIP was declined, refused or closed, nor where the stay has been stopped (rules B14, B17).
    """
    return (
        discharge.state not in STOPPED
        and sip_is_due(discharge)
        and discharge.sip_answer != "declined"
        and (case.closing_reason is None or discharge.invited_at is not None)
    )
