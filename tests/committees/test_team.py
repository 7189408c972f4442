"""The secretaries of a place in figures: each figure equals the list it opens."""

from __future__ import annotations

import datetime
import itertools

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from committees.models import Person, ReportedIndicator
from committees.team import TRAITS, charts, reported_for, team_of
from tests.factories.accounts import client_of, user_with
from tests.factories.committees import AffiliationFactory, PersonFactory, make_district

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture
def tree():
    """Twelve committees; ten secretaries of every kind, one vacant, one never entered."""
    tree = make_district("晨光", streets=2, committees=6)
    today = timezone.localdate()
    sexes, educations = itertools.cycle("ffm"), itertools.cycle(("bachelor", "school", ""))
    sources = itertools.cycle(("assigned", "social_recruitment", ""))
    for number, place in enumerate(tree.committees[:10]):
        person = PersonFactory(
            sex="" if number == 9 else next(sexes),
            education=next(educations),
            birth_year=None if number == 8 else today.year - 30 - 3 * number,
        )
        since = None if number == 7 else today - datetime.timedelta(days=300 * number)
        AffiliationFactory(person=person, place=place, from_on=since, source=next(sources))
    AffiliationFactory(place=tree.committees[10], to_on=today)
    for place in tree.committees[:3]:  # members are no secretaries
        AffiliationFactory(place=place, post="committee_member")
    AffiliationFactory(place=make_district("他").committees[0])
    return tree


def roster_of(place):
    return reverse("committees:place-roster", args=[place.pk])


def rows_behind(client, url):
    """How many people a list holds, counted page by page."""
    query, number = url.partition("?")[2], 0
    page = client.get(url).context["page"]
    while True:
        number += len(page.rows)
        if page.after is None:
            return number
        page = client.get(f"{url}&after={page.after}").context["page"]
    raise AssertionError(query)


@pytest.mark.parametrize("level", ["district", "street"])
def test_every_figure_equals_the_rows_behind_it(tree, level):
    place = {"district": tree.district, "street": tree.streets[0]}[level]
    client = client_of(user_with("district", place=tree.district))

    team = client.get(roster_of(place)).context["team"]

    assert team.total == {"district": 10, "street": 6}[level]
    assert rows_behind(client, team.url) == team.total
    for trait in TRAITS:
        parts = team.traits[trait]
        assert sum(part.count for part in parts) == team.total
        for part in parts:
            assert rows_behind(client, part.url) == part.count, (trait, part.code)
    vacant = client.get(team.vacant_url).context["rows"]
    assert len(vacant) == team.vacant == {"district": 1, "street": 0}[level]


def test_unknown_is_shown_as_unknown_and_left_out_of_shares(tree):
    team = team_of(user_with("district", place=tree.district), tree.district, timezone.localdate())

    assert {part.code: part.count for part in team.traits["sex"]} == {"f": 6, "m": 3, "unknown": 1}
    assert team.share("sex", Person.Sex.FEMALE) == (6, 9)
    known = [30 + 3 * number for number in range(10) if number != 8]
    assert team.mean_age == round(sum(known) / len(known), 1)


def test_a_person_with_two_posts_counts_once(tree):
    service = tree.committees[0].affiliations.get(post="secretary")
    AffiliationFactory(person=service.person, place=tree.committees[0], post="committee_head")

    team = team_of(user_with("district", place=tree.district), tree.district, timezone.localdate())

    assert team.total == 10


def test_each_chart_has_a_table_twin_with_a_link_behind_every_figure(tree):
    client = client_of(user_with("district", place=tree.district, language="en"))

    response = client.get(roster_of(tree.district))

    shown = response.context["charts"]
    assert [chart.key for chart in shown] == [f"by-{trait}" for trait in TRAITS]
    for chart in shown:
        assert all(row.url for row in chart.rows)
    assert shown[0].title == "Secretaries by sex: Female, 6 of 10"
    assert response.content.decode().count("The same as a table") == len(TRAITS)


def test_streets_are_not_ranked(tree):
    text = client_of(user_with("district", place=tree.district)).get(roster_of(tree.district))

    for street in tree.streets:
        assert street.name not in text.content.decode()


def test_reported_figures_stand_beside_with_place_source_and_date(tree):
    def report(key, place):
        return ReportedIndicator.objects.create(
            key=key,
            label_zh="女性占比",
            label_en="Women among them",
            value="62%",
            as_of="2021-06-25",
            source_zh="一篇报道",
            source_en="An article",
            place=place,
        )

    city, own = report("city", tree.city), report("own", tree.district)
    report("street", tree.streets[0])
    client = client_of(user_with("district", place=tree.district, language="en"))

    response = client.get(roster_of(tree.district))

    assert reported_for(tree.district) == [own, city]
    text = response.content.decode()
    reported = text[text.index("Reported figures") :]
    for wanted in ("62%", "25 June 2021", "An article", tree.city.name):
        assert wanted in reported
    counted = text[text.index("Counted in this portal") : text.index("Reported figures")]
    assert "66.7%" in counted  # 6 of the 9 whose sex is known
    assert "62%" not in counted


def test_without_secretaries_the_page_says_what_comes_next():
    tree = make_district("空")
    client = client_of(user_with("district", place=tree.district, language="en"))

    text = client.get(roster_of(tree.district)).content.decode()

    assert "No secretary is entered here yet" in text
    assert "No document reports figures" in text


def test_equal_parts_make_no_finding():
    tree = make_district("等", committees=1)
    for sex, place in zip("fm", tree.committees, strict=True):
        AffiliationFactory(person=PersonFactory(sex=sex), place=place)
    viewer = user_with("district", place=tree.district, language="en")

    first = charts(team_of(viewer, tree.district, timezone.localdate()))[0]

    assert "2" not in first.title


def test_the_number_of_queries_does_not_grow(tree):
    client = client_of(user_with("district", place=tree.district))

    def queries(url):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    client.get(roster_of(tree.district))
    few, many = queries(roster_of(tree.streets[1])), queries(roster_of(tree.district))

    assert few == many <= MOST_QUERIES
