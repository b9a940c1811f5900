"""``sip serve``, ``sip web`` and ``sip worker``: the running system, whole or in parts."""

from __future__ import annotations

import contextlib
import logging
import signal
import threading
from collections.abc import Callable
from types import FrameType
from urllib.parse import urlsplit

import click
import waitress

from sip_workflow.application import Application
from sip_workflow.bootstrap import prepare
from sip_workflow.cli.errors import CANNOT_RUN, Stop
from sip_workflow.cli.opened import application
from sip_workflow.training import load
from worker.loop import Loop

_THREADS = 8
# The server reads a body before the application can refuse it: well above what that takes, far below a flood.
_BODY_CAP = 32_000_000
_host = click.option("--host", default="127.0.0.1", show_default=True, help="Adress att lyssna på.")
_port = click.option(
    "--port",
    default=8000,
    show_default=True,
    envvar="PORT",
    type=click.IntRange(0, 65535),
    help="Port; 0 väljer en ledig.",
)


@click.command()
@_host
@_port
@click.option(
    "--init", "prepared", is_flag=True, help="Först sip init och, i övningsläge, sip load-training."
)
def serve(*, host: str, port: int, prepared: bool) -> None:
    """Sidor och API, och den inbyggda arbetaren när det inte finns någon meddelandekö."""
    app = _ready(prepared=prepared)
    with contextlib.ExitStack() as running:
        if app.settings.broker_url is None:
            running.enter_context(Loop(app))
        _serve(app, host=host, port=port)


@click.command()
@_host
@_port
def web(*, host: str, port: int) -> None:
    """Bara sidor och API. Starta även sip worker."""
    _serve(_ready(), host=host, port=port)


@click.command()
def worker() -> None:
    """Bara arbetaren: frister och sådant som ska skickas."""
    app = _ready()
    if app.settings.broker_url is not None:
        # Flask and Celery are loaded by the commands that need them: the others start in half the time.
        from worker.celery_app import run

        app.store.close()
        run(broker_url=app.settings.broker_url)
        return
    with Loop(app):
        click.echo("Arbetaren är igång. Avsluta med Ctrl+C.", err=True)
        _until_told(lambda: threading.Event().wait())


def _ready(*, prepared: bool = False) -> Application:
    """The application, when its database is there; ``prepared`` sees to it that it is."""
    # From here on, so that a kill at any moment finishes what is under way.
    signal.signal(signal.SIGTERM, _stop)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    app = application()
    if prepared:
        # In this process: three starts of Python would be most of the time that make run takes.
        prepare(app)
        if app.settings.training:
            load(store=app.store)
    app.store.check()
    app.core.warm()
    for remark in app.settings.remarks:
        click.echo(f"Att tänka på: {remark}", err=True)
    return app


def _serve(app: Application, *, host: str, port: int) -> None:
    from sip_workflow.wsgi import create_app

    flask = create_app(app.settings, application=app)
    try:
        server = waitress.create_server(
            flask,
            host=host,
            port=port,
            threads=_THREADS,
            ident=None,
            max_request_body_size=_BODY_CAP,
            url_scheme=urlsplit(app.settings.base_url).scheme,
        )
    except OSError as error:
        raise Stop(
            f"Det går inte att lyssna på {host}:{port} ({error.strerror}). Välj en annan port.",
            code=CANNOT_RUN,
        ) from None
    click.echo(_greeting(app, host=host, port=server.effective_port), err=True)
    _until_told(server.run)


def _greeting(app: Application, *, host: str, port: int) -> str:
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1") else host  # noqa: S104  shown, not bound
    lines = [f"SIP Workflow: http://{shown}:{port}"]
    if app.settings.training:
        lines.append("Övningsläge. Logga in på sidan genom att välja vem du är; sip users visar alla.")
    lines.append("Avsluta med Ctrl+C.")
    return "\n".join(lines)


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def _until_told(run: Callable[[], object]) -> None:
    """Run until it ends by itself, by Ctrl+C or by a polite kill; what is under way is finished."""
    with contextlib.suppress(KeyboardInterrupt, SystemExit):
        run()
