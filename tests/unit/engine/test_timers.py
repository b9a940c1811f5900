"""Timers: armed once, fired by command, due ones before anything else, each escalation with its occasion."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from sip_workflow.domain.process import DueTimer, FiredTimer, ThrownEscalation
from sip_workflow.engine import Engine, NotOpen, Session, StepFailed
from tests.support.diagrams import bpmn, bundle
from tests.support.walks import NOON, Action, deadlines
from tests.unit.engine import diagrams
from tests.unit.engine.diagrams import levels
from tests.unit.engine.test_branches import answer, begun, complete, deliver

ENGINE = Engine()
ASKED = bpmn(
    "asked",
    f"""
    start begun message=go into=order
    user ask
    {levels("ask")}
    end done
    begun > ask > done
    """,
)
DAY = timedelta(days=1)
Deadline = Callable[[str, str | None], datetime]


def opened(source: bytes, state: bytes | None, now: datetime, deadline: Deadline | None = None) -> Session:
    deployed = bundle(source)
    (process_id,) = deployed.processes
    deadline = deadline or deadlines(NOON)
    if state is None:
        return ENGINE.start(
            bundle=deployed,
            process_id=process_id,
            message="go",
            payload={"id": "1"},
            now=now,
            deadline=deadline,
        )
    return ENGINE.resume(bundle=deployed, process_id=process_id, state=state, now=now, deadline=deadline)


def test_timers_are_told_with_their_times() -> None:
    step = opened(ASKED, None, NOON).step()
    assert [(timer.element_id, timer.due_at) for timer in step.timers] == [
        ("ask_reminder", NOON + 6 * DAY),
        ("ask_manager", NOON + 7 * DAY),
        ("ask_process_owner", NOON + 8 * DAY),
    ]
    assert all(timer.due_at.tzinfo is UTC for timer in step.timers)


def test_a_timer_fires_strictly_after_it_is_due() -> None:
    state = opened(ASKED, None, NOON).step().state
    assert opened(ASKED, state, NOON + 6 * DAY).step().fired == ()
    step = opened(ASKED, state, NOON + 6 * DAY + timedelta(microseconds=1)).step()
    assert step.fired == (FiredTimer(element_id="ask_reminder", due_at=NOON + 6 * DAY),)


def test_an_escalation_tells_what_it_is_about_and_the_occasion() -> None:
    first = opened(ASKED, None, NOON).step()
    ref = first.user_tasks[0].ref
    step = opened(ASKED, first.state, NOON + 30 * DAY).step()
    assert step.escalations == tuple(
        ThrownEscalation(
            element_id=f"ask_{level}_told",
            kind="late_ask",
            level=level,
            about="ask",
            about_ref=ref,
            due_at=NOON + day * DAY,
        )
        for level, day in (("reminder", 6), ("manager", 7), ("process_owner", 8))
    )
    assert [task.ref for task in step.user_tasks] == [ref]
    assert step.timers == ()


def test_due_timers_fire_in_due_order_before_the_command() -> None:
    order = {"process_owner": 1, "reminder": 2, "manager": 3, None: 9}
    state = opened(ASKED, None, NOON, lambda kind, level: NOON + order[level] * DAY).step().state
    ref = opened(ASKED, state, NOON).step().user_tasks[0].ref
    session = opened(ASKED, state, NOON + 30 * DAY)
    session.complete(ref=ref, answers={})
    step = session.step()
    assert [fired.element_id for fired in step.fired] == ["ask_process_owner", "ask_reminder", "ask_manager"]
    assert [raised.level for raised in step.escalations] == ["process_owner", "reminder", "manager"]
    assert step.ended


def test_timers_that_are_due_at_the_same_instant_fire_as_drawn() -> None:
    state = opened(ASKED, None, NOON, lambda kind, level: NOON).step().state
    step = opened(ASKED, state, NOON + DAY).step()
    assert [fired.element_id for fired in step.fired] == ["ask_reminder", "ask_manager", "ask_process_owner"]


def test_an_interrupting_timer_that_is_due_goes_before_the_answer() -> None:
    walk = begun(diagrams.GIVEN_UP)
    ref = walk.step.user_tasks[0].ref
    walk.now = NOON + 30 * DAY
    session = walk.opened()
    with pytest.raises(NotOpen):
        session.complete(ref=ref, answers={"agreed": True})
    step = session.step()
    assert [fired.element_id for fired in step.fired] == ["soon", "never"]
    assert [call.operation for call in step.operations] == ["closing.miss"]
    assert [raised.level for raised in step.escalations] == ["reminder"]


def test_an_escalation_after_an_operation_still_knows_its_occasion() -> None:
    walk = begun(diagrams.GIVEN_UP)
    ref = walk.step.user_tasks[0].ref
    step = walk.act(Action("wait", at=NOON + 30 * DAY), {})
    assert step.user_tasks == ()
    step = answer(walk)
    assert step.escalations == (
        ThrownEscalation(
            element_id="given_up",
            kind="unrecorded",
            level="process_owner",
            about="record",
            about_ref=ref,
            due_at=NOON + 8 * DAY,
        ),
    )
    assert step.ended


def test_an_escalation_is_about_the_nearest_timer() -> None:
    source = bpmn(
        "p",
        """
        start begun message=go
        user first
        timer given_up on=first at="deadline('first')" interrupting=yes
        user second
        timer late on=second at="deadline('second', 'manager')"
        raise told code=late.manager
        end done
        begun > first > done
        given_up > second > done
        late > told
        """,
    )
    walk = begun(source)
    step = walk.act(Action("wait", at=NOON + 6 * DAY), {})
    ref = step.user_tasks[0].ref
    step = walk.act(Action("wait", at=NOON + 30 * DAY), {})
    assert [(e.about, e.about_ref, e.due_at) for e in step.escalations] == [("second", ref, NOON + 13 * DAY)]


def test_an_escalation_without_a_timer_is_about_itself() -> None:
    step = begun(bpmn("p", "start a message=go\nraise told code=late.reminder\na > told")).step
    assert step.escalations == (
        ThrownEscalation(
            element_id="told", kind="late", level="reminder", about="told", about_ref=None, due_at=None
        ),
    )


def test_what_is_done_in_time_takes_its_timers_along() -> None:
    walk = begun(ASKED)
    step = complete(walk)
    assert step.ended
    assert step.timers == ()


def test_a_receive_task_has_timers_too() -> None:
    walk = begun(diagrams.CLOCK)
    step = walk.act(Action("wait", at=NOON + 30 * DAY), {})
    assert [(e.kind, e.level, e.about) for e in step.escalations] == [
        ("late_await_reply", "reminder", "await_reply"),
        ("late_await_reply", "manager", "await_reply"),
        ("late_await_reply", "process_owner", "await_reply"),
    ]
    assert {e.about_ref for e in step.escalations} == {
        wait.ref for wait in step.waits if wait.message == "reply"
    }
    assert deliver(walk, "reply", answer="yes").ended


def test_an_operation_that_takes_too_long_has_timers_too() -> None:
    walk = begun(diagrams.BESIDE)
    complete(walk)
    step = walk.act(Action("wait", at=NOON + 30 * DAY), {})
    assert [(e.kind, e.about) for e in step.escalations] == [("slow", "finish")]
    assert answer(walk).ended


def test_an_interrupting_timer_may_lead_straight_back_again_and_again() -> None:
    walk = begun(diagrams.BESIDE)
    refs = set()
    for _ in range(10):
        assert len(walk.step.user_tasks) == len(walk.step.timers) == 1
        refs.add(walk.step.user_tasks[0].ref)
        step = walk.act(Action("wait", at=walk.step.timers[0].due_at + DAY), {})
        assert [fired.element_id for fired in step.fired] == ["overdue"]
    assert len(refs) == 10
    complete(walk)
    assert answer(walk).ended


def test_a_timer_of_an_event_based_gateway() -> None:
    walk = begun(diagrams.TIMED_WAIT)
    gateway = walk.step.waits[0].ref
    assert walk.step.timers == (DueTimer(ref=gateway, element_id="due", due_at=NOON + 5 * DAY),)
    step = walk.act(Action("wait", at=NOON + 6 * DAY), {})
    assert step.fired == (FiredTimer(element_id="due", due_at=NOON + 5 * DAY),)
    assert [task.element_id for task in step.user_tasks] == ["review"]
    assert step.timers == step.waits == ()
    step = complete(walk, again=True)
    assert [timer.due_at for timer in step.timers] == [NOON + 11 * DAY]


def test_a_timer_that_is_armed_too_late_fires_in_the_same_session() -> None:
    step = opened(diagrams.TIMED_WAIT, None, NOON, lambda kind, level: NOON - DAY).step()
    assert [fired.element_id for fired in step.fired] == ["due"]
    assert [task.element_id for task in step.user_tasks] == ["review"]
    session = opened(diagrams.TIMED_WAIT, step.state, NOON, lambda kind, level: NOON - DAY)
    session.complete(ref=step.user_tasks[0].ref, answers={"again": False})
    step = session.step()
    assert [fired.element_id for fired in step.fired] == ["later"]
    assert [thrown.message for thrown in step.thrown] == ["follow_up_due"]


def test_a_timer_is_armed_once() -> None:
    asked: list[tuple[str, str | None]] = []

    def deadline(kind: str, level: str | None) -> datetime:
        asked.append((kind, level))
        return NOON + DAY

    state = opened(ASKED, None, NOON, deadline).step().state
    assert asked == [("ask", "reminder"), ("ask", "manager"), ("ask", "process_owner")]
    for _ in range(3):
        session = opened(ASKED, state, NOON, deadline)
        session.fire_due()
        state = session.step().state
    assert len(asked) == 3


def test_a_loop_whose_timer_is_always_past_is_stopped() -> None:
    with pytest.raises(StepFailed, match=r"overdue: 200 timers fired"):
        opened(diagrams.BESIDE, None, NOON, lambda kind, level: NOON - DAY)


@pytest.mark.parametrize(
    "zone",
    [timezone(timedelta(hours=5, minutes=30)), ZoneInfo("Europe/Stockholm"), timezone(-timedelta(hours=12))],
)
def test_an_instant_is_the_same_in_every_zone(zone: timezone | ZoneInfo) -> None:
    due = datetime(2026, 10, 25, 2, 30, 0, 123_456, tzinfo=zone)
    step = opened(ASKED, None, NOON.astimezone(zone), lambda kind, level: due).step()
    assert {timer.due_at for timer in step.timers} == {due.astimezone(UTC)}
    again = opened(ASKED, step.state, due.astimezone(zone)).step()
    assert again.timers == step.timers
    assert len(opened(ASKED, step.state, due + timedelta(microseconds=1)).step().fired) == 3


@pytest.mark.parametrize("due", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_the_ends_of_time(due: datetime) -> None:
    step = opened(ASKED, None, NOON, lambda kind, level: due).step()
    assert {timer.due_at for timer in step.timers} | {fired.due_at for fired in step.fired} == {due}


def test_naive_times_are_refused() -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(ValueError, match="offset"):
        opened(ASKED, None, naive)
    state = opened(ASKED, None, NOON).step().state
    with pytest.raises(ValueError, match="offset"):
        opened(ASKED, state, naive)
    with pytest.raises(ValueError, match=r"ask_reminder: .* without an offset"):
        opened(ASKED, None, NOON, lambda kind, level: naive)


@pytest.mark.parametrize("due", [None, "2026-01-01T00:00:00Z", 17, NOON.date()])
def test_a_deadline_that_is_no_time_is_refused(due: object) -> None:
    with pytest.raises(StepFailed, match=r"ask_reminder: .* gave no time"):
        opened(ASKED, None, NOON, lambda kind, level: due)  # type: ignore[arg-type,return-value]


def test_a_deadline_that_nobody_knows_fails_the_step() -> None:
    def deadline(kind: str, level: str | None) -> datetime:
        raise LookupError("19420317-9801")

    with pytest.raises(StepFailed, match=r"ask_reminder: .* gives LookupError") as failed:
        opened(ASKED, None, NOON, deadline)
    assert "19121212" not in str(failed.value)
