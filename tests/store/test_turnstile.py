"""The turnstile before SQLite's one writer."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import pytest

from sip_workflow.store import Busy
from sip_workflow.store.turnstile import Turnstile


def until(true: Callable[[], bool]) -> None:
    while not true():
        Event().wait(0.001)


def test_turns_come_in_the_order_in_which_they_were_asked_for() -> None:
    turnstile, order = Turnstile(), []

    def pass_through(number: int) -> None:
        with turnstile.turn(seconds=10):
            order.append(number)

    with ThreadPoolExecutor(5) as threads, turnstile.turn(seconds=10):
        for number in range(5):
            threads.submit(pass_through, number)
            until(lambda number=number: len(turnstile._waiting) == number + 1)
    assert order == [0, 1, 2, 3, 4]


def test_who_waits_too_long_leaves_and_hinders_nobody() -> None:
    turnstile = Turnstile()

    def pass_through(seconds: float) -> bool:
        with turnstile.turn(seconds=seconds):
            return True

    with ThreadPoolExecutor(2) as threads:
        with turnstile.turn(seconds=1):
            hasty = threads.submit(pass_through, 0.01)
            until(hasty.done)
            patient = threads.submit(pass_through, 10)
            until(lambda: len(turnstile._waiting) == 1)
        assert patient.result()
    with pytest.raises(Busy):
        hasty.result()
    assert pass_through(0)


def test_a_turn_that_comes_at_the_very_end_of_the_wait_is_handed_on() -> None:
    turnstile = Turnstile()
    with turnstile.turn(seconds=1):
        mine = _queued(turnstile)
    # It was handed over when the block ended, but nobody took it.
    with pytest.raises(Busy), turnstile.turn(seconds=0.01):
        pass
    turnstile._leave(mine)
    with turnstile.turn(seconds=0):
        pass


def _queued(turnstile: Turnstile) -> Lock:
    mine = Lock()
    mine.acquire()
    turnstile._waiting.append(mine)
    return mine


def test_an_error_inside_ends_the_turn() -> None:
    turnstile = Turnstile()
    with pytest.raises(ZeroDivisionError), turnstile.turn(seconds=1):
        raise ZeroDivisionError
    with turnstile.turn(seconds=0):
        pass


def test_no_turn_is_given_twice() -> None:
    turnstile, inside, most = Turnstile(), [0], [0]

    def pass_through(number: int) -> None:
        for _ in range(200):
            try:
                with turnstile.turn(seconds=0.0001 if number % 2 else 10):
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                    inside[0] -= 1
            except Busy:
                assert number % 2

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(pass_through, range(6)))
    assert (inside[0], most[0]) == (0, 1)
