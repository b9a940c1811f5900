"""Writes the states of today's engine, which every later engine must read.

`python -m tests.support.engine_states` writes one file for each version of the state's
format. A file that is there is never written again: it stands for the instances that are
running out there.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import random
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from sip_workflow.domain.process import Step
from sip_workflow.engine import Engine
from sip_workflow.engine.state import VERSION
from tests.support import walks
from tests.support.diagrams import bundle

FOLDER = Path(__file__).parents[1] / "fixtures" / "engine_states"
STATES_OF_EACH = 10


def told(step: Step) -> dict[str, Any]:
    """A step as JSON, without its bytes."""
    fields = {field.name: getattr(step, field.name) for field in dataclasses.fields(step)}
    del fields["state"]
    plain = {
        name: [dataclasses.asdict(item) for item in value] if isinstance(value, tuple) else value
        for name, value in fields.items()
    }
    found: dict[str, Any] = json.loads(json.dumps(plain, default=datetime.isoformat))
    return found


def states(process_id: str, source: bytes) -> list[dict[str, Any]]:
    """States along random walks, each with what is open and with one thing that happens next."""
    chance = random.Random(process_id)
    engine = Engine()
    pool = {"id": ["1"], **walks.values([source])}
    found: dict[bytes, dict[str, Any]] = {}
    for _ in range(20):
        walk = walks.Stored(engine, bundle(source), process_id, walks.given(pool, chance))
        for _ in range(30):
            before, now = walk.step, walk.now
            if not (possible := walks.actions(before)):
                break
            action, value = chance.choice(possible), walks.given(pool, chance)
            after = walk.act(action, value)
            found[before.state] = {
                "process_id": process_id,
                "state": base64.b64encode(before.state).decode(),
                "now": now.isoformat(),
                "step": told(dataclasses.replace(before, thrown=(), escalations=(), fired=())),
                "action": {**dataclasses.asdict(action), "at": action.at.isoformat()},
                "value": value,
                "after": told(after),
            }
    return list(found.values())[:STATES_OF_EACH]


def write(diagrams: dict[str, bytes]) -> Path:
    """The file of this version; FileExistsError when it is there."""
    content = {
        "diagrams": {process_id: source.decode() for process_id, source in diagrams.items()},
        "states": [entry for process_id, source in diagrams.items() for entry in states(process_id, source)],
    }
    path = FOLDER / f"v{VERSION}.json"
    with path.open("x", encoding="utf-8") as file:
        json.dump(content, file, indent=1, ensure_ascii=False)
    return path


if __name__ == "__main__":
    from tests.unit.engine.diagrams import ALL

    sys.stdout.write(f"{write(ALL)}\n")
