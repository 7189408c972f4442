"""My hours, as its owner meets them."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from committees.models import PolicyValue
from records.services import post_hours, reverse_hours
from tests.factories.accounts import client_of, user_with
from tests.factories.committees import AffiliationFactory, make_district
from tests.factories.records import posting

pytestmark = pytest.mark.django_db
PAGE = "/hours/"


@pytest.fixture
def secretary(settings):
    settings.LANGUAGE_CODE = "en"
    tree = make_district()
    person = AffiliationFactory(place=tree.committees[0]).person
    user: Any = user_with("secretary", place=person.unit, person=person)
    user.tree = tree
    with translation.override("en"):
        yield user


def post(user, key, quarters=16, year=None, category="centralised"):
    year = year or timezone.localdate().year
    made = posting(
        user.person,
        session_on=datetime.date(year, 3, 5),
        category=category,
        quarters=quarters,
        title_zh=f"班 · 课{key}",
        title_en=f"Class · course {key}",
        key=key,
    )
    return post_hours(actor=None, posting=made, verified=True)


def test_the_ring_shows_hours_of_the_target_and_why_it_is_this_one(secretary):
    post(secretary, "a")
    post(secretary, "b", quarters=6, category="field")

    response = client_of(secretary).get(PAGE)
    text = response.content.decode()

    assert (response.context["total"], response.context["target_quarters"]) == (22, 224)
    assert "5.5" in text
    assert "Why 56?" in text
    assert "2023" in text
    assert "Class · course a" in text


def test_a_district_with_its_own_rule_shows_that(secretary):
    PolicyValue.objects.create(
        key="hours.secretary_year",
        district=secretary.tree.district,
        value=60,
        from_on=datetime.date(2020, 1, 1),
        source_zh="区里规定",
        source_en="Rule of the district",
        checked_by="某某",
        checked_on=datetime.date(2026, 1, 5),
    )

    response = client_of(secretary).get(PAGE)

    assert response.context["target_quarters"] == 240
    assert "Rule of the district" in response.content.decode()


def test_a_reversal_is_a_line_of_its_own(secretary):
    entry = post(secretary, "a")
    reverse_hours(actor=None, entry=entry, reason="误录")

    response = client_of(secretary).get(PAGE)

    assert [line.quarters for line in response.context["entries"]] == [-16, 16]
    assert response.context["total"] == 0
    assert response.context["by_category"] == []


@pytest.mark.parametrize("asked", ["", "nonsense", "99999", "0001", "９９９９", "-1", "3000"])
def test_a_year_that_cannot_be_shows_the_present_one(secretary, asked):
    response = client_of(secretary).get(PAGE, {"year": asked})

    assert (response.status_code, response.context["year"]) == (200, timezone.localdate().year)


def test_past_years_are_a_click_away(secretary):
    last = timezone.localdate().year - 1
    post(secretary, "a", year=last)

    response = client_of(secretary).get(PAGE, {"year": str(last)})

    assert response.context["total"] == 16
    assert response.context["years"] == [last + 1, last]


def test_the_page_takes_the_same_queries_for_any_number(secretary):
    client = client_of(secretary)
    counts = []
    for number in range(4):
        if number:
            post(secretary, str(number))
        client.get(PAGE)
        with CaptureQueriesContext(connection) as counted:
            assert len(client.get(PAGE).context["entries"]) == number
        counts.append(len(counted))

    assert len(set(counts[1:])) == 1
    assert max(counts) <= 12


def test_an_account_without_a_person_hears_whom_to_ask(secretary):
    user = user_with("district", place=secretary.tree.district)

    response = client_of(user).get(reverse("records:my-hours"))

    assert "belongs to no person" in response.content.decode()
