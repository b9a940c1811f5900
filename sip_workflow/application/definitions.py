"""Versions of the definitions: which is in force, and storing a new one. Cases keep theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sip_workflow.application.core import IN_FORCE, Core
from sip_workflow.application.operations import names
from sip_workflow.application.views import View, when
from sip_workflow.checks import Finding, check_files
from sip_workflow.checks.contract import ERROR
from sip_workflow.definitions import DefinitionFileError, build_bundle, pack, unpack
from sip_workflow.domain.refusals import FieldError, InvalidInput, NotFound
from sip_workflow.domain.register import Actor, Role
from sip_workflow.domain.rows import Setting, StoredBundle
from sip_workflow.engine import Engine
from sip_workflow.store import Transaction

_OWNERS = frozenset({Role.PROCESS_OWNER, Role.ADMINISTRATOR})


class DefinitionVersions:
    """What is stored, and what is in force."""

    def __init__(self, core: Core) -> None:
        """Keep the core."""
        self._core = core

    def list(self, *, actor: Actor, now: datetime) -> list[View]:
        """The stored versions, the newest first. Raises ``NotFound`` for who does not own processes."""
        _demand_owner(actor)
        with self._core.read() as tx:
            rows = tx.bundles.find(order_by=("-stored_at", "hash"))
        return [_version(row, zone=self._core.zone) for row in rows]

    def deploy(self, *, files: Mapping[str, bytes], actor: Actor, now: datetime) -> View:
        """Store the files over those in force and put the result in force. Raises ``InvalidInput``.

        Checking takes long and locks nobody out; when somebody else's version came in force meanwhile,
        the files are laid over that one instead, so that neither undoes the other.
        """
        _demand_owner(actor)
        if len(files) == 1 and next(iter(files)).endswith(".zip"):
            try:
                files = unpack(content=next(iter(files.values())))
            except DefinitionFileError as error:
                raise InvalidInput([FieldError(pointer="", message=error.message)]) from error
        while True:
            with self._core.read() as tx:
                over = _in_force(tx)
            base = unpack(content=over.content) if over is not None else {}
            version = self._publish(
                files={**base, **files}, origin="owner", now=now, fits=partial(_is_over, over)
            )
            if version is not None:
                return version

    def _publish(
        self,
        *,
        files: Mapping[str, bytes],
        origin: str,
        now: datetime,
        fits: Callable[[StoredBundle | None], bool],
    ) -> View | None:
        """Check, store and put in force, where that still fits what is in force; None where it does not.

        Raises ``InvalidInput`` with what was found.
        """
        found = check_files(files=files, engine=Engine(), operations=names())
        errors = [finding for finding in found if finding.severity == ERROR]
        if errors:
            raise InvalidInput(
                [
                    FieldError(pointer=_pointer(each), message=f"{each.message} {each.help}".strip())
                    for each in errors
                ],
                "Definitionerna har fel. Inget har ändrats.",
            )
        bundle = build_bundle(files=files)
        self._core.remember(bundle=bundle)
        with self._core.write() as tx:
            if not fits(_in_force(tx, locked=True)):
                return None
            if tx.bundles.find_one(hash=bundle.hash) is None:
                tx.bundles.add(
                    StoredBundle(hash=bundle.hash, content=pack(files=files), origin=origin, stored_at=now)
                )
            _put_in_force(tx, bundle_hash=bundle.hash)
            return _version(tx.bundles.get(bundle.hash), zone=self._core.zone)

    def publish_shipped(self, *, files: Mapping[str, bytes], now: datetime) -> View | None:
        """Put the shipped definitions in force, unless an owner has published; safe to repeat."""
        with self._core.read() as tx:
            if not _is_ours(_in_force(tx)):
                return None
        return self._publish(files=files, origin="shipped", now=now, fits=_is_ours)


def _in_force(tx: Transaction, *, locked: bool = False) -> StoredBundle | None:
    """The version in force. ``locked``: nobody else puts one in force until the transaction ends."""
    setting = tx.settings.find_one(id=IN_FORCE)
    if setting is None:
        return None
    if locked:
        tx.settings.change(IN_FORCE, id=IN_FORCE)  # takes the row's lock and changes nothing
        setting = tx.settings.get(IN_FORCE)
    return tx.bundles.get(setting.value)


def _is_over(base: StoredBundle | None, in_force: StoredBundle | None) -> bool:
    return (in_force.hash if in_force else None) == (base.hash if base else None)


def _is_ours(in_force: StoredBundle | None) -> bool:
    return in_force is None or in_force.origin != "owner"


def _put_in_force(tx: Transaction, *, bundle_hash: str) -> None:
    for row in tx.bundles.find(in_force=True):
        tx.bundles.change(row.hash, in_force=False)
    tx.bundles.change(bundle_hash, in_force=True)
    if tx.settings.find_one(id=IN_FORCE) is None:
        tx.settings.add(Setting(id=IN_FORCE, value=bundle_hash))
    else:
        tx.settings.change(IN_FORCE, value=bundle_hash)


def _demand_owner(actor: Actor) -> None:
    if not any(roles & _OWNERS for roles in actor.roles.values()):
        raise NotFound


def _version(row: StoredBundle, *, zone: Any) -> View:
    return {
        "version": row.hash,
        "origin": row.origin,
        "stored_at": when(row.stored_at, zone=zone),
        "in_force": row.in_force,
    }


def _pointer(finding: Finding) -> str:
    """A JSON pointer to the file and the element in it."""
    parts = [part for part in (finding.file, finding.element) if part]
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)
