"""A unit's part in a case: the ground that access stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sip_workflow.domain.identifiers import new_id
from sip_workflow.domain.sip import Part

if TYPE_CHECKING:
    from sip_workflow.application.work import CaseWork


def take_part(work: CaseWork, *, unit_id: str, part: str) -> None:
    """The unit takes this part from now on; a part it already has is left as it is."""
    if work.tx.parts.find_one(case_id=work.case.id, unit_id=unit_id, part=part, until=None) is None:
        work.tx.parts.add(Part(id=new_id(), case_id=work.case.id, unit_id=unit_id, part=part, since=work.now))
