"""The command ``sip``: thin over the application, for those who run the system and for scripts.

What other programs read (``--json``, tokens, times) goes alone to standard output; everything
else to standard error. Exit codes: 0 done, 1 refused or found something, 2 could not run.
"""

from __future__ import annotations

from importlib.metadata import version

import click

from sip_workflow.cli import clock, database, definitions, incidents, register, serving
from sip_workflow.cli.errors import Commands

__all__ = ["main"]


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("sip-workflow"), prog_name="sip")
def main() -> None:
    """SIP Workflow: samordnad individuell plan.

    Inställningarna är miljövariabler; README.md beskriver dem. I övningsläge (SIP_MODE=training)
    behövs inga.
    """


for command in (
    database.init,
    database.load_training,
    database.run_due,
    serving.serve,
    serving.web,
    serving.worker,
    definitions.check,
    definitions.deploy,
    register.users,
    register.token,
    register.clients,
    clock.clock,
    incidents.incidents,
):
    main.add_command(command)
