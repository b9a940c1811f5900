"""A process owner changes a row in the deadline table: new waits get it, old ones keep theirs."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.acts import until_consent, until_invited
from tests.support.world import World

TABLE = Path(__file__).resolve().parents[2] / "processes" / "decisions" / "deadlines.dmn"
OWNER = "petra.ekbacka"


def _changed_table(*, kind: str, was: int, becomes: int) -> bytes:
    """The shipped table with one number changed, as an owner would in Camunda Modeler."""
    text = TABLE.read_text(encoding="utf-8")
    start = text.index(f'"{kind}"')
    end = text.index("</rule>", start)
    row = text[start:end].replace(f"<text>{was}</text>", f"<text>{becomes}</text>", 1)
    assert row != text[start:end]
    return (text[:start] + row + text[end:]).encode()


def test_a_changed_row_moves_the_deadline_of_new_waits_without_code(world: World) -> None:
    first = until_consent(world)
    until_invited(world, first)
    before = world.open_tasks(first, "acknowledge")[0].due_at

    table = _changed_table(kind="invitation_acknowledged", was=1, becomes=3)
    version = world.application.definitions.deploy(
        files={"processes/decisions/deadlines.dmn": table},
        actor=world.application.register.actor_of_user(username=OWNER),
        now=world.now(),
    )
    assert version["in_force"]

    second = world.start_sip()
    world.do(second, "need")
    until_invited(world, second)
    after = world.open_tasks(second, "acknowledge")[0].due_at

    assert before is not None
    assert after is not None
    assert before.date().isoformat() == "2027-02-02"
    assert after.date().isoformat() == "2027-02-04"
    assert world.open_tasks(first, "acknowledge")[0].due_at == before, "a running case keeps its version"
