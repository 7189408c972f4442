"""How values of rules are typed in: what fits is kept, what does not is refused at its input."""

from __future__ import annotations

import datetime
from contextlib import suppress

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

import committees.rules as rules
from committees.rules import WrongValue, after
from core.registries import policy_keys

DAY = datetime.date
GRADES = rules.Weights({"exam": "exam", "regular": "regular"})
PARTS = rules.Parts({"least": ("at least", rules.Whole(2, 50)), "most": ("most", rules.Whole())})


def test_every_default_is_a_value_of_its_type_and_can_be_said_and_typed_in_again():
    for key, entry in policy_keys.items():
        assert entry.kind.parse(entry.kind.typed(entry.default)) == entry.default, key
        for language in ("zh-hans", "en"):
            with translation.override(language):
                assert entry.say(entry.default), key


def test_every_rule_names_a_source_in_both_languages_and_a_grade():
    lacking = [
        key
        for key, entry in policy_keys.items()
        if not (entry.source_zh and entry.source_en and entry.grade in "ABCD")
    ]

    assert lacking == []


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (rules.Whole(0, 500), {"value": " ５６ "}, 56),
        (rules.Hours(), {"value": "3.75"}, 15),
        (rules.Share(), {"value": "1／7"}, "1/7"),
        (rules.Share(), {"value": "50％"}, "1/2"),
        (rules.Share(), {"value": "0.75"}, "3/4"),
        (rules.YesNo(), {"value": "no"}, False),
        (rules.Choice({"a": "A", "b": "B"}), {"value": "b"}, "b"),
        (rules.Choice({"a": "A", "b": "B"}, several=True), {"value": ["b", "a"]}, ["a", "b"]),
        (rules.Choice({"a": "A"}, several=True), {}, []),
        (rules.Duration(), {"value": "6", "unit": "month"}, {"count": 6, "unit": "month"}),
        (rules.Window(), {"from": "1-1", "to": "2月29日"}, {"from": "01-01", "to": "02-29"}),
        (rules.Window(), {"from": "1-1", "to": "1-1"}, {"from": "01-01", "to": "01-01"}),
        (GRADES, {"exam": "60", "regular": "40"}, {"exam": 60, "regular": 40}),
        (PARTS, {"least": "5", "most": "12"}, {"least": 5, "most": 12}),
        (
            rules.Bands(),
            {"from_1": "30", "worth_1": "1", "from_2": "15", "worth_2": "0.5"},
            [[30, 4], [15, 2]],
        ),
        (rules.Text(), {"value": " 境内 "}, "境内"),
    ],
)
def test_what_fits_is_kept(kind, typed, kept):
    assert kind.parse(typed) == kept


@pytest.mark.parametrize(
    ("kind", "typed", "field"),
    [
        (rules.Whole(0, 500), {"value": "many"}, "value"),
        (rules.Whole(0, 500), {"value": ""}, "value"),
        (rules.Whole(0, 500), {"value": "5.5"}, "value"),
        (rules.Whole(0, 500), {"value": "501"}, "value"),
        (rules.Whole(0, 500), {"value": "1e999999999"}, "value"),
        (rules.Hours(), {"value": "1.1"}, "value"),
        (rules.Hours(8), {"value": "9"}, "value"),
        (rules.Share(), {"value": "1/0"}, "value"),
        (rules.Share(), {"value": "8/7"}, "value"),
        (rules.Share(), {"value": "1e99999999"}, "value"),
        (rules.YesNo(), {"value": "maybe"}, "value"),
        (rules.Choice({"a": "A"}), {"value": "z"}, "value"),
        (rules.Choice({"a": "A"}), {}, "value"),
        (rules.Duration(), {"value": "6", "unit": "week"}, "unit"),
        (rules.Duration(), {"value": "-6", "unit": "day"}, "value"),
        (rules.Window(), {"from": "3-1", "to": "2-28"}, "to"),
        (rules.Window(), {"from": "2-30", "to": "3-1"}, "from"),
        (rules.Window(), {"from": "soon", "to": "3-1"}, "from"),
        (GRADES, {"exam": "60", "regular": "50"}, "exam"),
        (GRADES, {"exam": "60", "regular": "x"}, "regular"),
        (PARTS, {"least": "1", "most": "12"}, "least"),
        (rules.Bands(), {}, "from_1"),
        (
            rules.Bands(),
            {"from_1": "15", "worth_1": "1", "from_2": "30", "worth_2": "0.5"},
            "from_2",
        ),
        (rules.Text(), {"value": "  "}, "value"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence_at_its_input(kind, typed, field):
    with pytest.raises(WrongValue) as refusal:
        kind.parse(typed)

    assert refusal.value.field == field
    assert refusal.value.message


@given(st.text(max_size=30))
def test_no_text_breaks_a_type(text):
    for kind in (rules.Whole(), rules.Hours(), rules.Share(), rules.Window(), rules.Bands()):
        with suppress(WrongValue):
            kind.parse(dict.fromkeys(("value", "from", "to", "from_1", "worth_1"), text))


def test_shares_are_said_as_percent_where_offices_say_percent():
    with translation.override("en"):
        assert [rules.Share().say(share) for share in ("1/7", "1/2", "3/4", "6/7", "4/5")] == [
            "1/7",
            "50%",
            "3/4",
            "6/7",
            "80%",
        ]


def test_a_month_after_the_last_day_of_a_long_month_is_the_last_of_the_next():
    month = {"count": 1, "unit": "month"}

    assert after(DAY(2026, 1, 31), month) == DAY(2026, 2, 28)
    assert after(DAY(2026, 8, 15), {"count": 6, "unit": "month"}) == DAY(2027, 2, 15)
    assert after(DAY(2024, 2, 29), {"count": 2, "unit": "year"}) == DAY(2026, 2, 28)
    assert after(DAY(2026, 1, 1), {"count": 120, "unit": "day"}) == DAY(2026, 5, 1)
