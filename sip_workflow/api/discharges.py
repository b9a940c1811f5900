"""Discharges: what a hospital's record system sends (2017:612), and the state of a stay.

The only routes that an API client may use, with the scope ``discharges``.
"""

from __future__ import annotations

from urllib.parse import quote

from sip_workflow.api.routes import API, Answer, Call, Routes

SCOPE = "discharges"

routes = Routes(tag="discharges")


@routes.post(
    "/discharges",
    body="AdmissionNotice",
    scope=SCOPE,
    answers={201: "Discharge", 200: "Discharge"},
    summary="Send an admission notice",
)
def admit(call: Call) -> Answer:
    """2017:612 2:1. The same notice again answers 200; other content under the same id 409."""
    discharge, created = call.app.discharges.admit(notice=call.body, actor=call.actor, now=call.now)
    path = f"{call.root}{API}/discharges/{quote(discharge['external_id'], safe='')}"
    return Answer(status=201 if created else 200, body=discharge, location=path if created else None)


@routes.get("/discharges/{external_id}", scope=SCOPE, answers={200: "Discharge"}, summary="Where a stay is")
def view_discharge(call: Call, *, external_id: str) -> Answer:
    """State, times, the clocks that run, and the SIP it leads to."""
    return Answer(body=call.app.discharges.view(external_id=external_id, actor=call.actor, now=call.now))


@routes.post(
    "/discharges/{external_id}/events",
    body="DischargeEvent",
    scope=SCOPE,
    answers={200: "Discharge"},
    summary="Tell what happened during the stay",
)
def record_event(call: Call, *, external_id: str) -> Answer:
    """The same event again changes nothing. Clocks run from when it reached us, not from `at`."""
    discharge = call.app.discharges.record_event(
        external_id=external_id, event=call.body, actor=call.actor, now=call.now
    )
    return Answer(body=discharge)
