"""The instants of a case's deadlines: the table's rule, counted from the case's own facts."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from sip_workflow.application import anchors
from sip_workflow.domain.deadlines import due_at, level_at
from sip_workflow.domain.rows import Instance

if TYPE_CHECKING:
    from sip_workflow.application.work import CaseWork


def deadline(
    work: CaseWork, instance: Instance, kind: str, level: str | None, *, counted_at: datetime | None = None
) -> datetime:
    """The instant of a deadline, or of one of its levels, for the case as it stands.

    ``counted_at`` stands in for now where the rule counts from now.
    """
    rule = work.core.rule(bundle=work.bundle, kind=kind, guideline=work.case.guideline)
    names = tuple({rule.counted_from, "meeting"} if rule.capped_by_meeting else {rule.counted_from})
    known = anchors.anchors(work.tx, case=work.case, instance=instance, names=names)
    when = partial(due_at, rule) if level is None else partial(level_at, rule, level)
    return when(anchors=known, now=counted_at or work.now, urgency=work.case.urgency, zone=work.core.zone)
