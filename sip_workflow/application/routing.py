"""Who gets a message: the one instance of the case that waits for (name, correlation).

A message that starts a process starts it. One that nobody waits for is kept or refused,
as the catalogue says (``processes/messages.json``). One whose receiver is set aside as an
incident is laid by, whatever the catalogue says, and reaches it when it is taken up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sip_workflow.application.running import Running
from sip_workflow.domain.definitions import MessageRule
from sip_workflow.domain.identifiers import new_id
from sip_workflow.domain.messages import Message
from sip_workflow.domain.process import MessageWait
from sip_workflow.domain.refusals import Refusal
from sip_workflow.domain.rows import KeptMessage

if TYPE_CHECKING:
    from sip_workflow.application.work import CaseWork


class NobodyWaits(Refusal):
    """Nobody waits for this message now."""

    type = "nobody_waits"
    title = "Det går inte nu"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("Inget i ärendet väntar på det här meddelandet. Läs om ärendet och se var det står.")


def route(work: CaseWork, message: Message, *, must_arrive: bool = False) -> bool:
    """Deliver a message, start its process, keep it or drop it. Raises ``NobodyWaits``.

    Returns whether somebody has it now; a message that must arrive is otherwise laid by.
    """
    voided = [rule.name for rule in work.bundle.messages.values() if message.name in rule.purged_by]
    if voided:
        work.tx.kept_messages.remove(case_id=work.case.id, name=voided)
    process_id = work.core.engine.starts(work.bundle).get(message.name)
    if process_id is not None:
        work.start(process_id=process_id, message=message)
        return True
    found = _waiting(work, message)
    if found is not None:
        running, wait = found
        work.deliver(running, ref=wait.ref, message=message)
        return True
    laid_by = _receiver_is_set_aside(work, message)
    if must_arrive and not laid_by:
        raise NobodyWaits
    if laid_by or rule_of(work, name=message.name).kept:
        work.tx.kept_messages.add(
            KeptMessage(
                id=new_id(),
                case_id=work.case.id,
                name=message.name,
                correlation=message.correlation,
                payload=dict(message.payload),
                sent_at=work.now,
            )
        )
    return False


def rule_of(work: CaseWork, *, name: str) -> MessageRule:
    """The catalogue's rule for a message; one that is not in it is refused when nobody waits."""
    return work.bundle.messages.get(name) or MessageRule(name=name)


def deliver_kept(work: CaseWork, running: Running) -> None:
    """Give an instance that has begun to wait what was kept for it."""
    known = {wait.ref for wait in running.known_waits}
    names = [
        wait.message
        for wait in running.step.waits
        if wait.ref not in known and rule_of(work, name=wait.message).kept
    ]
    if not names:
        return
    for kept in work.tx.kept_messages.find(case_id=work.case.id, name=names, order_by="sent_at"):
        message = Message(name=kept.name, correlation=kept.correlation, payload=kept.payload)
        wait = _match(running, message)
        if wait is not None:
            work.tx.kept_messages.remove(id=kept.id)
            work.deliver(running, ref=wait.ref, message=message)
            return  # delivering settles the instance anew, and that looks again


def deliver_laid_by(work: CaseWork, running: Running) -> None:
    """An incident is taken up: what was sent to it meanwhile reaches it, in order, as far as it waits."""
    for kept in work.tx.kept_messages.find(case_id=work.case.id, order_by="sent_at"):
        message = Message(name=kept.name, correlation=kept.correlation, payload=kept.payload)
        wait = _match(running, message)
        # One that a delivery before has led to may be gone: then it has been delivered already.
        if wait is not None and work.tx.kept_messages.remove(id=kept.id):
            work.deliver(running, ref=wait.ref, message=message)


def _waiting(work: CaseWork, message: Message) -> tuple[Running, MessageWait] | None:
    for running in list(work.running.values()):
        wait = _match(running, message)
        if wait is not None:
            return running, wait
    for row in work.tx.waits.find(case_id=work.case.id, message=message.name):
        if row.instance_id in work.running or row.correlation not in (None, message.correlation):
            continue
        if _is_set_aside(work, instance_id=row.instance_id):
            continue
        running = work.resume(instance_id=row.instance_id)
        wait = _match(running, message)
        if wait is not None:
            return running, wait
    return None


def _receiver_is_set_aside(work: CaseWork, message: Message) -> bool:
    return any(
        row.correlation in (None, message.correlation)
        and row.instance_id not in work.running
        and _is_set_aside(work, instance_id=row.instance_id)
        for row in work.tx.waits.find(case_id=work.case.id, message=message.name)
    )


def _is_set_aside(work: CaseWork, *, instance_id: str) -> bool:
    return work.tx.instances.get(instance_id).status == "incident"


def _match(running: Running, message: Message) -> MessageWait | None:
    if running.ended:
        return None
    for wait in running.step.waits:
        if wait.message == message.name and wait.correlation in (None, message.correlation):
            return wait
    return None
