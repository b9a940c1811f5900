"""A ward's pages: its stays with the law's clocks, the admission notice, and what happens during a stay."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from sip_workflow.domain.definitions import Form
from sip_workflow.domain.refusals import InvalidInput, NotFound
from sip_workflow.domain.register import Role
from sip_workflow.web.example import completed
from sip_workflow.web.formview import form_page, read_form
from sip_workflow.web.known import form_in_force
from sip_workflow.web.own_forms import EVENTS, POSSIBLE, event_form, notice_form
from sip_workflow.web.persons import person_names
from sip_workflow.web.site import Site
from sip_workflow.web.starting import demand_valid, example_of

_FORM = "admission_notice"
_ID_CAP = 100


class DischargePages:
    """The stays of the visitor's wards."""

    def __init__(self, site: Site, pages: Blueprint) -> None:
        """Add the routes."""
        self._site = site
        pages.add_url_rule("/discharges", "discharges", self.show_all, methods=["GET"])
        pages.add_url_rule("/discharges/new", "new_notice", self.new, methods=["GET"])
        pages.add_url_rule("/discharges/new", "send_notice", self.send, methods=["POST"])
        pages.add_url_rule("/discharges/<external_id>", "discharge", self.show, methods=["GET"])
        pages.add_url_rule("/discharges/<external_id>/<event>", "event", self.event, methods=["GET"])
        pages.add_url_rule("/discharges/<external_id>/<event>", "send_event", self.tell, methods=["POST"])

    def show_all(self) -> Response:
        """The stays, the newest first."""
        visit = self._site.visit()
        self._wards()
        stays = self._site.application.discharges.list(actor=visit.actor, now=visit.now)
        return self._site.render(
            "discharges.html",
            stays=stays,
            persons=self._persons(stays),
            told=_heading(request.args.get("told")),
        )

    def new(self) -> Response:
        """An empty admission notice."""
        form = self._notice_form()
        # The id is made with the page, so that a form that is sent twice is one notice.
        return self._notice_page(form, answers={}, external_id=f"sida-{secrets.token_hex(6)}")

    def send(self) -> AnyResponse:
        """Send the notice."""
        visit, zone = self._site.visit(), self._site.application.settings.timezone
        form = self._notice_form()
        sent = read_form(form=form, facts={}, posted=request.form.to_dict(flat=False), zone=zone)
        external_id = request.form.get("external_id", "")
        if not (0 < len(external_id) <= _ID_CAP and external_id.replace("-", "").isalnum()):
            raise NotFound
        if sent.do == "example" and self._site.application.settings.training:
            answers = completed(sent.answers, by=[example_of(form, visit=visit, zone=zone)])
            return self._notice_page(form, answers=answers, external_id=external_id)
        try:
            demand_valid(form, sent.answers)
            notice = {"external_id": external_id, **sent.answers}
            self._site.application.discharges.admit(notice=notice, actor=visit.actor, now=visit.now)
        except InvalidInput as refused:
            return self._notice_page(
                form, answers=sent.answers, external_id=external_id, status=422, errors=refused.errors
            )
        return redirect(url_for(".discharge", external_id=external_id, told="notice"), code=303)

    def show(self, external_id: str) -> Response:
        """Where the stay is, the law's clocks, and what may happen next."""
        stay = self._stay(external_id)
        ours = stay["hospital_unit"] in self._own_wards()
        return self._site.render(
            "discharge.html",
            stay=stay,
            person=self._persons([stay]).get(stay["case_id"]),
            events=[(name, EVENTS[name][0]) for name in POSSIBLE.get(stay["state"], ())] if ours else [],
            told=_heading(request.args.get("told")),
            sent=request.args.get("told") == "notice",
        )

    def event(self, external_id: str, event: str) -> Response:
        """The form of an event, with the time that it is now."""
        stay, form = self._stay(external_id), self._event_form(event)
        answers = {
            "at": self._site.visit().now.replace(second=0, microsecond=0).isoformat(),
            "needs": stay["needs"],
        }
        return self._event_page(form, stay=stay, event=event, answers=answers)

    def tell(self, external_id: str, event: str) -> AnyResponse:
        """Tell what happened."""
        visit, zone = self._site.visit(), self._site.application.settings.timezone
        stay, form = self._stay(external_id), self._event_form(event)
        sent = read_form(form=form, facts={}, posted=request.form.to_dict(flat=False), zone=zone)
        try:
            demand_valid(form, sent.answers)
            self._site.application.discharges.record_event(
                external_id=external_id,
                event={"type": event, **sent.answers},
                actor=visit.actor,
                now=visit.now,
            )
        except InvalidInput as refused:
            return self._event_page(
                form, stay=stay, event=event, answers=sent.answers, status=422, errors=refused.errors
            )
        try:
            self._stay(external_id)
        except NotFound:  # the patient is another ward's now
            return redirect(url_for(".discharges", told=event), code=303)
        return redirect(url_for(".discharge", external_id=external_id, told=event), code=303)

    # -- inside ----------------------------------------------------------------------------------

    def _stay(self, external_id: str) -> dict[str, Any]:
        visit = self._site.visit()
        return self._site.application.discharges.view(
            external_id=external_id, actor=visit.actor, now=visit.now
        )

    def _persons(self, stays: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
        visit = self._site.visit()
        return person_names(
            self._site.application,
            case_ids={stay["case_id"] for stay in stays},
            actor=visit.actor,
            now=visit.now,
        )

    def _own_wards(self) -> list[str]:
        return [unit for unit, roles in self._site.visit().actor.roles.items() if Role.DISCHARGE in roles]

    def _wards(self) -> list[tuple[str, str]]:
        """The visitor's wards. Raises ``NotFound`` for who has none."""
        wards = [(unit, self._site.visit().names.unit(unit)) for unit in self._own_wards()]
        if not wards:
            raise NotFound
        return wards

    def _notice_form(self) -> Form:
        return notice_form(form_in_force(self._site.application, key=_FORM), wards=self._wards())

    def _event_form(self, event: str) -> Form:
        if event not in EVENTS:
            raise NotFound
        self._wards()
        return event_form(event, wards=self._site.visit().names.wards())

    def _notice_page(
        self,
        form: Form,
        *,
        answers: Mapping[str, Any],
        external_id: str,
        status: int = 200,
        errors: Any = (),
    ) -> Response:
        zone = self._site.application.settings.timezone
        return self._site.render(
            "notice.html",
            status=status,
            external_id=external_id,
            guidance=form.ui.get("ui:guidance", ()),
            page=form_page(form=form, facts={}, answers=answers, zone=zone, errors=errors),
        )

    def _event_page(
        self,
        form: Form,
        *,
        stay: Mapping[str, Any],
        event: str,
        answers: Mapping[str, Any],
        status: int = 200,
        errors: Any = (),
    ) -> Response:
        zone = self._site.application.settings.timezone
        return self._site.render(
            "event.html",
            status=status,
            stay=stay,
            event=event,
            heading=EVENTS[event][0],
            explanation=EVENTS[event][1],
            page=form_page(form=form, facts={}, answers=answers, zone=zone, errors=errors),
        )


def _heading(event: str | None) -> str | None:
    """The heading of an event that was told just now."""
    return EVENTS[event][0] if event is not None and event in EVENTS else None
