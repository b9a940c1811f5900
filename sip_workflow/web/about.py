"""What a task is about, to read above its form: the invitation, the replies, the stay, or what is late.

Nothing here is more than the visitor's view of the case, or the task's own invitation, gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sip_workflow.application import Application
from sip_workflow.application.views import View
from sip_workflow.domain.definitions import Bundle
from sip_workflow.web import words
from sip_workflow.web.formview import filled, form_page
from sip_workflow.web.late import LATE_FORMS, late_steps
from sip_workflow.web.names import Names

Lines = list[tuple[str, str]]

_CALL: Mapping[str, str] = {
    "purpose": "Varför vi träffas",
    "long_term_goal": "Mål på längre sikt",
    "questions": "Frågor till mötet",
    "important_to_me": "Viktigt för personen",
    "takes_part": "Så är personen med",
    "adaptations": "Det behöver vi tänka på",
}
_OWN: Mapping[str, str] = {
    "why": "Varför just ni",
    "expected_contribution": "Vi hoppas att ni bidrar med",
    "question": "Fråga till er",
    "personal_message": "Hälsning",
}
_REPLY_FORMS: Mapping[str, str] = {"declined": "delegate", "misdirected": "acknowledge"}
_STAY_FORMS = frozenset(
    {"admission_acknowledge", "planning_basis", "care_contact", "sip_offer", "discharge_information"}
)
_MEETING_FORMS = frozenset({"replies_review", "practical_preparation", "meeting"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A card's part: a heading and its lines, (label, text)."""

    heading: str
    lines: Sequence[tuple[str, str]]


def about(application: Application, *, task: View, case: View | None, names: Names) -> list[Part]:
    """What to read before the form of the task; empty where the form says it all.

    ``case`` is the visitor's own view of the case, or None where they see nothing of it.
    """
    key = task["form_key"]
    if key in LATE_FORMS:
        step = late_steps(application, [task]).get(task["id"])
        return [Part(heading="Det här är försenat", lines=step.lines(names))] if step is not None else []
    if case is None:
        return []
    if key in _STAY_FORMS:
        return _stay(case, names)
    if task["process_id"] == "invitation":
        return _own_invitation(application, task, case)
    if key == "invitation_review" and case["instances"]:
        return _invitation_to_be(application, case, names)
    if key in _MEETING_FORMS and case["instances"]:
        return _replies(application, case, names)
    return []


def content_lines(content: Mapping[str, Any]) -> Lines:
    """What an invitation says, in the order of reading."""
    return [
        (label, _text(key, content[key]))
        for key, label in [*_CALL.items(), *_OWN.items()]
        if content.get(key)
    ]


def reply_lines(application: Application, *, case: View, names: Names) -> dict[str, Lines]:
    """What each unit has answered, by the invitation's id."""
    with application.core.read() as tx:
        bundle = application.core.bundle(tx, bundle_hash=tx.cases.get(case["id"]).bundle_hash)
    zone = application.settings.timezone
    return {row["id"]: _reply(bundle, row, names=names, zone=zone) for row in case["invitations"]}


def who_follows_up(application: Application, *, case: View) -> str | None:
    """Who is responsible for the plan's follow-up, for whoever has the whole plan."""
    plan = case["plan"]
    if plan is None or not plan["goals"]:
        return None
    with application.core.read() as tx:
        rows = tx.form_answers.find(case_id=case["id"], form_key="plan", order_by="at")
        written_at = tx.plans.get(plan["id"]).written_at
    for row in rows:
        if row.at == written_at:
            return (row.answers.get("follow_up") or {}).get("responsible")
    return None


def meeting_lines(meeting: View) -> Lines:
    """When and where."""
    lines = [
        ("Tid", f"{words.moment(meeting['starts_at'])}, {meeting['minutes']} minuter"),
        ("Hur", words.word(words.MODES, meeting["mode"]).capitalize()),
        ("Plats", meeting["place"]),
        ("Länk", meeting["link"]),
    ]
    return [(label, text) for label, text in lines if text]


# -- inside ------------------------------------------------------------------------------------------


def _own_invitation(application: Application, task: View, case: View) -> list[Part]:
    """The task's own invitation: time and place, and once it is acknowledged what it says."""
    with application.core.read() as tx:
        subject = tx.instances.get(task["instance_id"]).subject
        row = tx.invitations.find_one(id=str(subject.get("invitation", "")))
    own = next((one for one in case["invitations"] if row is not None and one["id"] == row.id), None)
    if row is None or own is None:
        return []
    meeting = next((one for one in case["meetings"] if one["id"] == row.meeting_id), None)
    heading = "Kallelsen" if own["kind"] == "called" else "Inbjudan"
    lines = [
        *(meeting_lines(meeting) if meeting is not None else []),
        *content_lines(own["content"] if own["acknowledged_at"] else {}),
    ]
    if not own["acknowledged_at"]:
        lines.append(("Innehåll", "Visas när ni har kvitterat."))
    return [Part(heading=heading, lines=lines)]


