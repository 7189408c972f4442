"""My hours, as its owner meets them."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from committees.models import Affiliation, PolicyValue
from records import services
from tests.factories.accounts import client_of, user_with
from tests.factories.committees import AffiliationFactory, make_district
from tests.factories.courses import EnrolmentFactory, OfferingFactory, SessionFactory
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


def post(user, key, quarters=16, year=None, verified=True, **facts):
    year = year or timezone.localdate().year
    given = {
        "session_on": datetime.date(year, 3, 5),
        "quarters": quarters,
        "title_zh": f"班 · 课{key}",
        "title_en": f"Class · course {key}",
        "key": key,
    }
    made = posting(user.person, **(given | facts))
    return services.post_hours(actor=None, posting=made, verified=verified)


def test_the_ring_shows_hours_of_the_target_and_why_it_is_this_one(secretary):
    post(secretary, "a")
    post(secretary, "b", quarters=6, category="field")

    response = client_of(secretary).get(PAGE)
    text = response.content.decode()

    shown = response.context["shown"]
    assert (shown.told.total, shown.target.quarters, shown.told.gap) == (22, 224, 202)
    assert "50.5 class hours to go" in text
    assert "Why 56?" in text
    assert "2023" in text
    assert "Class\u00a0· course a" in text


def test_the_page_of_story_6(secretary):
    """38 of 56, 18 to go, centralised 1 of 1, online up to 28 and the uncounted rest."""
    post(secretary, "c", quarters=40, completes=True)
    post(secretary, "o1", quarters=80, category="online")
    post(secretary, "o2", quarters=54, category="online")
    post(secretary, "p", quarters=12, verified=False, from_paper=True, evidence="第3页第12行")

    text = client_of(secretary).get(PAGE).content.decode()

    for said in (
        "18 class hours to go",
        "Centralised training: 1 of 1",
        "3 class hours wait to be verified",
        "5.5 verified class hours are beyond what counts",
        "at most 28 of the target of 56 count; 5.5 beyond it",
        "8 of 13.5 count; the rest is beyond the share of online study",
        "Paper register",
        "第3页第12行",
    ):
        assert said in text, said


def test_each_line_opens_its_evidence(secretary):
    offering = OfferingFactory()
    post(secretary, "a", source_ref=str(offering.public_id))

    text = client_of(secretary).get(PAGE).content.decode()

    assert f'href="{reverse("courses:offering-detail", args=[offering.public_id])}"' in text


def test_classes_to_come_are_forecast(secretary):
    today = timezone.localdate()
    offering = OfferingFactory(begins_on=today, ends_on=today)
    session = SessionFactory(offering=offering, quarters=16, starts_at=timezone.now())
    EnrolmentFactory(offering=offering, person=secretary.person)
    post(secretary, "a", quarters=40)

    shown = client_of(secretary).get(PAGE).context["shown"]

    assert [hours.quarters for hours in shown.planned] == [session.quarters]
    assert (shown.told.total, shown.forecast.total) == (40, 56)


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

    assert response.context["shown"].target.quarters == 240
    assert "Rule of the district" in response.content.decode()


def test_a_post_begun_in_mid_year_shows_its_history(secretary):
    today = timezone.localdate()
    first = datetime.date(today.year, 1, 1)
    begun = max(first, today - datetime.timedelta(days=1))
    Affiliation.objects.filter(person=secretary.person).update(from_on=begun)

    shown = client_of(secretary).get(PAGE).context["shown"]

    assert shown.spans[-1].target.quarters == 224
    assert [span.target.quarters for span in shown.spans[:-1]] == ([0] if begun > first else [])


def test_a_reversal_is_a_line_of_its_own(secretary):
    entry = post(secretary, "a")
    services.reverse_hours(actor=None, entry=entry, reason="误录")

    response = client_of(secretary).get(PAGE)

    assert [said.one.entry.quarters for said in response.context["entries"]] == [-16, 16]
    assert response.context["told"].total == 0
    assert "Taken back: 误录" in response.content.decode()


@pytest.mark.parametrize("asked", ["", "nonsense", "99999", "0001", "９９９９", "-1", "3000"])
def test_a_year_that_cannot_be_shows_the_present_one(secretary, asked):
    response = client_of(secretary).get(PAGE, {"year": asked})

    assert (response.status_code, response.context["year"]) == (200, timezone.localdate().year)


def test_past_years_are_a_click_away(secretary):
    last = timezone.localdate().year - 1
    post(secretary, "a", year=last)

    response = client_of(secretary).get(PAGE, {"year": str(last)})

    assert response.context["told"].total == 16
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


def test_somebody_exempt_is_asked_for_nothing(secretary):
    today = timezone.localdate()
    services.exempt(actor=None, person=secretary.person, reason="illness", from_on=today)

    text = client_of(secretary).get(PAGE).content.decode()

    assert "No class hours are asked at present" in text
    assert "Health" not in text
    assert client_of(secretary).get("/").status_code == 200


# --- Those responsible ----------------------------------------------------------------------------
def test_those_responsible_see_why_a_person_has_so_many(secretary):
    post(secretary, "a")
    url = reverse("records:person-hours", args=[secretary.person.public_id])
    own = user_with("organiser", place=secretary.tree.streets[0])
    elsewhere = user_with("organiser", place=secretary.tree.streets[1])

    assert "Why 4: by category" in client_of(own).get(url).content.decode()
    assert client_of(elsewhere).get(url).status_code == 404


def test_the_organiser_enters_and_ends_an_exemption(secretary):
    url = reverse("records:exempt", args=[secretary.person.public_id])
    client = client_of(user_with("organiser", place=secretary.tree.streets[0]))
    wrong = client.post(url, {"reason": "age", "from_on": "2026-05-01", "to_on": "2026-04-01"})
    right = client.post(url, {"reason": "age", "from_on": "2026-04-01", "to_on": ""})
    end = client.post(url, {"to_on": "2026-06-30"})

    assert (wrong.status_code, right.status_code, end.status_code) == (422, 302, 302)
    assert "The last day lies before the first." in wrong.content.decode()
    assert secretary.person.hour_exemptions.get().to_on == datetime.date(2026, 6, 30)
