"""Counting, explained: pure properties over any ledger, and the cases people ask about."""

from __future__ import annotations

import dataclasses
import datetime
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.explaining import Fact, Why, caps, count, explain, factor
from records.models import HourCategory, HourState
from records.rules import Rules

SHARES = st.sampled_from([Fraction(0), Fraction(1, 7), Fraction(1, 2), Fraction(2, 3), Fraction(1)])
RULES = st.builds(
    Rules,
    online_cap=SHARES,
    unit_cap=SHARES,
    lecture_factor=st.integers(0, 5),
    tutoring_factor=st.integers(0, 1),
)
FACTS = st.lists(
    st.builds(
        Fact,
        number=st.integers(1, 10_000),
        on=st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)),
        category=st.sampled_from(HourCategory.values),
        quarters=st.integers(1, 96),
        state=st.sampled_from(HourState.values),
    ),
    max_size=25,
    unique_by=lambda fact: fact.number,
)
TARGETS = st.sampled_from([0, 1, 127, 128, 224, 360])
VERIFIED, PENDING = HourState.VERIFIED, HourState.PENDING


@given(FACTS, RULES, TARGETS, st.integers(0, 50))
def test_the_total_is_the_sum_of_its_lines_and_of_its_categories(facts, rules, target, carried):
    told = explain(facts, rules, target, carried)

    assert told.total == carried + sum(line.counted for line in told.lines)
    assert told.total == carried + sum(line.counted for line in told.categories)
    assert len(told.lines) == len(facts)


@given(FACTS, RULES, TARGETS, st.integers(0, 50))
def test_sums_alone_give_the_same_total(facts, rules, target, carried):
    """A list of thousands is counted from sums, a person from lines: they agree."""
    sums = Counter[str]()
    for fact in facts:
        if fact.state in (HourState.VERIFIED, HourState.LOCKED):
            sums[fact.category] += fact.quarters

    told = explain(facts, rules, target, carried)
    counted = count(sums, rules, target, carried)

    assert (counted.total, counted.gap) == (told.total, told.gap)


@given(FACTS, RULES, TARGETS)
def test_no_line_counts_more_than_it_is_worth_and_no_category_more_than_its_cap(
    facts, rules, target
):
    told = explain(facts, rules, target)

    for line in told.lines:
        assert 0 <= line.counted <= line.worth
        assert line.worth <= line.fact.quarters * max(factor(rules, line.fact.category), 1)
        assert (line.why == Why.COUNTED) == (line.counted == line.worth > 0)
    for category, most in caps(rules, target).items():
        assert sum(x.counted for x in told.categories if x.category == category) <= most


@given(st.data(), FACTS, RULES, TARGETS)
def test_the_order_of_the_entries_is_of_no_account(data, facts, rules, target):
    shuffled = data.draw(st.permutations(facts))

    assert explain(shuffled, rules, target) == explain(facts, rules, target)


@given(FACTS, RULES, TARGETS)
def test_what_was_taken_back_or_returned_changes_nothing(facts, rules, target):
    first = explain(facts, rules, target)
    gone = [
        dataclasses.replace(fact, number=fact.number + 10_000, state=state)
        for fact in facts
        for state in (HourState.REVERSED, HourState.REJECTED)
    ]

    assert explain([*facts, *gone], rules, target).total == first.total


@given(FACTS, RULES, TARGETS)
def test_verifying_one_more_entry_never_takes_hours_away(facts, rules, target):
    later = [dataclasses.replace(fact, state=VERIFIED) for fact in facts]

    standing = {HourState.REVERSED, HourState.REJECTED}
    kept = [
        new if old.state not in standing else old for old, new in zip(facts, later, strict=True)
    ]
    assert explain(kept, rules, target).total >= explain(facts, rules, target).total


def fact(number, category, hours, state=VERIFIED, month=3):
    return Fact(number, datetime.date(2026, month, 1), category, int(hours * 4), state)


def test_the_secretary_of_story_6():
    """38 of 56: 28 of 33.5 hours online count, 10 of centralised training do."""
    facts = [
        fact(1, "centralised", 10),
        fact(2, "online", 20, month=4),
        fact(3, "online", 13.5, month=5),
        fact(4, "field", 3, PENDING, month=6),
    ]

    told = explain(facts, Rules(), 56 * 4)

    assert (told.total, told.gap) == (38 * 4, 18 * 4)
    assert [(line.counted, line.why) for line in told.lines] == [
        (40, Why.COUNTED),
        (80, Why.COUNTED),
        (32, Why.ONLINE_CAP),
        (0, Why.PENDING),
    ]
    online = next(line for line in told.categories if line.category == "online")
    assert (online.cap, online.uncounted, online.room) == (112, 22, 0)
    assert (told.uncounted, told.pending) == (22, 12)


def test_a_cap_that_is_no_whole_quarter_is_cut_down():
    assert caps(Rules(online_cap=Fraction(1, 3)), 128) == {"online": 42}


def test_without_a_target_nothing_is_capped():
    assert explain([fact(1, "online", 40)], Rules(), 0).total == 160


@pytest.mark.parametrize(("times", "total"), [(0, 0), (5, 40)])
def test_a_lecture_given_counts_as_often_as_the_district_says(times, total):
    told = explain([fact(1, "lecture", 2)], Rules(lecture_factor=times), 224)

    assert told.total == total
    assert told.categories[0].room == (None if times else 0)


def test_hours_carried_over_count_before_this_years():
    told = explain([fact(1, "field", 10)], Rules(), 224, carried=20)

    assert (told.total, told.gap) == (60, 164)
    assert count({"field": 240}, Rules(), 224, carried=20).surplus == 16
