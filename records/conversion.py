"""Days, half days, minutes and online lessons turned into quarters of a class hour: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from records.models.entries import HourEntry

Measure = HourEntry.Measure


@dataclass(frozen=True, slots=True)
class Conversion:
    """Values of the rules: quarters of a day and of half a day, minutes of a class hour, steps of
    an online lesson as (from minute, quarters) with the longest first, quarters of a passed test,
    and the step in which hours are counted."""

    full_day: int = 32
    half_day: int = 16
    minutes_per_hour: int = 45
    online_bands: Sequence[tuple[int, int]] = ((30, 4), (15, 2), (1, 1))
    online_test: int = 2
    rounding: int = 1


def quarters_of(amount: int, measure: str, rules: Conversion) -> int:
    """`amount` of `measure` in quarters, cut down to the step: never more than was studied.

    An online lesson is one lesson: ask for each apart. Raises ValueError for a negative amount or
    an unknown measure.
    """
    if amount < 0:
        raise ValueError("an amount is not negative")
    if measure == Measure.HOUR:
        exact = Fraction(amount * 4)
    elif measure == Measure.DAY:
        exact = Fraction(amount * rules.full_day)
    elif measure == Measure.HALF_DAY:
        exact = Fraction(amount * rules.half_day)
    elif measure == Measure.MINUTE:
        exact = Fraction(amount * 4, rules.minutes_per_hour)
    elif measure == Measure.ONLINE_MINUTE:
        return next((worth for start, worth in rules.online_bands if amount >= start), 0)
    elif measure == Measure.TEST:
        return amount * rules.online_test
    else:
        raise ValueError(f"{measure!r} is no measure")
    step = max(rules.rounding, 1)
    return int(exact // step) * step
