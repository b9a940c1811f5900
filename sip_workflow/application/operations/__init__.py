"""Domain operations: what the diagrams' service tasks ask for, done in the case's own tables.

An operation runs inside the command's transaction, returns facts for the gateways, may send
messages inside the case and may put effects in the outbox. One module per noun.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sip_workflow.application.operations import (
    admissions,
    cases,
    closings,
    consents,
    discharge_events,
    discharges,
    escalations,
    follow_ups,
    invitations,
    meetings,
    plans,
    replies,
)
from sip_workflow.application.operations.registry import Operation, names, operation_named
from sip_workflow.domain.process import OperationCall

if TYPE_CHECKING:
    from sip_workflow.application.running import Running
    from sip_workflow.application.work import CaseWork

__all__ = ["names", "run"]

# Importing a module registers its operations; the tuple says that this is meant.
_MODULES = (
    admissions,
    cases,
    closings,
    consents,
    discharge_events,
    discharges,
    escalations,
    follow_ups,
    invitations,
    meetings,
    plans,
    replies,
)


def run(work: CaseWork, running: Running, call: OperationCall) -> Mapping[str, Any]:
    """Run the operation that a service task names. Raises ``UnknownOperation``."""
    return operation_named(call.operation)(Operation(work=work, running=running, call=call))
