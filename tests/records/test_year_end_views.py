"""The pages of a year's end, for the department and for an organiser."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from records.models import YearEndStep, YearLock
from records.services import post_hours
from records.views.year_end import is_season, year_in_hand
from tests.factories.accounts import client_of, user_with
from tests.factories.committees import AffiliationFactory, make_district
from tests.factories.records import posting

pytestmark = pytest.mark.django_db
YEAR = 2025


@pytest.fixture
def side(settings) -> Any:
    settings.LANGUAGE_CODE = "en"
    tree: Any = make_district()
    tree.client = client_of(user_with("district", place=tree.district))
    tree.page = f"/hours/year-end/{tree.district.pk}/{YEAR}/"
    with translation.override("en"):
        yield tree


def waiting(side: Any, number: int) -> Any:
    person = AffiliationFactory(place=side.committees[number]).person
    facts = posting(person, session_on=datetime.date(YEAR, 3, 5))
    post_hours(actor=None, posting=facts, verified=False)
    return person


def test_the_whole_end_of_a_year_on_its_page(side):
    person = waiting(side, 0)

    first = side.client.get(side.page).content.decode()
    side.client.post(f"{side.page}rules/")
    refused = side.client.post(f"{side.page}lock/", {"reason": ""})
    done = side.client.post(f"{side.page}lock/", {"reason": "Deadline of the report"})
    after = side.client.get(side.page).content.decode()
    gaps = side.client.get(f"{side.page}gaps/").content.decode()
    post_hours(
        actor=None,
        posting=posting(person, session_on=datetime.date(YEAR, 4, 5)),
        verified=True,
    )
    changes = side.client.get(f"{side.page}changes/").content.decode()

    assert "1 point open" in first
    assert (refused.status_code, done.status_code) == (422, 302)
    assert "1 points are still open" in refused.content.decode()
    assert "Deadline of the report" in after
    assert "1 person with hours or training still open" in after
    assert person.name in gaps
    assert person.name in changes
    steps = YearEndStep.objects.order_by("pk").values_list("step", flat=True)
    assert list(steps) == ["rules", "gaps"]


def test_an_organiser_sees_what_is_open_in_the_own_part_and_locks_nothing(side):
    waiting(side, 0)
    waiting(side, 2)
    client = client_of(user_with("organiser", place=side.streets[0]))

    response = client.get(side.page)
    (unverified, *_rest) = response.context["kinds"]

    assert [point.path for point in unverified["rows"]] == [side.committees[0].path]
    assert "Lock the year and take" not in response.content.decode()
    assert client.post(f"{side.page}lock/").status_code == 403
    assert not YearLock.objects.exists()


def test_rules_of_both_years_stand_side_by_side(side):
    page = f"/hours/rules/hours.secretary_year/change/?district={side.district.pk}"
    shown = side.client.get(f"{page}&from=2026-01-01").context["form"]

    text = side.client.get(f"{side.page}rules/").content.decode()

    assert shown.initial["from_on"] == datetime.date(2026, 1, 1)
    assert "from=2026-01-01" in text
    assert side.client.get(f"{page}&from=nonsense").status_code == 200


def test_the_page_asks_as_much_for_many_points_as_for_one(side):
    counts = []
    for number in range(3):
        waiting(side, number)
        side.client.get(side.page)
        with CaptureQueriesContext(connection) as counted:
            side.client.get(side.page)
        counts.append(len(counted))

    assert len(set(counts)) == 1
    assert counts[0] <= 12


@pytest.mark.parametrize("year", [1999, timezone.localdate().year + 1])
def test_a_year_that_cannot_end_is_not_found(side, year):
    page = f"/hours/year-end/{side.district.pk}/{year}/"

    assert side.client.get(page).status_code == 404


def test_december_looks_at_its_own_year_and_january_at_the_last():
    days = [datetime.date(2025, 12, 1), datetime.date(2026, 1, 31), datetime.date(2026, 2, 1)]

    assert [year_in_hand(day) for day in days] == [2025, 2025, 2025]
    assert [is_season(day) for day in days] == [True, True, False]
