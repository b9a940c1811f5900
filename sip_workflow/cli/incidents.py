"""``sip incidents``: what has been set aside, and taking it up again."""

from __future__ import annotations

import click

from sip_workflow.cli.errors import REFUSED, Stop
from sip_workflow.cli.opened import application, print_json
from sip_workflow.domain.refusals import NotFound
from sip_workflow.domain.register import SYSTEM


@click.group()
def incidents() -> None:
    """Det som har pausats för att ett steg inte gick att utföra."""


@incidents.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Listan som JSON.")
def list_all(*, as_json: bool) -> None:
    """Visar dem: id, ärende, process och vad som hände."""
    rows = application().incidents.all()
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['instance_id']}  {row['case_id']}  {row['process_id']}: {row['reason']}")
    if not rows:
        click.echo("Inget är pausat.", err=True)


@incidents.command()
@click.argument("instance_id")
def retry(*, instance_id: str) -> None:
    """Försöker igen med processen INSTANCE_ID, där den stod."""
    app = application()
    try:
        app.incidents.retry(instance_id=instance_id, actor=SYSTEM, now=app.clock.now())
    except NotFound:
        raise Stop(
            f"Det finns ingen pausad process {instance_id!r}. Se: sip incidents", code=REFUSED
        ) from None
    click.echo("Processen går igen.")
