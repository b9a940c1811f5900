"""What grows, and what must not: a case that is followed up 200 times, and one with eight units.

The rounds begin from the state of ``sip`` in a case that people have taken to its plan, and are run in the
engine: the timer fires, the follow-up is called, it is done and the answer is to go on. The command
that is compared is the last of a round: resume, deliver ``follow_up_done``, step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sip_workflow.domain.definitions import Bundle
from sip_workflow.domain.process import Step
from sip_workflow.engine import Engine, Session
from tests.bench.figures import Figure, compared, milliseconds, seconds
from tests.bench.house import MEET_AND_PLAN, NOW, UNITS_ANSWER, UNTIL_INVITED, House, new_house
from tests.support.world import Json

ROUNDS = 200
REPEATS = 2000
WARM_UP = 20
EVERY = timedelta(days=90)
PROCESS = "sip"

UNITS = 8
BYTES = 12_000
"""The most that the states of a case with ``UNITS`` invited units may be together."""


def measure(folder: Path) -> list[Figure]:
    """The figures of rounds and of size."""
    with new_house(folder / "growth.db") as house:
        return [*_rounds(house), *_case_of_many(house)]


# -- two hundred rounds --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Loop:
    """The rounds of one instance, outside the application."""

    engine: Engine
    bundle: Bundle

    def resumed(self, state: bytes, *, now: datetime) -> Session:
        """The instance at a time; every deadline lies one period ahead."""
        return self.engine.resume(
            bundle=self.bundle,
            process_id=PROCESS,
            state=state,
            now=now,
            deadline=lambda kind, level: now + EVERY,
        )

    def called(self, state: bytes, *, now: datetime) -> Step:
        """The time has come: the follow-up is called, and its outcome waited for."""
        session = self.resumed(state, now=now)
        (call,) = session.step().operations
        assert call.operation == "follow_up.call"
        session.answer(ref=call.ref, result={"id": "wI9mVfEX0Qk7nJ2dYb3uTg"})
        return session.step()

    def continued(self, called: Step, *, now: datetime) -> Step:
        """The follow-up is done and there is to be another one: the command that is compared."""
        session = self.resumed(called.state, now=now)
        (ref,) = (wait.ref for wait in called.waits if wait.message == "follow_up_done")
        session.deliver(ref=ref, message="follow_up_done", payload={"outcome": "continue"})
        return session.step()


def _rounds(house: House) -> Iterator[Figure]:
    case_id = house.begin()
    house.do_all(case_id, *UNTIL_INVITED, *UNITS_ANSWER, *MEET_AND_PLAN)
    (instance,) = (each for each in house.instances(case_id) if each.process_id == PROCESS)
    with house.application.store.read() as tx:
        bundle = house.application.core.bundle(tx, bundle_hash=instance.bundle_hash)
    loop = _Loop(house.application.core.engine, bundle)
    state, now = instance.state, NOW
    called: list[tuple[Step, datetime]] = []
    for _ in range(ROUNDS):
        now += 2 * EVERY
        called.append((loop.called(state, now=now), now))
        state = loop.continued(called[-1][0], now=now).state
    first, last = [], []
    for _ in range(WARM_UP + REPEATS):
        first.append(seconds(lambda: loop.continued(called[0][0], now=called[0][1])))
        last.append(seconds(lambda: loop.continued(called[-1][0], now=called[-1][1])))
    name = "step_of_the_first_follow_up_round"
    yield compared(
        f"step_after_{ROUNDS}_follow_up_rounds", last[WARM_UP:], with_=name, those=first[WARM_UP:], limit=1.2
    )
    yield milliseconds(name, first[WARM_UP:])
    sizes = [len(step.state) for step, _ in called]
    name = "state_of_the_first_follow_up_round"
    yield Figure(
        name=f"state_after_{ROUNDS}_follow_up_rounds",
        value=sizes[-1],
        unit="bytes",
        compared_with=name,
        ratio=sizes[-1] / sizes[0],
        limit=1.2,
    )
    yield Figure(name=name, value=sizes[0], unit="bytes")


# -- eight units ---------------------------------------------------------------------------------


def _case_of_many(house: House) -> Iterator[Figure]:
    """The most that the case's states come to, from the invitations until the meeting."""
    units = _units(house)
    case_id = house.begin()
    house.do_all(case_id, "need")
    house.do_all(case_id, "consent", scope_units=units)
    (preparation,) = house.open_tasks(case_id=case_id, form_key="preparation")
    house.do_all(case_id, "preparation", recipients=_recipients(house.answers(preparation), units))
    house.do_all(case_id, "invitation_review")
    sizes = {"invitation_review": _size(house, case_id)}
    for form_key in UNITS_ANSWER:
        house.do_all(case_id, form_key)
        sizes[form_key] = _size(house, case_id)
    invited = [each for each in house.instances(case_id) if each.process_id == "invitation"]
    assert len(invited) == UNITS, f"{len(invited)} units were invited"
    most = max(sizes.values())
    yield Figure(
        name=f"state_of_a_case_with_{UNITS}_units",
        value=most,
        unit="bytes",
        compared_with=f"{BYTES} bytes",
        ratio=most / BYTES,
        limit=1.0,
    )


def _units(house: House) -> list[str]:
    """Units of several principals that can be invited."""
    with house.application.store.read() as tx:
        found = [unit.id for unit in tx.units.find(order_by="id") if unit.entry]
    return found[:UNITS]


def _recipients(answers: Json, units: list[str]) -> list[dict[str, Any]]:
    """The recipients of the example, one after the other, as many as there are units."""
    examples = answers["recipients"]
    return [{**examples[place % len(examples)], "unit": unit} for place, unit in enumerate(units)]


def _size(house: House, case_id: str) -> int:
    return sum(len(instance.state) for instance in house.instances(case_id))
