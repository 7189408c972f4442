"""Classes from paper in figures, and since when the hours of a place are complete."""

from __future__ import annotations

import datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from core.errors import DomainError
from records import services
from records.models import CompleteSince, PaperClass
from records.reading.paper import complete_since, known_from_paper, paper_figures
from records.services.paper import NewClass, keep_classes, say_complete_since, withdraw_class
from tests.factories.accounts import client_of, user_with
from tests.factories.committees import AffiliationFactory, PersonFactory, make_district
from tests.factories.records import posting

pytestmark = pytest.mark.django_db
DAY = datetime.date
TODAY = DAY(2026, 11, 27)
MARCH = DAY(2026, 3, 18)


@pytest.fixture
def tree(settings):
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield make_district()


def a_class(unit, key="1", *, on=MARCH, quarters=96, people=42):
    new = NewClass(
        unit_id=unit.pk, begins_on=on, ends_on=on, title="集中轮训", host="区委党校", venue="",
        lecturers="", category="centralised", quarters=quarters, people=people, evidence="",
        source_ref="台账.xlsx", key=key,
    )  # fmt: skip
    ((kept, _new),) = keep_classes(actor=None, classes=[new])
    return kept


def said(place, since):
    return say_complete_since(actor=None, place=place, since=since)


# --- Classes from paper ---------------------------------------------------------------------------
def test_classes_are_figures_of_their_unit_and_all_above_it(tree):
    a_class(tree.streets[0], "1")
    a_class(tree.committees[0], "2", quarters=16, people=None)
    a_class(tree.streets[0], "3", on=DAY(2025, 3, 18))

    found = paper_figures(tree.district, 2026)

    assert (found.classes, found.quarters, found.people) == (2, 112, 42)
    assert paper_figures(tree.streets[1], 2026).classes == 0


def test_a_class_taken_back_stands_in_no_figure_and_stays_on_record(tree):
    kept = a_class(tree.district)

    for _again in range(2):
        withdraw_class(actor=None, paper_class=kept, reason="另有台账")

    assert paper_figures(tree.district, 2026).classes == 0
    assert PaperClass.objects.get().withdrawal.reason == "另有台账"


def test_the_database_keeps_classes_as_they_stand(tree):
    kept = a_class(tree.district)

    with pytest.raises(DatabaseError), transaction.atomic():
        PaperClass.objects.update(quarters=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        PaperClass.objects.all().delete()
    kept.refresh_from_db()
    assert kept.quarters == 96


def test_a_page_with_both_reads_them_at_once(tree):
    a_class(tree.district)
    said(tree.streets[0], DAY(2026, 3, 1))

    both = known_from_paper(tree.district, 2026, TODAY)

    assert both == (paper_figures(tree.district, 2026), complete_since(tree.district, TODAY))


def test_the_page_lists_them_and_the_overview_says_that_they_are_from_paper(tree):
    a_class(tree.district)
    client = client_of(user_with("district", place=tree.district))

    page = client.get(reverse("records:paper-classes", args=[tree.district.pk]) + "?year=2026")
    overview = client.get(reverse("records:hour-overview", args=[tree.district.pk]) + "?year=2026")

    assert "集中轮训" in page.content.decode()
    assert "1 class with 24 class hours and 42 participations." in overview.content.decode()


# --- Complete since -------------------------------------------------------------------------------
def test_nothing_is_known_before_the_first_entry(tree):
    assert complete_since(tree.district, TODAY).since is None


def test_without_a_word_the_day_of_the_first_entry_holds(tree):
    person = PersonFactory()
    AffiliationFactory(person=person, place=tree.committees[0], from_on=DAY(2020, 1, 1))
    for day in (DAY(2026, 5, 6), DAY(2026, 2, 3)):
        fact = posting(person, session_on=day, unit=tree.committees[0])
        services.post_hours(actor=None, posting=fact, verified=True)

    found = complete_since(tree.district, TODAY)

    assert (found.since, found.said) == (DAY(2026, 2, 3), False)


def test_the_last_word_of_the_nearest_place_holds(tree):
    said(tree.district, DAY(2025, 1, 1))
    assert complete_since(tree.committees[0], TODAY).since == DAY(2025, 1, 1)

    said(tree.streets[0], DAY(2026, 3, 1))
    said(tree.streets[0], DAY(2024, 1, 1))

    assert complete_since(tree.committees[0], TODAY).since == DAY(2024, 1, 1)
    assert complete_since(tree.streets[1], TODAY).since == DAY(2025, 1, 1)


def test_the_whole_is_complete_only_since_its_last_part_is(tree):
    said(tree.district, DAY(2025, 1, 1))
    said(tree.streets[0], DAY(2026, 3, 1))

    found = complete_since(tree.district, TODAY)

    assert (found.since, found.later) == (DAY(2026, 3, 1), True)
    assert not complete_since(tree.streets[1], TODAY).later


@pytest.mark.parametrize(
    ("since", "year", "covered"),
    [(DAY(2026, 1, 1), 2026, True), (DAY(2026, 1, 2), 2026, False), (DAY(2026, 3, 1), 2025, False)],
)
def test_a_year_is_covered_from_its_first_day_on(tree, since, year, covered):
    said(tree.district, since)

    assert complete_since(tree.district, TODAY).covers(year) is covered


@pytest.mark.parametrize("since", [DAY(1989, 12, 31), DAY(2100, 1, 1)])
def test_a_day_to_come_or_before_any_register_is_refused(tree, since):
    with pytest.raises(DomainError):
        said(tree.district, since)


def test_whoever_answers_for_the_place_says_it_on_a_page(tree):
    client = client_of(user_with("organiser", place=tree.streets[0]))
    url = reverse("records:complete-since", args=[tree.streets[0].pk])

    wrong = client.post(url, {"since": "2100-01-01", "note": "各居民区2025年台账"})
    assert wrong.status_code == 422
    assert "各居民区2025年台账" in wrong.content.decode()
    assert client.post(url, {"since": "2026-03-01", "note": "各居民区台账"}).status_code == 302

    assert CompleteSince.objects.get().since == DAY(2026, 3, 1)
    page = client.get(reverse("records:hour-overview", args=[tree.streets[0].pk]) + "?year=2026")
    assert "Data complete since" in page.content.decode()
    assert "may still lie on paper" in page.content.decode()


def test_the_auditor_reads_it_and_does_not_say_it(tree):
    client = client_of(user_with("auditor", place=tree.district))

    assert client.get(reverse("records:complete-since", args=[tree.district.pk])).status_code == 403


@pytest.mark.parametrize("name", ["records:hour-overview", "records:paper-classes"])
def test_one_class_and_one_word_or_many_cost_the_same_queries(tree, name):
    client = client_of(user_with("district", place=tree.district))
    url = reverse(name, args=[tree.district.pk]) + f"?year={timezone.localdate().year}"
    counts = []
    for number in (1, 2, 3):
        a_class(tree.streets[number % 2], str(number), on=timezone.localdate())
        said(tree.streets[number % 2], DAY(2025, 1, number))
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(url).status_code == 200
        counts.append(len(seen))

    assert len(set(counts)) == 1
    assert counts[0] <= 12
