"""``sip clock``: the application's clock, which training mode may move. All processes share it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import click

from sip_workflow.application import Application
from sip_workflow.cli.opened import training_application

_DURATION = re.compile(
    r"(?P<sign>-)?P(?!$)(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,7})M)?(?:(?P<seconds>\d{1,8})S)?)?"
)


class Duration(click.ParamType[timedelta]):
    """An ISO 8601 duration of weeks, days, hours, minutes and seconds; a day is 24 hours."""

    name = "DURATION"

    def convert(
        self, value: str | timedelta, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """The duration; months and years have no length of their own and are refused."""
        if isinstance(value, timedelta):
            return value
        match = _DURATION.fullmatch(value.upper())
        if match is None:
            self.fail(
                f"{value!r} är ingen längd. Skriv till exempel P3D, PT2H30M, P1W eller -PT10M.", param, ctx
            )
        parts = {unit: int(number) for unit, number in match.groupdict().items() if unit != "sign" and number}
        length = timedelta(**parts)
        return -length if match["sign"] else length


class Moment(click.ParamType[datetime]):
    """An ISO 8601 time; without an offset it is local."""

    name = "ISO"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The time, aware or naive as it was written."""
        if isinstance(value, datetime):
            return value
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} är ingen tid. Skriv till exempel 2027-03-01T08:00+01:00.", param, ctx)


@click.group()
def clock() -> None:
    """Programmets klocka. Bara i övningsläge."""


@clock.command()
def show() -> None:
    """Skriver tiden."""
    app = training_application()
    _print(app, app.clock.now())


@clock.command("set")
@click.argument("at", type=Moment())
def set_(*, at: datetime) -> None:
    """Ställer klockan på tiden AT. Utan tidszon är det lokal tid."""
    app = training_application()
    _print(app, app.clock.set(at=at if at.tzinfo else at.replace(tzinfo=app.settings.timezone)))


# A duration may begin with a minus, which is no option.
@clock.command(context_settings={"ignore_unknown_options": True})
@click.argument("by", type=Duration())
def advance(*, by: timedelta) -> None:
    """Flyttar klockan framåt, till exempel P3D eller PT2H. Kör sedan sip run-due."""
    app = training_application()
    _print(app, app.clock.advance(by=by))


def _print(app: Application, now: datetime) -> None:
    click.echo(now.astimezone(app.settings.timezone).isoformat(timespec="seconds"))
