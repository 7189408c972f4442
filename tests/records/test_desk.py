"""The verification desk."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from records import services
from records.models import HourDecision
from tests.factories.accounts import client_of, user_with
from tests.factories.committees import AffiliationFactory, make_district
from tests.factories.records import posting

pytestmark = pytest.mark.django_db
DESK = "/hours/desk/"


@pytest.fixture
def world(settings):
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield make_district()


@pytest.fixture
def client(world):
    return client_of(user_with("organiser", place=world.streets[0]))


@pytest.fixture
def person(world):
    return AffiliationFactory(place=world.committees[0]).person


def claim(person, **facts):
    return services.post_hours(actor=None, posting=posting(person, **facts), verified=False)


def test_ticked_entries_are_verified_and_others_wait_on(client, person):
    first, second = claim(person), claim(person)

    response = client.post(DESK, {"entry": [str(first.pk), "nonsense"]}, follow=True)

    assert "1 entry verified." in response.content.decode()
    assert [entry.pk for entry, _source in response.context["lines"]] == [second.pk]


def test_nothing_ticked_is_said(client, person):
    claim(person)

    assert "Nothing was ticked" in client.post(DESK, follow=True).content.decode()


def test_a_line_is_returned_with_a_reason_or_stays(client, person):
    entry = claim(person)
    url = reverse("records:desk-entry", args=[entry.pk])

    refused = client.post(url, {"return": "1", "reason": ""})
    done = client.post(url, {"return": "1", "reason": "缺签到表"})
    late = client.post(url, {"return": "1", "reason": "缺签到表"}, follow=True)

    assert (refused.status_code, done.status_code) == (422, 302)
    assert HourDecision.objects.get().reason == "缺签到表"
    assert "decided or taken back meanwhile" in late.content.decode()


def test_a_line_is_verified_on_its_page(client, person):
    entry = claim(person)

    client.post(reverse("records:desk-entry", args=[entry.pk]))

    assert HourDecision.objects.get().kind == "verified"


def test_filters_narrow_the_list(world, client, person):
    other = AffiliationFactory(place=world.committees[1]).person
    claim(person, category="online")
    claim(other)

    for query, count in (
        ({"category": "online"}, 1),
        ({"category": "nonsense"}, 2),
        ({"q": other.name_zh}, 1),
        ({"place": world.committees[1].pk}, 1),
        ({"place": 10**12}, 0),
        ({"year": 2025}, 0),
    ):
        assert client.get(DESK, query).context["page"].paginator.count == count, query


def test_other_sub_districts_and_ones_own_hours_do_not_appear(world, person):
    claim(person)
    elsewhere = user_with("organiser", place=world.streets[1])
    herself = user_with("organiser", place=world.streets[0], person=person)

    for user in (elsewhere, herself):
        assert client_of(user).get(DESK).context["page"].paginator.count == 0
    assert client_of(user_with("secretary", place=person.unit)).get(DESK).status_code == 403


def test_the_same_queries_for_any_number(client, person):
    counts = []
    for number in range(1, 4):
        claim(person)
        client.get(DESK)
        with CaptureQueriesContext(connection) as counted:
            assert len(client.get(DESK).context["lines"]) == number
        counts.append(len(counted))

    assert len(set(counts)) == 1
    assert max(counts) <= 12
