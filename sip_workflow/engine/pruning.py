"""Pruning: an instance keeps what is open, not where it has been.

Of the tokens that are done only the root stays, and the splits under which something still
waits beside its task. So the state of a loop is as large after 2,000 rounds as after one.
"""

from __future__ import annotations

from SpiffWorkflow.util.task import TaskState

from sip_workflow.engine.elements import BoundarySplit
from sip_workflow.engine.tokens import Instance, Token


def prune(instance: Instance) -> None:
    """Drops what is done, and hangs the open tokens under the root or their split."""
    tokens = instance.tasks
    root = instance.task_tree
    kept: dict[int, Token] = {root.id: root}
    root._children = []
    for token in list(tokens.values()):
        if token._state & TaskState.FINISHED_MASK:
            continue
        parent = tokens[token._parent]
        if type(parent.task_spec) is BoundarySplit:
            if parent.id not in kept:
                kept[parent.id] = parent
                _hang(parent, root)
                parent._children = []
        else:
            parent = root
        kept[token.id] = token
        _hang(token, parent)
        token._children = []
    instance.tasks = dict(sorted(kept.items()))


def _hang(token: Token, parent: Token) -> None:
    token._parent = parent.id
    parent._children.append(token.id)
