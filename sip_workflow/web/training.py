"""Pages of training mode: the mails that would have been sent, and the clock that can be moved."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from sip_workflow.domain.refusals import NotFound
from sip_workflow.web.site import Site

_MAILS = 100
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
        now = self._site.visit().now
        to = self._wanted(now)
        if to is None or abs(to - now) > _FURTHEST:
            return self._page(status=422, error="Skriv ett antal eller en tid, högst två år bort.")
        self._site.application.clock.set(at=to)
        return redirect(url_for(".clock"), code=303)

    def _page(self, *, status: int = 200, error: str | None = None) -> Response:
        return self._site.render(
            "clock.html",
            status=status,
            error=error,
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
