"""``sip check`` and ``sip deploy``: whether definitions fit together, and taking them into use."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import click

from sip_workflow.application import Application
from sip_workflow.application.operations import names
from sip_workflow.checks import Finding, check_files
from sip_workflow.checks.contract import ERROR
from sip_workflow.cli.errors import CANNOT_RUN, REFUSED, Stop
from sip_workflow.cli.opened import application, print_json
from sip_workflow.cli.paths import files_at
from sip_workflow.definitions import DefinitionFileError, definition_files, unpack
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

    def files() -> dict[str, bytes]:
        found = definition_files(overlay=_own_folder())
        for path in paths:
            found |= files_at(path)
        return found

    found = _findings(files)
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
    app = application()
    app.store.check()

    def sent() -> dict[str, bytes]:
        return files_at(path) if path else definition_files(overlay=app.settings.definitions)

    found = _findings(lambda: _in_force(app) | sent())
    _print(found)
    if any(finding.severity == ERROR for finding in found):
        context.exit(REFUSED)
    if dry_run:
        return
    version = app.definitions.deploy(files=sent(), actor=_OPERATOR, now=app.clock.now())
    click.echo(f"I bruk: {version['version']}")


def _own_folder() -> Path | None:
    """``SIP_DEFINITIONS``, read alone: no other setting matters to a check."""
    own = os.environ.get("SIP_DEFINITIONS", "").strip()
    if own and not Path(own).is_dir():
        raise Stop(f"SIP_DEFINITIONS pekar på {own}, som inte är en mapp.", code=CANNOT_RUN)
    return Path(own) if own else None


def _in_force(app: Application) -> dict[str, bytes]:
    """The files of the version that new cases get."""
    with app.store.read() as tx:
        stored = tx.bundles.find_one(in_force=True)
    return unpack(content=stored.content) if stored is not None else {}


def _findings(read: Callable[[], dict[str, bytes]]) -> list[Finding]:
    """What there is to mend; a file that cannot even be placed is a finding too."""
    try:
        files = read()
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
