"""No refusal says a value: not in its text, not in its cause, not in a log."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from sip_workflow.domain.register import Unit, User
from sip_workflow.domain.rows import Instance, OutboxItem, Setting, Task
from sip_workflow.domain.sip import Person
from sip_workflow.store import Store, Transaction
from tests.store.samples import PARENT, add_parents, make

SECRET = "19121212" + "1212"


def twice(tx: Transaction) -> None:
    for _ in range(2):
        tx.persons.add(make(Person, id=SECRET, id_number=SECRET, name=SECRET))


def unique_values_twice(tx: Transaction) -> None:
    tx.users.add_all([make(User, id=SECRET + str(each), username=SECRET) for each in range(3)])


def key_of_the_outbox_twice(tx: Transaction) -> None:
    for each in range(2):
        tx.outbox.add(make(OutboxItem, id=SECRET + str(each), key=SECRET, payload={SECRET: SECRET}))


def reference_to_nothing(tx: Transaction) -> None:
    tx.cases.change(PARENT, person_id=SECRET)


def late_reference_to_nothing(tx: Transaction) -> None:
    tx.tasks.change(PARENT, instance_id=SECRET)


def nothing_where_something_must_be(tx: Transaction) -> None:
    tx.persons.add(make(Person, id=SECRET, id_number=SECRET, name=None))


def not_found(tx: Transaction) -> None:
    tx.persons.get(SECRET)


def changes_nothing(tx: Transaction) -> None:
    tx.persons.change(SECRET, name=SECRET)


def other_version(tx: Transaction) -> None:
    tx.instances.save(replace(make(Instance, id=SECRET, key=SECRET), version=9), was_version=8)


def wrong_kind_of_value(tx: Transaction) -> None:
    tx.tasks.add(make(Task, id=SECRET, ref={SECRET: SECRET}))


def wrong_code(tx: Transaction) -> None:
    tx.units.add(make(Unit, id=SECRET, kind=SECRET))


def text_that_is_not_unicode(tx: Transaction) -> None:
    tx.settings.add(Setting(id=SECRET, value=SECRET + "\udc00"))


def text_in_a_number(tx: Transaction) -> None:
    tx.history.page(case_id=SECRET, limit=SECRET + "x")  # type: ignore[arg-type]


def place_that_is_not_ours(tx: Transaction) -> None:
    tx.tasks.inbox(units_roles=[(SECRET, SECRET)], after=SECRET)


REFUSED = [
    twice,
    unique_values_twice,
    key_of_the_outbox_twice,
    reference_to_nothing,
    late_reference_to_nothing,
    nothing_where_something_must_be,
    not_found,
    changes_nothing,
    other_version,
    wrong_kind_of_value,
    wrong_code,
    text_that_is_not_unicode,
    text_in_a_number,
    place_that_is_not_ours,
]


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and all that stands behind it, suppressed or not."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("refused", REFUSED, ids=lambda each: each.__name__)
def test_no_refusal_says_a_value(
    store: Store, refused: Callable[[Transaction], Any], caplog: pytest.LogCaptureFixture
) -> None:
    with store.write() as tx:
        add_parents(tx)
    with (
        caplog.at_level(logging.DEBUG),
        pytest.raises(Exception, match=r"\w") as raised,
        store.write() as tx,
    ):
        refused(tx)
    said = "".join(traceback.format_exception(raised.value)) + caplog.text
    said += "".join(str(each) + repr(each) + repr(vars(each)) for each in chain(raised.value))
    assert SECRET not in said
    with store.read() as tx:
        assert tx.persons.count() == 1
