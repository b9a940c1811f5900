"""Cases: starting a SIP, seeing it within one's part of it, its history, and messages from outside."""

from __future__ import annotations

from sip_workflow.api.queries import AFTER, LIMIT, answer
from sip_workflow.api.routes import API, Answer, Call, Query, Routes
from sip_workflow.api.schemas.cases import STATES

routes = Routes(tag="cases")

_STATE = Query(
    name="state", description="All when it isn't given.", schema={"type": "string", "enum": list(STATES)}
)


@routes.post("/cases", body="CaseStart", answers={201: "Case"}, summary="Start a SIP")
def start_case(call: Call) -> Answer:
    """Without `need`, its task opens at the initiating unit."""
    case = call.app.cases.start(
        person=call.body["person"],
        initiating_unit=call.body["initiating_unit"],
        need=call.body.get("need"),
        guideline=call.body.get("guideline"),
        actor=call.actor,
        now=call.now,
    )
    return Answer(status=201, body=case, location=f"{call.root}{API}/cases/{case['id']}")


@routes.get(
    "/cases", query=(_STATE, LIMIT, AFTER), answers={200: "CaseList"}, summary="Cases I have a part in"
)
def list_cases(call: Call) -> Answer:
    """Each as far as the caller may see it."""
    return answer(call, ask=call.app.cases.list, state=call.query.get("state"))


@routes.get("/cases/{case_id}", answers={200: "Case"}, summary="A case")
def view_case(call: Call, *, case_id: str) -> Answer:
    """By the caller's part in it, and within the consent's scope and time."""
    return Answer(body=call.app.cases.view(case_id=case_id, actor=call.actor, now=call.now))


@routes.get(
    "/cases/{case_id}/history",
    query=(LIMIT, AFTER),
    answers={200: "HistoryList"},
    summary="What has happened",
)
def view_history(call: Call, *, case_id: str) -> Answer:
    """Oldest first: ids and codes."""
    return answer(call, ask=call.app.cases.history, case_id=case_id)


@routes.post(
    "/cases/{case_id}/messages", body="CaseMessage", answers={200: "Case"}, summary="Tell a case something"
)
def send_message(call: Call, *, case_id: str) -> Answer:
    """409 when nothing in the case waits for it."""
    case = call.app.cases.send_message(
        case_id=case_id,
        name=call.body["name"],
        data=call.body.get("data", {}),
        actor=call.actor,
        now=call.now,
    )
    return Answer(body=case)
