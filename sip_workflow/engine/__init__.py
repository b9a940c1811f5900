"""The process engine: the only room that knows SpiffWorkflow.

A function of (definition, state, commands, now): no table, no clock, no network, no setting.
``Engine`` loads a deployment and opens a ``Session``; the session takes commands and gives a
``Step``. What may be drawn stands in ``dialect``; whatever is not known is a ``DefinitionError``.
"""

import logging

from sip_workflow.engine.engine import Engine
from sip_workflow.engine.errors import DefinitionError, NotOpen, StateError, StepFailed
from sip_workflow.engine.session import Session

# The library's records carry the data of the task: names and health of a person.
for _name in ("spiff", "spiff.task", "spiff.workflow", "spiff.dmn"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

__all__ = ["DefinitionError", "Engine", "NotOpen", "Session", "StateError", "StepFailed"]