def _invitation_to_be(application: Application, case: View, names: Names) -> list[Part]:
    """The invitation as each unit will read it."""
    with application.core.read() as tx:
        bundle = application.core.bundle(tx, bundle_hash=tx.cases.get(case["id"]).bundle_hash)
        answers = tx.form_answers.find(case_id=case["id"], form_key="preparation", order_by="at")
        called = bundle.guidelines[case["guideline"]]["called_kinds"]
        said = answers[-1].answers if answers else {}
        units = {unit.id: unit.kind for unit in tx.units.find(id=[row["unit"] for row in said["recipients"]])}
    meeting = _sip_meeting(case)
    last_day = next((row["valid_to"] for row in reversed(case["consents"]) if row["state"] == "given"), None)
    everybody = [
        *(meeting_lines(meeting) if meeting is not None else []),
        *content_lines({key: said.get(key) for key in _CALL}),
        ("Samtycket gäller till", words.day(last_day) or "Det tas tillbaka"),
    ]
    parts = [Part(heading="Så här läser alla kallelsen", lines=everybody)]
    for recipient in said["recipients"]:
        how = "kallas" if units.get(recipient["unit"]) in called else "bjuds in"
        own = content_lines({key: recipient.get(key) for key in _OWN})
        parts.append(Part(heading=f"{names.unit(recipient['unit'])} – {how}", lines=own))
    return parts


def _replies(application: Application, case: View, names: Names) -> list[Part]:
    """When and where, and what each unit has answered."""
    meeting = _sip_meeting(case)
    if meeting is None:
        return []
    replies = reply_lines(application, case=case, names=names)
    parts = [Part(heading="Mötet", lines=meeting_lines(meeting))]
    for row in case["invitations"]:
        if row["round"] != meeting["round"] or row["purpose"] != "sip":
            continue
        state = words.word(words.INVITATION_STATES, row["state"])
        who = [("Utsedd", names.user(row["participant"]))] if row["participant"] else []
        parts.append(
            Part(heading=f"{names.unit(row['unit'])} – {state.lower()}", lines=[*who, *replies[row["id"]]])
        )
    return parts


def _reply(bundle: Bundle, row: View, *, names: Names, zone: Any) -> Lines:
    given = {key: value for key, value in row["reply"].items() if key != "preparation"}
    known = {
        "called": row["kind"] == "called",
        "invited": row["kind"] == "invited",
        "mandate_pending": given.get("mandate") == "to_be_obtained",
    }
    lines = _answers(bundle, _REPLY_FORMS.get(row["state"], "reply"), given, known, names=names, zone=zone)
    prepared = row["reply"].get("preparation") or {}
    settled = {**known, "mandate_pending": "mandate_settled" in prepared}
    return lines + _answers(bundle, "unit_preparation", prepared, settled, names=names, zone=zone)


def _answers(
    bundle: Bundle,
    key: str,
    answers: Mapping[str, Any],
    known: Mapping[str, object],
    *,
    names: Names,
    zone: Any,
) -> Lines:
    if not answers:
        return []
    page = form_page(form=bundle.forms[key], facts=known, answers=answers, zone=zone)
    return filled(page.fields, names=names)


def _stay(case: View, names: Names) -> list[Part]:
    stay = case["discharge"]
    if stay is None:
        return []
    lines = [
        ("Avdelning", names.unit(stay["hospital_unit"])),
        ("Inskriven", words.moment(stay["admitted_at"])),
        ("Beräknad utskrivning", words.moment(stay["planned_discharge_at"])),
        ("Insatser kan behövas från", _listed(words.word(words.NEEDS, code) for code in stay["needs"])),
        ("Fast vårdkontakt", names.user(stay["care_contact"]) or "Inte utsedd än"),
    ]
    units = [(names.unit(row["unit"]), words.word(words.UNIT_STATES, row["state"])) for row in stay["units"]]
    return [
        Part(heading="Vårdtillfället", lines=lines),
        Part(heading="Enheter som har fått meddelandet", lines=units),
    ]


def _sip_meeting(case: View) -> View | None:
    """The meeting that invitations are out for, or the last one."""
    found = [meeting for meeting in case["meetings"] if meeting["purpose"] == "sip"]
    return found[-1] if found else None


def _text(key: str, value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(str(one) for one in value)
    return words.word(words.TAKES_PART, value) if key == "takes_part" else str(value)


def _listed(texts: Iterable[str]) -> str:
    text = ", ".join(texts)
    return text[:1].upper() + text[1:]
