"""The inbox: the tasks that the visitor may do, their own and the unit's."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from sip_workflow.domain.refusals import NotFound
from sip_workflow.web.late import late_steps
from sip_workflow.web.persons import person_names
from sip_workflow.web.site import Site

_PAGE = 50


class Inbox:
    """Lists tasks; taking one and giving it back."""

    def __init__(self, site: Site, pages: Blueprint) -> None:
        """Add the routes."""
        self._site = site
        pages.add_url_rule("/", "start", self.start, methods=["GET"])
        pages.add_url_rule("/inbox", "inbox", self.show, methods=["GET"])
        pages.add_url_rule("/tasks/<task_id>/claim", "claim", self.claim, methods=["POST"])
        pages.add_url_rule("/tasks/<task_id>/release", "release", self.release, methods=["POST"])

    def start(self) -> AnyResponse:
        """The first page is the inbox."""
        return redirect(url_for(".inbox"), code=303)

    def show(self) -> Response:
        """Open tasks, the first due first: my own, then those that anybody at the unit may take."""
        visit = self._site.visit()
        case_id = request.args.get("case") or None
        page = self._site.application.user_tasks.list(
            actor=visit.actor,
            case_id=case_id,
            state="open",
            limit=_PAGE,
            after=request.args.get("after") or None,
            now=visit.now,
        )
        tasks = page["items"]
        return self._site.render(
            "inbox.html",
            own=[task for task in tasks if task["assignee"] == visit.actor.id],
            units=[task for task in tasks if task["assignee"] != visit.actor.id],
            late=late_steps(self._site.application, tasks),
            persons=person_names(
                self._site.application,
                case_ids={task["case_id"] for task in tasks},
                actor=visit.actor,
                now=visit.now,
            ),
            case_id=case_id,
            next_after=page["next_after"],
            done=self._done(request.args.get("done")),
        )

    def claim(self, task_id: str) -> AnyResponse:
        """Take a task and open it."""
        visit = self._site.visit()
        self._site.application.user_tasks.claim(task_id=task_id, actor=visit.actor, now=visit.now)
        return redirect(url_for(".task", task_id=task_id), code=303)

    def release(self, task_id: str) -> AnyResponse:
        """Give a task back to the unit."""
        visit = self._site.visit()
        self._site.application.user_tasks.release(task_id=task_id, actor=visit.actor, now=visit.now)
        return redirect(url_for(".inbox"), code=303)

    def _done(self, task_id: str | None) -> dict[str, Any] | None:
        """The task that was completed just now."""
        if task_id is None:
            return None
        visit = self._site.visit()
        try:
            task = self._site.application.user_tasks.view(task_id=task_id, actor=visit.actor, now=visit.now)
        except NotFound:  # completing it may have ended the right to see it
            return {"name": None, "case_id": None}
        return task if task["state"] == "completed" else None
