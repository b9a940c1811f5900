"""``sip users``, ``sip token`` and ``sip clients``: who may use the system."""

from __future__ import annotations

import click

from sip_workflow.cli.errors import REFUSED, Stop
from sip_workflow.cli.opened import application, print_json, training_application
from sip_workflow.domain.refusals import NotFound


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Listan som JSON.")
def users(*, as_json: bool) -> None:
    """Personalen, en rad för varje enhet."""
    rows = application().register.users()
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(
            f"{row['username']:<22}{row['name']:<22}{row['unit']['name']:<46}{', '.join(row['roles'])}"
        )


@click.command()
@click.argument("username")
def token(*, username: str) -> None:
    """Skriver en nyckel till API:t för USERNAME. Bara i övningsläge."""
    app = training_application()
    try:
        click.echo(app.register.token_of_user(username=username))
    except NotFound:
        raise Stop(f"Det finns ingen användare {username!r}. Se: sip users", code=REFUSED) from None


@click.group()
def clients() -> None:
    """System som anropar API:t."""


@clients.command()
@click.argument("name")
@click.option("--unit", "unit_id", required=True, metavar="HSA_ID", help="Enheten som systemet anropar för.")
@click.option(
    "--scope", "scopes", multiple=True, required=True, help="Vad systemet får göra, till exempel discharges."
)
def add(*, name: str, unit_id: str, scopes: tuple[str, ...]) -> None:
    """Lägger till systemet NAME och skriver dess nyckel, en enda gång.

    Nyckeln skickas som den är: Authorization: Bearer NYCKEL. Bara en kontrollsumma av den sparas.
    """
    app = application()
    click.echo(app.register.add_client(name=name, unit_id=unit_id, scopes=list(scopes), now=app.clock.now()))


@clients.command()
@click.argument("name")
def revoke(*, name: str) -> None:
    """Spärrar systemet NAME: dess nyckel gäller inte längre."""
    app = application()
    try:
        app.register.revoke_client(name=name, now=app.clock.now())
    except NotFound:
        raise Stop(f"Det finns inget system {name!r} att spärra.", code=REFUSED) from None
