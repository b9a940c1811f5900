"""``sip init``, ``sip load-training`` and ``sip run-due``: what is in the database, and what is due in it."""

from __future__ import annotations

import click

from sip_workflow.bootstrap import prepare
from sip_workflow.cli.opened import application, print_json, training_application
from sip_workflow.training import load
from worker.sweeps import run_due as do_what_is_due


@click.command()
def init() -> None:
    """Skapar eller uppgraderar databasen och tar de medföljande processerna i bruk.

    Kan upprepas. En version som en processägare har publicerat ligger kvar.
    """
    prepare(application())
    click.echo("Databasen är klar.", err=True)


@click.command("load-training")
def load_training() -> None:
    """Läser in den påhittade regionen med personal och personer. Kan upprepas. Bara i övningsläge."""
    done = load(store=training_application().store)
    click.echo(f"Övningsmaterialet är inläst ({sum(done.values())} poster nya eller rättade).", err=True)


@click.command("run-due")
@click.option("--json", "as_json", is_flag=True, help="Antalen som JSON.")
def run_due(*, as_json: bool) -> None:
    """Gör allt som är dags, tills inget är kvar, och skriver hur mycket det var."""
    app = application()
    app.store.check()
    counts = do_what_is_due(app)
    if as_json:
        print_json(counts)
        return
    click.echo("  ".join(f"{name}: {count}" for name, count in counts.items()))
