"""``sip check`` and ``sip deploy``: whether definitions fit together, and taking them into use."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click

from sip_workflow.application.operations import names
from sip_workflow.checks import Finding, check_files
from sip_workflow.checks.contract import ERROR
from sip_workflow.cli.errors import REFUSED
from sip_workflow.cli.opened import application, print_json
from sip_workflow.cli.paths import files_at
from sip_workflow.definitions import DefinitionFileError, definition_files
from sip_workflow.domain.register import Actor, Role
from sip_workflow.engine import Engine

# Whoever can run commands on the machine can do anything with the database already.
_OPERATOR = Actor(id="sip", name="Kommandoraden", roles={"": frozenset({Role.ADMINISTRATOR})})


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH …]")
@click.option("--json", "as_json", is_flag=True, help="Anmärkningarna som JSON.")
@click.pass_context
def check(context: click.Context, *, paths: tuple[Path, ...], as_json: bool) -> None:
    """Granskar diagram, formulär och beslutstabeller.

    Utan PATH granskas det som installationen använder; med PATH det, med filerna där i stället
    för dem som har samma namn. Slutkod 0: inget att anmärka, 1: anmärkningar, 2: gick inte att köra.
    """
    found = _findings(paths)
    if as_json:
        print_json([asdict(finding) for finding in found])
    else:
        _print(found)
    context.exit(REFUSED if found else 0)


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Bara granska.")
@click.pass_context
def deploy(context: click.Context, *, path: Path | None, dry_run: bool) -> None:
    """Granskar definitioner och tar dem sedan i bruk som en ny version.

    Filerna i PATH (mapp, zip eller en fil) läggs över dem som är i bruk; utan PATH de som
    installationen har. Ärenden som pågår behåller den version de började med.
    """
    found = _findings((path,) if path else ())
    _print(found)
    if any(finding.severity == ERROR for finding in found):
        context.exit(REFUSED)
    if dry_run:
        return
    app = application()
    app.store.check()
    files = files_at(path) if path else definition_files(overlay=app.settings.definitions)
    version = app.definitions.deploy(files=files, actor=_OPERATOR, now=app.clock.now())
    click.echo(f"I bruk: {version['version']}")


def _findings(paths: Iterable[Path]) -> list[Finding]:
    """What there is to mend; a file that cannot even be placed is a finding too."""
    try:
        own = os.environ.get("SIP_DEFINITIONS", "").strip()
        files = definition_files(overlay=Path(own) if own else None)
        for path in paths:
            files |= files_at(path)
    except DefinitionFileError as error:
        return [
            Finding(
                rule="file",
                severity=ERROR,
                file=error.file,
                element="",
                message=error.message,
                help="Rätta filen och granska igen.",
            )
        ]
    return check_files(files=files, engine=Engine(), operations=names())


def _print(found: list[Finding]) -> None:
    for finding in found:
        word = "fel" if finding.severity == ERROR else "varning"
        where = f"{finding.file}#{finding.element}" if finding.element else finding.file
        click.echo(f"{word}: {where}: {finding.message} [{finding.rule}]\n    {finding.help}")
    if not found:
        click.echo("Inget att anmärka.", err=True)
