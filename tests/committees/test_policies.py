"""Which value of a rule holds where and when, and why."""

import datetime

import pytest

from committees.models import PolicyValue
from committees.policies import policy
from tests.factories.committees import make_district

pytestmark = pytest.mark.django_db
DAY = datetime.date


def value(district, number, from_on, to_on=None):
    return PolicyValue.objects.create(
        key="hours.secretary_year",
        district=district,
        value=number,
        from_on=from_on,
        to_on=to_on,
        source_zh="本区规定",
    )


def test_the_default_comes_with_its_source_and_says_that_it_has_expired():
    answer = policy("hours.secretary_year", None, DAY(2026, 5, 1))

    assert (answer.value, answer.grade, answer.is_default) == (56, "C", True)
    assert answer.source_expired_on == DAY(2023, 12, 31)
    assert "2019" in answer.source_zh


def test_party_members_have_32_hours_by_the_regulation():
    answer = policy("hours.party_member_year", None, DAY(2026, 5, 1))

    assert (answer.value, answer.grade, answer.source_expired_on) == (32, "A", None)


def test_a_district_comes_before_everywhere_and_the_latest_day_before_an_earlier_one():
    tree, other = make_district(), make_district("别处")
    value(None, 60, DAY(2024, 1, 1))
    value(tree.district, 64, DAY(2024, 1, 1))
    value(tree.district, 72, DAY(2025, 1, 1))

    here, there = tree.committees[0], other.committees[0]
    asked = [
        policy("hours.secretary_year", place, day).value
        for place, day in (
            (here, DAY(2026, 1, 1)),
            (here, DAY(2024, 6, 1)),
            (there, DAY(2026, 1, 1)),
            (here, DAY(2023, 1, 1)),
        )
    ]

    assert asked == [72, 64, 60, 56]


def test_a_value_holds_through_its_last_day():
    value(None, 60, DAY(2024, 1, 1), DAY(2024, 12, 31))

    assert policy("hours.secretary_year", None, DAY(2024, 12, 31)).value == 60
    assert policy("hours.secretary_year", None, DAY(2025, 1, 1)).value == 56


def test_a_rule_nobody_registered_is_a_mistake_of_the_programmer():
    with pytest.raises(KeyError):
        policy("hours.unheard_of", None, DAY(2026, 1, 1))
