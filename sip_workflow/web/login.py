"""The training login: a person is chosen from a list, without a password. Production has no such page."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from sip_workflow.domain.refusals import NotFound
from sip_workflow.web.guard import USER
from sip_workflow.web.names import Names
from sip_workflow.web.site import Site
from sip_workflow.web.tokens import PLACE

_BEGIN = (("anna.ekbacka", "ny SIP"), ("elsa.sunnana", "inskrivning"))
"""Whom to begin as in the training material, and with what."""


class Login:
    """Choose a person, and leave."""

    def __init__(self, site: Site, pages: Blueprint) -> None:
        """Add the routes."""
        self._site = site
        pages.add_url_rule("/login", "login", self.show, methods=["GET"])
        pages.add_url_rule("/login", "log_in", self.log_in, methods=["POST"])
        pages.add_url_rule("/logout", "log_out", self.log_out, methods=["POST"])

    def show(self) -> Response:
        """The list of persons."""
        self._only_in_training()
        names = Names(self._site.application)
        units = names.people()
        known = {person["username"] for unit in units for person in unit["staff"]}
        return self._site.render(
            "login.html",
            units=units,
            begin=[(user, names.user(user), what) for user, what in _BEGIN if user in known],
            onward=_within(request.args.get("next", "")),
        )

    def log_in(self) -> AnyResponse:
        """Become the chosen person, in a new session."""
        self._only_in_training()
        actor = self._site.application.register.actor_of_user(username=request.form.get("username", ""))
        _forget()
        session[USER] = actor.id
        session.permanent = True
        return redirect(_within(request.form.get("next", "")) or url_for(".inbox"), code=303)

    def log_out(self) -> AnyResponse:
        """Leave. In a host's application that is for the host."""
        self._only_in_training()
        _forget()
        return redirect(url_for(".login"), code=303)

    def _only_in_training(self) -> None:
        if not self._site.training_login:
            raise NotFound


def _forget() -> None:
    session.pop(USER, None)
    session.pop(PLACE, None)


def _within(path: str) -> str:
    """The path if it leads to a page of this server, else nothing."""
    inside = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if inside else ""
