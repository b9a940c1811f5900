"""Days that count as working days in Sweden.

Not working days: Saturday, Sunday, the public holidays of lag (1989:253) and the three
eves that lag (1930:173) 2 § treats alike: midsommarafton, julafton and nyårsafton.
Twelfth Night, Maundy Thursday and other half days are working days.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from holidays.constants import DE_FACTO, PUBLIC
from holidays.countries.sweden import Sweden

_SATURDAY = 5
_LAST_YEAR = 4099
"""The last year whose Easter the package can work out."""


class _Sweden(Sweden):
    """The package's Sweden, which stops at 2100 without a word; the rules that hold then hold on."""

    end_year = _LAST_YEAR


@cache
def _days_off(year: int) -> frozenset[date]:
    """The public holidays and the eves of one year; the library calls the eves "de facto".

    Raises ValueError beyond the last year: a calendar without holidays would be wrong and look right.
    """
    if year > _LAST_YEAR:
        raise ValueError(f"working days are known until the year {_LAST_YEAR}")
    return frozenset(_Sweden(years=year, categories=(PUBLIC, DE_FACTO)))


def is_working_day(day: date) -> bool:
    """Whether the day is Monday to Friday and neither a public holiday nor one of the three eves.

    Raises ValueError for a weekday after the year 4099.
    """
    return day.weekday() < _SATURDAY and day not in _days_off(day.year)


def next_working_day(day: date) -> date:
    """The first working day after the day."""
    return add_working_days(day, 1)


def first_working_day(day: date) -> date:
    """The day itself when it is a working day, else the first one after it."""
    return day if is_working_day(day) else next_working_day(day)


def add_working_days(day: date, n: int) -> date:
    """The n-th working day after the day (before it when n is negative); the day itself when n is 0.

    The day need not be a working day and is never counted itself.
    """
    step = timedelta(days=1 if n >= 0 else -1)
    left = abs(n)
    while left:
        day += step
        left -= is_working_day(day)
    return day
