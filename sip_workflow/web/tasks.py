"""A task: what to do and why, its form, and what came of posting it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from sip_workflow.application.user_tasks import ChangedMeanwhile
from sip_workflow.application.views import View
from sip_workflow.domain.definitions import Form
from sip_workflow.domain.refusals import InvalidInput, NotFound, Refusal
from sip_workflow.forms import Facts
from sip_workflow.web.about import about
from sip_workflow.web.example import completed
from sip_workflow.web.formview import Sent, filled, form_page, read_form
from sip_workflow.web.known import form_of_task
from sip_workflow.web.late import late_steps
from sip_workflow.web.site import Site


class TaskPages:
    """Shows tasks and takes in their forms."""

    def __init__(self, site: Site, pages: Blueprint) -> None:
        """Add the routes."""
        self._site = site
        pages.add_url_rule("/tasks/<task_id>", "task", self.show, methods=["GET"])
        pages.add_url_rule("/tasks/<task_id>", "do_task", self.post, methods=["POST"])

    def show(self, task_id: str) -> Response:
        """The task with its draft, or with what earlier steps have filled in."""
        task = self._task(task_id)
        if task["state"] != "open":
            return self._site.render("task_closed.html", task=task)
        form, facts = self._form(task_id)
        return self._page(task, form, facts, answers=task["answers"], saved=request.args.get("saved"))

    def post(self, task_id: str) -> AnyResponse:
        """Complete the task, save a draft, take it or give it back, or change the form's rows."""
        task = self._task(task_id)
        form, facts = self._form(task_id)
        zone = self._site.application.settings.timezone
        sent = read_form(form=form, facts=facts, posted=request.form.to_dict(flat=False), zone=zone)
        try:
            return self._do(task, form, facts, sent)
        except InvalidInput as refused:
            return self._page(
                task, form, facts, answers=sent.answers, rows=sent.rows, status=422, errors=refused.errors
            )
        except ChangedMeanwhile as refused:
            current = self._task(task_id)
            saved = form_page(form=form, facts=facts, answers=current["answers"], zone=zone)
            return self._page(
                current,
                form,
                facts,
                answers=sent.answers,
                rows=sent.rows,
                status=409,
                refusal=refused,
                beside=filled(saved.fields, names=self._site.visit().names),
            )
        except Refusal as refused:
            if isinstance(refused, NotFound) or refused.status != 409:
                raise
            typed = form_page(form=form, facts=facts, answers=sent.answers, zone=zone)
            return self._site.render(
                "task_refused.html",
                status=refused.status,
                task=self._task(task_id),
                refusal=refused,
                typed=filled(typed.fields, names=self._site.visit().names),
            )

    # -- inside ----------------------------------------------------------------------------------

    def _do(self, task: View, form: Form, facts: Facts, sent: Sent) -> AnyResponse:
        visit, tasks, task_id = self._site.visit(), self._site.application.user_tasks, task["id"]
        version = _version(request.form.get("version"))
        if sent.do == "complete":
            tasks.complete(
                task_id=task_id, answers=sent.answers, version=version, actor=visit.actor, now=visit.now
            )
            return redirect(url_for(".inbox", done=task_id), code=303)
        if sent.do == "example":
            answers = completed(sent.answers, by=task["form"]["schema"].get("examples"))
            tasks.save_draft(
                task_id=task_id, answers=answers, version=version, actor=visit.actor, now=visit.now
            )
            return redirect(url_for(".task", task_id=task_id, saved="example"), code=303)
        if sent.do in ("add", "remove"):
            return self._page(task, form, facts, answers=sent.answers, rows=sent.rows)
        tasks.save_draft(
            task_id=task_id, answers=sent.answers, version=version, actor=visit.actor, now=visit.now
        )
        # What was typed is kept whatever is done with the task.
        if sent.do == "claim":
            tasks.claim(task_id=task_id, actor=visit.actor, now=visit.now)
            return redirect(url_for(".task", task_id=task_id, saved="claimed"), code=303)
        if sent.do == "release":
            tasks.release(task_id=task_id, actor=visit.actor, now=visit.now)
            return redirect(url_for(".inbox"), code=303)
        return redirect(url_for(".task", task_id=task_id, saved="draft"), code=303)

    def _task(self, task_id: str) -> View:
        visit = self._site.visit()
        return self._site.application.user_tasks.view(task_id=task_id, actor=visit.actor, now=visit.now)

    def _form(self, task_id: str) -> tuple[Form, Facts]:
        visit = self._site.visit()
        return form_of_task(self._site.application, task_id=task_id, actor=visit.actor, now=visit.now)

    def _page(
        self,
        task: View,
        form: Form,
        facts: Facts,
        *,
        answers: Mapping[str, Any],
        rows: Mapping[str, int] | None = None,
        status: int = 200,
        errors: Any = (),
        **more: Any,
    ) -> Response:
        visit, application = self._site.visit(), self._site.application
        zone = application.settings.timezone
        case = self._case(task["case_id"])
        late = late_steps(application, [task]).get(task["id"])
        return self._site.render(
            "task.html",
            status=status,
            task=task,
            title=late.heading if late is not None else task["name"],
            parts=about(application, task=task, case=case, names=visit.names),
            case=case,
            form=form,
            guidance=form.ui.get("ui:guidance", ()),
            page=form_page(form=form, facts=facts, answers=answers, zone=zone, errors=errors, rows=rows),
            can_do=task["assignee"] in (None, visit.actor.id),
            has_example=bool(task["form"]["schema"].get("examples")),
            unit_groups=visit.names.unit_groups(),
            staff_groups=visit.names.staff_groups(
                first=task["unit"], only=_staff_of(task, case, late.unit_id if late is not None else None)
            ),
            **more,
        )

    def _case(self, case_id: str) -> View | None:
        """The case as far as the visitor sees it; an escalation's addressee may see nothing of it."""
        visit = self._site.visit()
        try:
            return self._site.application.cases.view(case_id=case_id, actor=visit.actor, now=visit.now)
        except NotFound:
            return None


def _staff_of(task: View, case: View | None, late_unit: str | None) -> str | None:
    """The unit whose people fit the form's staff fields; None where anybody may be named."""
    if task["form_key"] == "care_contact":
        stay = case["discharge"] if case is not None else None
        return str(stay["outpatient_unit"]) if stay is not None else str(task["unit"])
    if task["form_key"] == "escalation_handling":
        return late_unit
    return str(task["unit"]) if task["form_key"] in ("delegate", "reply") else None


def _version(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None
