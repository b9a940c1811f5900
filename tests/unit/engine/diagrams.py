"""The diagrams of the engine's tests, each about something that is easily got wrong."""

from __future__ import annotations

from tests.support.diagrams import bpmn
from tests.support.walks import Action


def levels(task: str) -> str:
    """Non-interrupting timers on a task: reminder, manager, process owner."""
    return "\n".join(
        f"""
        timer {task}_{level} on={task} at="deadline('{task}', '{level}')"
        raise {task}_{level}_told code=late_{task}.{level}
        {task}_{level} > {task}_{level}_told
        """
        for level in ("reminder", "manager", "process_owner")
    )


TWO_BRANCHES = bpmn(
    "two_branches",
    f"""
    start begun message=go into=order
    split both
    user ask lane=Chef deadline=asked
    {levels("ask")}
    service record does=ask.record into=recorded answers=ask
    choice enough
    end plainly
    terminate altogether
    events until
    catch stop message=stop into=stop correlation="order['id']"
    catch change message=change into=event correlation="order['id']"
    terminate stopped
    service note does=change.note into=noted event="event['id']"
    begun > both > ask > record > enough
    enough > ask if ask['again'] == True
    enough > altogether if recorded['end'] == 'all'
    enough > plainly else
    both > until > stop > stopped
    until > change > note > until
    """,
)

CLOCK = bpmn(
    "clock",
    f"""
    start begun message=go into=notice
    split both
    receive await_reply message=reply into=reply correlation="notice['id']"
    {levels("await_reply")}
    terminate replied
    catch ended message=over correlation="notice['id']"
    terminate over
    begun > both > await_reply > replied
    both > ended > over
    """,
)

GIVEN_UP = bpmn(
    "given_up",
    """
    start begun message=go into=closing
    user record form=closing_record
    timer soon on=record at="deadline('closing', 'reminder')"
    raise reminded code=unrecorded.reminder
    timer never on=record at="deadline('closing', 'process_owner')" interrupting=yes
    service miss does=closing.miss into=missed
    raise given_up code=unrecorded.process_owner
    send tell message=told correlation="closing['id']" payload="{'agreed': closing_record['agreed']}"
    end done
    begun > record > tell > done
    soon > reminded
    never > miss > given_up
    """,
)

TIMED_WAIT = bpmn(
    "timed_wait",
    """
    start begun message=go into=case
    events await_replies
    catch complete message=replies_complete into=replies correlation="case['id']"
    catch due at="deadline('answered')"
    user review
    choice go_ahead
    catch later at="deadline('follow_up')"
    throw follow message=follow_up_due payload="{'id': case['id']}"
    catch followed message=follow_up_done into=follow_up
    choice outcome
    end closed message=case_closed correlation="case['id']"
    begun > await_replies > complete > review
    await_replies > due > review > go_ahead
    go_ahead > await_replies if review['again'] == True
    go_ahead > later else
    later > follow > followed > outcome
    outcome > later if follow_up['outcome'] == 'continue'
    outcome > review if follow_up['outcome'] == 'revise'
    outcome > closed else
    """,
)

BESIDE = bpmn(
    "beside",
    """
    start begun message=go into=case
    user work lane=Chef
    boundary asked on=work message=question into=question
    service help does=question.help question=question
    end helped
    boundary called_off on=work message=called_off into=stop interrupting=yes
    timer overdue on=work at="deadline('work')" interrupting=yes
    end off
    service finish does=work.finish into=finished answers=work
    timer slow on=finish at="deadline('finish', 'manager')"
    raise slow_told code=slow.manager
    end done
    begun > work > finish > done
    asked > help > helped
    called_off > off
    overdue > work
    slow > slow_told
    """,
)

ALL = {
    "two_branches": TWO_BRANCHES,
    "clock": CLOCK,
    "given_up": GIVEN_UP,
    "timed_wait": TIMED_WAIT,
    "beside": BESIDE,
}

LOOPS = {
    # A user task with timers, again and again.
    "two_branches": lambda step: Action("complete", step.user_tasks[0].ref),
    # An interrupting timer that leads straight back to its task.
    "beside": lambda step: Action("wait", at=step.timers[0].due_at.replace(microsecond=999_999)),
    # An event-based gateway, by its message, and a user task.
    "timed_wait": lambda step: (
        Action("complete", step.user_tasks[0].ref)
        if step.user_tasks
        else Action("deliver", step.waits[0].ref, step.waits[0].message)
    ),
}
