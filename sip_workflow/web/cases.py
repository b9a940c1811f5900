"""Cases: where each stands, what has happened, and what may be told to it from outside."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from sip_workflow.application.views import View
from sip_workflow.domain.refusals import NotFound
from sip_workflow.web.about import content_lines, reply_lines, who_follows_up
from sip_workflow.web.diagram import picture
from sip_workflow.web.history import days_of
from sip_workflow.web.known import Inside, OpenStep, Standing, inside_of_case
from sip_workflow.web.late import late_steps
from sip_workflow.web.site import Site
from sip_workflow.web.words import PROCESSES, word

_CASES = 50
_HISTORY = 1_000
STOPS = ("consent_withdrawn", "person_deceased", "case_cancelled")
"""What staff may tell a case at any time."""
CALLED_OFF = ("not_needed", "not_reached", "moved", "duplicate")
"""The reasons, among those of the closing form, to call a case off."""


class CasePages:
    """Shows cases, and takes in what stops them."""

    def __init__(self, site: Site, pages: Blueprint) -> None:
        """Add the routes."""
        self._site = site
        pages.add_url_rule("/cases", "cases", self.show_all, methods=["GET"])
        pages.add_url_rule("/cases/<case_id>", "case", self.show, methods=["GET"])
        pages.add_url_rule("/cases/<case_id>/history", "history", self.history, methods=["GET"])
        pages.add_url_rule(
            "/cases/<case_id>/processes/<instance_id>", "process", self.process, methods=["GET"]
        )
        pages.add_url_rule("/cases/<case_id>/stop/<name>", "stop", self.confirm, methods=["GET"])
        pages.add_url_rule("/cases/<case_id>/stop/<name>", "send_stop", self.send, methods=["POST"])

    def show_all(self) -> Response:
        """The cases that the visitor's units have a part in, the newest first."""
        visit = self._site.visit()
        page = self._site.application.cases.list(
            actor=visit.actor,
            state=None,
            limit=_CASES,
            after=request.args.get("after") or None,
            now=visit.now,
        )
        return self._site.render("cases.html", cases=page["items"], next_after=page["next_after"])

    def show(self, case_id: str) -> Response:
        """The case as far as the visitor may see it."""
        visit, application = self._site.visit(), self._site.application
        case = self._case(case_id)
        inside = self._inside(case)
        mine = application.user_tasks.list(
            actor=visit.actor, case_id=case_id, state="open", limit=_CASES, after=None, now=visit.now
        )
        own = {task["instance_id"] for task in mine["items"]}
        # The visitor's own work stands first; the sort keeps the order otherwise.
        standings = sorted(inside.standings if inside else (), key=lambda one: one.instance_id not in own)
        return self._site.render(
            "case.html",
            case=case,
            mine=mine["items"],
            inside=inside,
            task_steps=_task_steps(inside),
            closing_reason=_reason(case, inside),
            pictures=[(standing, self._picture(standing, whole=False)) for standing in standings],
            standings=standings,
            stops=_stops(case, inside),
            told=request.args.get("told"),
            contents={row["id"]: content_lines(row["content"]) for row in case["invitations"]},
            replies=reply_lines(application, case=case, names=visit.names),
            follows_up=who_follows_up(application, case=case),
            late=late_steps(application, mine["items"]),
        )

    def history(self, case_id: str) -> Response:
        """What has happened, the newest first; the machine's own steps only when asked for."""
        visit = self._site.visit()
        case = self._case(case_id)
        page = self._site.application.cases.history(
            case_id=case_id, actor=visit.actor, limit=_HISTORY, after=None, now=visit.now
        )
        inside = self._inside(case)
        everything = request.args.get("all") == "1"
        days = days_of(
            page["items"],
            instances=case["instances"],
            inside=inside,
            names=visit.names,
            everything=everything,
        )
        return self._site.render("history.html", case=case, days=days, everything=everything)

    def process(self, case_id: str, instance_id: str) -> Response:
        """The whole picture of one process, with its text alternative."""
        case = self._case(case_id)
        inside = self._inside(case)
        standing = next(
            (one for one in (inside.standings if inside else ()) if one.instance_id == instance_id), None
        )
        if standing is None:
            raise NotFound
        return self._site.render(
            "process.html",
            case=case,
            standing=standing,
            picture=self._picture(standing, whole=True),
            large=request.args.get("large") == "1",
        )

    def confirm(self, case_id: str, name: str) -> Response:
        """Ask before something that can't be undone."""
        case = self._case(case_id)
        inside = self._inside(case)
        if name not in _stops(case, inside):
            raise NotFound
        return self._site.render(
            "stop.html", case=case, name=name, reasons=_fitting(case, inside), error=None
        )

    def send(self, case_id: str, name: str) -> AnyResponse:
        """Tell the case."""
        visit = self._site.visit()
        case = self._case(case_id)
        inside = self._inside(case)
        if inside is None or name not in STOPS:
            raise NotFound
        reason, fitting = request.form.get("reason", ""), _fitting(case, inside)
        if name == "case_cancelled" and reason not in dict(fitting):
            return self._site.render(
                "stop.html", status=422, case=case, name=name, reasons=fitting, error="Välj varför."
            )
        data = {"reason": reason} if name == "case_cancelled" else {}
        self._site.application.cases.send_message(
            case_id=case_id, name=name, data=data, actor=visit.actor, now=visit.now
        )
        return redirect(url_for(".case", case_id=case_id, told=name), code=303)

    # -- inside ----------------------------------------------------------------------------------

    def _case(self, case_id: str) -> View:
        visit = self._site.visit()
        return self._site.application.cases.view(case_id=case_id, actor=visit.actor, now=visit.now)

    def _inside(self, case: View) -> Inside | None:
        """The inside of a case that the visitor sees the whole of: only then has the view its instances."""
        if not case["instances"]:
            return None
        return inside_of_case(self._site.application, case_id=case["id"], actor=self._site.visit().actor)

    def _picture(self, standing: Standing, *, whole: bool) -> str:
        process = word(PROCESSES, standing.process_id)
        return picture(
            standing.drawing,
            title=f"Bild av processen {process}",
            description="Nu: " + (", ".join(standing.now) or "inget att göra") + ".",
            current=standing.current,
            whole=whole,
            key=f"p-{standing.instance_id}",
        )


def _task_steps(inside: Inside | None) -> dict[str, OpenStep]:
    """The open tasks by id."""
    steps = [step for standing in inside.standings for step in standing.steps] if inside is not None else []
    return {step.task_id: step for step in steps if step.task_id is not None}


def _reason(case: View, inside: Inside | None) -> str | None:
    return dict(inside.reasons).get(case["closing_reason"] or "") if inside is not None else None


def _fitting(case: View, inside: Inside | None) -> list[tuple[str, str]]:
    """The reasons to call a case off: not those of a finished plan or with a button of their own."""
    fitting = {*CALLED_OFF, *(("discharge_cancelled",) if case["discharge"] is not None else ())}
    return [(code, text) for code, text in (inside.reasons if inside else ()) if code in fitting]


def _stops(case: View, inside: Inside | None) -> list[str]:
    """What the visitor may tell the case now."""
    if inside is None or not inside.may_steer or case["closing_reason"] is not None:
        return []
    if not any(one.process_id == "sip" for one in inside.standings):
        return []
    consented = any(row["state"] == "given" and row["ended_at"] is None for row in case["consents"])
    return [name for name in STOPS if consented or name != "consent_withdrawn"]
