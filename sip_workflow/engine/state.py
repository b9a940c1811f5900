"""The state of an instance as bytes.

A version byte, then zstd of JSON: [process id, last ref, rows]. A row is
[ref, parent ref, element, state, data, due, origin], shorter when the last ones are none;
data is 0 when it equals the parent's. Rows stand in the order of their refs, so parents come
first. The specification is not in it, nor any clock: equal histories give equal bytes.
An old version's states are read for ever (tests/fixtures/engine_states).
"""

from __future__ import annotations

import threading
from typing import Any

import orjson
import zstandard
from SpiffWorkflow.util.task import TaskState

from sip_workflow.engine.closures import Deadlines
from sip_workflow.engine.errors import StateError
from sip_workflow.engine.parsing import Definition
from sip_workflow.engine.tokens import Instance, Token

VERSION = 1
MAX_BYTES = 64 * 1024 * 1024
"""The most that a state may be when it is unpacked: a damaged one must not fill the memory."""

DONE = (TaskState.COMPLETED, TaskState.CANCELLED)


class _Zstd(threading.local):
    """A compressor for each thread: they must not be shared."""

    def __init__(self) -> None:
        self.compress = zstandard.ZstdCompressor(level=3, write_checksum=True).compress
        self.decompress = zstandard.ZstdDecompressor().decompress


_zstd = _Zstd()


def pack(instance: Instance) -> bytes:
    """The instance as bytes."""
    rows = []
    tokens = instance.tasks
    for token in tokens.values():
        data = 0 if _inherited(token) else token.data
        row = [token.id, token._parent, token.task_spec.name, token._state, data, token.due, token.origin]
        while row[-1] is None:
            row.pop()
        rows.append(row)
    body = orjson.dumps([instance.spec.name, instance.last_ref, rows])
    return bytes([VERSION]) + _zstd.compress(body)


def _inherited(token: Token) -> bool:
    """Whether the data is the parent's. Not by equality: 1 equals True, and is another answer."""
    parent = token.parent
    if parent is None:
        return not token.data
    return token.data.keys() == parent.data.keys() and all(
        value is parent.data[name] for name, value in token.data.items()
    )


def unpack(*, state: bytes, definition: Definition, deadline: Deadlines) -> Instance:
    """The instance again.

    Raises:
        StateError: the bytes are damaged, of another version or process, or name an element
            that the diagram does not have.
    """
    try:
        process_id, last_ref, rows = _read(state, definition.process_id)
        if process_id != definition.process_id:
            raise StateError(process_id=definition.process_id, reason="the state is of another process")
        instance = Instance(definition.spec, deadline=deadline)
        for row in rows:
            _token(instance, *row)
        instance.last_ref = max(last_ref, *instance.tasks)
        instance.task_tree = instance.tasks[rows[0][0]]
    except StateError:
        raise
    except Exception as error:
        reason = f"the state cannot be read ({type(error).__name__})"
        raise StateError(process_id=definition.process_id, reason=reason) from None
    return instance


def _read(state: bytes, process_id: str) -> tuple[str, int, list[list[Any]]]:
    if not state or state[0] != VERSION:
        raise StateError(process_id=process_id, reason="the state is of an unknown version")
    if not 0 <= zstandard.frame_content_size(state[1:]) <= MAX_BYTES:
        raise StateError(process_id=process_id, reason="the state is damaged")
    name, last_ref, rows = orjson.loads(_zstd.decompress(state[1:]))
    return name, last_ref, rows


def _token(
    instance: Instance,
    ref: int,
    parent_ref: int,
    element_id: str,
    state: int,
    data: Any,
    due: int | None = None,
    origin: list[Any] | None = None,
) -> None:
    element = instance.spec.task_specs.get(element_id)
    if element is None:
        reason = f"the diagram has no {element_id}"
        raise StateError(process_id=instance.spec.name, reason=reason)
    if state not in (element.rests, *DONE):
        raise StateError(process_id=instance.spec.name, reason=f"{element_id} cannot wait as it does")
    if not isinstance(data, dict) and data != 0:
        raise TypeError
    parent = instance.tasks[parent_ref] if parent_ref else None
    token = Token.__new__(Token)
    token.fill(instance, element, ref=ref, parent=parent, state=state)
    if isinstance(data, dict):
        token.data = data
    elif parent is not None:
        token.data = dict(parent.data)
    token.due = due
    token.origin = None if origin is None else (origin[0], origin[1], origin[2])
