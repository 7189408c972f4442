"""What a day, a minute or an online lesson is worth."""

from __future__ import annotations

import dataclasses
import datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.conversion import Conversion, quarters_of
from records.measuring import conversion_at
from records.rules import Rules, rules_at


@pytest.mark.parametrize(
    ("amount", "measure", "rules", "quarters"),
    [
        (1, "day", Conversion(), 32),
        (3, "half_day", Conversion(), 48),
        (2, "half_day", Conversion(half_day=15), 30),
        (7, "hour", Conversion(), 28),
        (90, "minute", Conversion(), 8),
        (90, "minute", Conversion(minutes_per_hour=60), 6),
        (44, "minute", Conversion(), 3),
        (44, "minute", Conversion(rounding=2), 2),
        (30, "online_minute", Conversion(), 4),
        (29, "online_minute", Conversion(), 2),
        (15, "online_minute", Conversion(), 2),
        (14, "online_minute", Conversion(), 1),
        (0, "online_minute", Conversion(), 0),
        (2, "test", Conversion(), 4),
    ],
)
def test_worth_in_quarters(amount, measure, rules, quarters):
    assert quarters_of(amount, measure, rules) == quarters


@given(st.integers(0, 10_000), st.integers(30, 60), st.integers(1, 4))
def test_minutes_are_never_rounded_up(minutes, per_hour, step):
    rules = Conversion(minutes_per_hour=per_hour, rounding=step)
    quarters = quarters_of(minutes, "minute", rules)

    exact = Fraction(minutes * 4, per_hour)
    assert quarters <= exact < quarters + step
    assert quarters % step == 0


@pytest.mark.parametrize(("amount", "measure"), [(-1, "day"), (1, "week")])
def test_what_is_no_amount_is_refused(amount, measure):
    with pytest.raises(ValueError, match=r"amount|measure"):
        quarters_of(amount, measure, Conversion())


@pytest.mark.django_db
def test_the_registered_defaults_are_those_of_the_pure_functions():
    day = datetime.date(2026, 3, 5)

    assert conversion_at(None, day) == Conversion()
    assert dataclasses.replace(rules_at(None, day), answers={}) == Rules()
