"""The need and the consent (S4-10…12, domain.md 1.5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sip_workflow.application.consenting import end_consents
from sip_workflow.application.operations.registry import Operation, Result, operation
from sip_workflow.domain.identifiers import new_id
from sip_workflow.domain.sip import Consent


@operation("need.record")
def record_need(op: Operation) -> Result:
    """The need is assessed; a refusal is documented and closes the case (domain.md 1.2 row 6)."""
    need = op.answers
    if need["sip_needed"] == "yes":
        op.work.change_case(needed_at=op.now, urgency=need.get("urgency", "normal"))
    else:
        op.work.change_case(closing_reason="not_needed", closing_decided="alone")
    return {}


@operation("consent.record")
def record_consent(op: Operation) -> Result:
    """One talk about consent.

    Returns ``{"state": given | again | refused}``: ``again`` while the guideline leaves another
    attempt, for a no as for a hesitation (rules B5).
    """
    answers = op.answers
    state = consent_state(answers)
    attempt = op.case.consent_attempts + 1
    if state in ("given", "refused"):
        # A new yes takes the earlier one's place; a no stops sharing at once, at any try (rules B5).
        end_consents(op, state="ended")
    op.tx.consents.add(
        Consent(
            id=new_id(),
            case_id=op.case.id,
            attempt=attempt,
            state=state,
            information_exchange=answers["information_exchange"],
            plan=answers["plan"],
            given_by=answers["given_by"],
            answers=answers,
            recorded_at=op.now,
            recorded_by=op.work.actor.id,
            scope_units=list(answers.get("scope_units", [])),
            excluded_units=list(answers.get("excluded", {}).get("units", [])),
            includes_passing_on=bool(answers.get("includes_passing_on", False)),
            valid_to=date.fromisoformat(answers["valid_to"]) if "valid_to" in answers else None,
        )
    )
    if state == "given":
        op.work.change_case(consent_attempts=0)
        return {"state": "given"}
    if attempt < int(op.guideline["consent_attempts"]):
        op.work.change_case(consent_attempts=attempt)
        return {"state": "again"}
    op.work.change_case(consent_attempts=0, closing_reason="consent_refused", closing_decided="alone")
    return {"state": "refused"}


def consent_state(answers: Mapping[str, Any]) -> str:
    """``given``, ``hesitant`` or ``refused``.

    Both parts are needed: to share information (or another legal ground) and to have a plan (or to
    be unable to say). For a child every guardian must say yes: one no is a no, one who could not
    be reached is not yet a yes (rules B6; FB 6:13 a never covers the SIP itself).
    """
    shares = answers["information_exchange"] in ("given", "other_ground")
    guardians = {guardian["answer"] for guardian in answers.get("guardians", [])}
    if "refused" in guardians or answers["plan"] == "refused" or not shares:
        return "refused"
    if answers["plan"] == "hesitant" or guardians - {"given"}:
        return "hesitant"
    return "given"
