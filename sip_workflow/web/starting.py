"""Starting a SIP: who it is about, at which unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from sip_workflow.application.cases import STARTING_ROLES
from sip_workflow.domain.definitions import Form
from sip_workflow.domain.refusals import FieldError, InvalidInput, NotFound
from sip_workflow.forms import StandIns, validate
from sip_workflow.web.example import completed
from sip_workflow.web.formview import form_page, read_form
from sip_workflow.web.known import form_in_force
from sip_workflow.web.own_forms import start_form
from sip_workflow.web.site import Site, Visit

_FORM = "admission_notice"
"""The shipped form that has the person's fields."""


class Starting:
    """The page that starts a SIP."""

    def __init__(self, site: Site, pages: Blueprint) -> None:
        """Add the routes."""
        self._site = site
        pages.add_url_rule("/cases/new", "new_case", self.show, methods=["GET"])
        pages.add_url_rule("/cases/new", "start_case", self.post, methods=["POST"])

    def show(self) -> Response:
        """An empty form."""
        return self._page(self._form(self._site.visit()), answers={})

    def post(self) -> AnyResponse:
        """Start the SIP and go to its case."""
        visit, zone = self._site.visit(), self._site.application.settings.timezone
        form = self._form(visit)
        sent = read_form(form=form, facts={}, posted=request.form.to_dict(flat=False), zone=zone)
        if sent.do == "example":
            return self._page(form, answers=completed(sent.answers, by=[self._example()]))
        try:
            demand_valid(form, sent.answers)
            case = self._site.application.cases.start(
                person=sent.answers["person"],
                initiating_unit=sent.answers["initiating_unit"],
                need=None,
                guideline=sent.answers["guideline"],
                actor=visit.actor,
                now=visit.now,
            )
        except InvalidInput as refused:
            return self._page(form, answers=sent.answers, status=422, errors=refused.errors)
        return redirect(url_for(".case", case_id=case["id"], told="started"), code=303)

    def _form(self, visit: Visit) -> Form:
        units = [
            (unit_id, visit.names.unit(unit_id))
            for unit_id, roles in visit.actor.roles.items()
            if roles & STARTING_ROLES
        ]
        if not units:
            raise NotFound
        return start_form(form_in_force(self._site.application, key=_FORM), units=units)

    def _example(self) -> Mapping[str, Any]:
        if not self._site.application.settings.training:
            raise NotFound
        examples = form_in_force(self._site.application, key=_FORM).schema["examples"]
        return {"person": examples[0]["person"]}

    def _page(
        self, form: Form, *, answers: Mapping[str, Any], status: int = 200, errors: Any = ()
    ) -> Response:
        zone = self._site.application.settings.timezone
        return self._site.render(
            "start.html",
            status=status,
            page=form_page(form=form, facts={}, answers=answers, zone=zone, errors=errors),
        )


def demand_valid(form: Form, answers: Mapping[str, Any]) -> None:
    """Check a page's own form, in which nothing refers to the register. Raises ``InvalidInput``."""
    errors = validate(form=form, answers=answers, facts={}, refers=lambda *_: None)
    if errors:
        raise InvalidInput([FieldError(pointer=one.pointer, message=one.message) for one in errors])


def example_of(form: Form, *, visit: Visit, zone: Any) -> Mapping[str, Any]:
    """The first example of a shipped form, its moments resolved."""
    found: Mapping[str, Any] = StandIns(now=visit.now, zone=zone).resolve(form.schema["examples"][0])
    return found
