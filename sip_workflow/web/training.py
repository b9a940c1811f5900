"""Pages of training mode: the mails that would have been sent, and the clock that can be moved."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from sip_workflow.application import Application
from sip_workflow.domain.refusals import NotFound
from sip_workflow.store import Busy
from sip_workflow.web.site import Site
from sip_workflow.web.words import moment

_MAILS = 100
_AT_ONCE = 50
_MOST_ROUNDS = 200
"""A move is answered also where ever more becomes due: the worker goes on."""
_FURTHEST = timedelta(days=730)
_STEPS = {"PT1H": timedelta(hours=1), "P1D": timedelta(days=1), "P7D": timedelta(days=7)}


class Training:
    """The mailbox and the clock."""

    def __init__(self, site: Site, pages: Blueprint) -> None:
        """Add the routes."""
        self._site = site
        pages.add_url_rule("/training/mailbox", "mailbox", self.mailbox, methods=["GET"])
        pages.add_url_rule("/training/clock", "clock", self.clock, methods=["GET"])
        pages.add_url_rule("/training/clock", "move_clock", self.move, methods=["POST"])

    def mailbox(self) -> Response:
        """The newest mails as they were or will be sent."""
        self._only_in_training()
        mails = self._site.application.outbox.mailbox(limit=_MAILS)
        zone = self._site.application.settings.timezone
        return self._site.render("mailbox.html", mails=[(mail, mail.at.astimezone(zone)) for mail in mails])

    def clock(self) -> Response:
        """The application's time."""
        self._only_in_training()
        return self._page()

    def move(self) -> AnyResponse:
        """Move the clock by a step, by a number of hours or days, or to a moment."""
        self._only_in_training()
        application, now = self._site.application, self._site.visit().now
        to = self._wanted(now)
        if to is None or to - now > _FURTHEST:
            return self._page(status=422, error="Skriv ett antal eller en tid, högst två år bort.")
        if to <= now:
            local = now.astimezone(application.settings.timezone)
            return self._page(
                status=422, error=f"Klockan går bara framåt. Välj en tid efter {moment(local)}."
            )
        before = self._told()
        application.clock.set(at=to)
        do_due(application)
        return redirect(url_for(".clock", came=self._told() - before), code=303)

    def _told(self) -> int:
        """How many reminders and delays have been told in all."""
        with self._site.application.core.read() as tx:
            return tx.escalations.count()

    def _page(self, *, status: int = 200, error: str | None = None) -> Response:
        return self._site.render(
            "clock.html",
            status=status,
            error=error,
            came=_came(request.args.get("came", "")) if error is None else None,
            amount=request.form.get("amount", ""),
            wanted=request.form.get("to", ""),
        )

    def _wanted(self, now: datetime) -> datetime | None:
        form, how = request.form, request.form.get("how", "")
        if how in _STEPS:
            return now + _STEPS[how]
        if how == "by":
            amount = form.get("amount", "")
            if not (amount.isascii() and amount.isdecimal() and len(amount) < 5):
                return None
            return now + int(amount) * timedelta(**{"days" if form.get("unit") == "days" else "hours": 1})
        try:
            local = datetime.fromisoformat(form.get("to", ""))
            return local.replace(tzinfo=self._site.application.settings.timezone)
        except (ValueError, OverflowError):
            return None

    def _only_in_training(self) -> None:
        if not self._site.application.settings.training:
            raise NotFound


def do_due(application: Application) -> None:
    """Do what is due until nothing is, so that the next page shows it; what is left the worker does."""
    clock = application.clock
    for _ in range(_MOST_ROUNDS):
        try:
            fired = application.timers.fire_due(now=clock.now(), limit=_AT_ONCE)
            delivered = application.outbox.deliver_due(now=clock.now(), limit=_AT_ONCE)
        except Busy:
            return
        if not fired and not any(delivered.values()):
            return


def _came(text: str) -> str | None:
    """What the move led to, in words; None without a move."""
    if not (text.isascii() and text.isdecimal() and len(text) < 7):
        return None
    number = int(text)
    if number == 0:
        return "Inga påminnelser eller förseningar kom."
    return (
        "1 påminnelse eller försening kom." if number == 1 else f"{number} påminnelser och förseningar kom."
    )
