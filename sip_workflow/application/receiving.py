"""Which units get the admission notice: the entry units of those whose help may be needed (2017:612 2:1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sip_workflow.domain.refusals import FieldError, InvalidInput
from sip_workflow.domain.register import Unit, UnitKind
from sip_workflow.store import Transaction

_KIND_OF_NEED: Mapping[str, UnitKind] = {
    "municipal_social_services": UnitKind.SOCIAL_SERVICES,
    "municipal_health_care": UnitKind.MUNICIPAL_HEALTH_CARE,
    "regional_care": UnitKind.OUTPATIENT_CARE,
    "school": UnitKind.SCHOOL,
}


def outpatient_unit(tx: Transaction, *, municipality: str) -> Unit:
    """The regional outpatient unit of the municipality, whose manager names the fasta vårdkontakten (2:5).

    Raises ``InvalidInput``.
    """
    return _entry(tx, kind=UnitKind.OUTPATIENT_CARE, municipality=municipality)


def receiving_units(tx: Transaction, *, needs: Sequence[str], municipality: str) -> list[Unit]:
    """The units to tell. Municipal health care brings in the outpatient care too (2:1 second paragraph).

    Raises ``InvalidInput`` when the municipality has no such unit.
    """
    kinds = {_KIND_OF_NEED[need] for need in needs}
    if UnitKind.MUNICIPAL_HEALTH_CARE in kinds:
        kinds.add(UnitKind.OUTPATIENT_CARE)
    return [_entry(tx, kind=kind, municipality=municipality) for kind in sorted(kinds)]


def _entry(tx: Transaction, *, kind: UnitKind, municipality: str) -> Unit:
    unit = tx.units.find_one(kind=kind, municipality=municipality, entry=True, order_by="id")
    if unit is None:
        raise InvalidInput(
            [
                FieldError(
                    pointer="/person/municipality",
                    message="Kommunen saknar en mottagande enhet i registret. Kontrollera kommunens namn.",
                )
            ]
        )
    return unit
