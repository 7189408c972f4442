"""Figures of class hours, the lists behind them, and their export: one and the same rows."""

from __future__ import annotations

import datetime
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from core.models import AuditEvent, Job
from records import export, metrics, services
from records.lists import KINDS, TILES, read_year, tiles
from records.metrics import Stage
from records.models import YearGap
from records.reading import person_year
from tests.factories.accounts import client_of, user_with
from tests.factories.committees import AffiliationFactory, PersonFactory, make_district
from tests.factories.records import posting

pytestmark = pytest.mark.django_db
DAY = datetime.date
TODAY = DAY(2026, 11, 27)
LONG_AGO = DAY(2020, 1, 1)


@pytest.fixture
def tree():
    with translation.override("en"):
        yield make_district()


def serve(place, post="secretary", begun=LONG_AGO, member=True):
    person = PersonFactory(is_party_member=member)
    AffiliationFactory(person=person, place=place, post=post, from_on=begun)
    return person


def study(person, hours, verified=True, **facts):
    return services.post_hours(
        actor=None, posting=posting(person, quarters=int(hours * 4), **facts), verified=verified
    )


@pytest.fixture
def people(tree):
    """Seven people: one reached, one by online hours only, one untouched, two new, two members."""
    first, second, third, fourth = tree.committees
    found = {
        "done": serve(first),
        "online": serve(second),
        "new": serve(third, begun=DAY(2026, 10, 1)),
        "late": serve(fourth, begun=DAY(2026, 2, 1)),
        "member": serve(first, "committee_member"),
        "idle": serve(second, "committee_member"),
        "outsider": serve(second, "committee_member", member=False),
    }
    study(found["done"], 24, completes=True)
    study(found["done"], 32, category="field")
    study(found["online"], 24, category="online")
    study(found["online"], 20, category="online")
    study(found["member"], 31.75, category="collective")
    study(found["member"], 4, verified=False)
    return found


def ids(rows):
    return {row.standing.person_id for row in rows}


def test_who_misses_how_many_hours(tree, people):
    read = read_year(tree.district, 2026, TODAY)

    gaps = {standing.person_id: standing.gap for standing in metrics.missing_hours(read.book)}
    assert gaps == {
        people["online"].pk: 28 * 4,
        people["new"].pk: 56 * 4,
        people["late"].pk: 56 * 4,
        people["member"].pk: 1,
        people["idle"].pk: 32 * 4,
    }
    assert metrics.hour_gap(read.book) == sum(gaps.values())
    assert metrics.hour_attainment(read.book) == metrics.Ratio(1, 6)


def test_a_list_agrees_with_the_page_of_each_person(tree, people):
    read = read_year(tree.district, 2026, TODAY)

    for standing in read.book.standings:
        person = next(one for one in people.values() if one.pk == standing.person_id)
        shown = person_year(person, 2026, TODAY)
        assert (standing.counted.total, standing.target) == (
            shown.told.total,
            shown.target.quarters,
        )


def test_centralised_training_is_asked_after_ninety_days(tree, people):
    read = read_year(tree.district, 2026, TODAY)

    assert ids(KINDS["untrained"].rows(read)) == {people["online"].pk, people["late"].pk}
    assert metrics.centralised_rate(read.centralised) == metrics.Ratio(1, 3)


def test_new_secretaries_by_their_deadline(tree, people):
    read = read_year(tree.district, 2026, TODAY)

    stages = {row.standing.person_id: row.stage for row in read.induction}
    assert stages == {people["late"].pk: Stage.OVERDUE, people["new"].pk: Stage.INSIDE}
    assert metrics.induction_rate(read.induction, read.book) == metrics.Ratio(0, 1)
    alert = read_year(tree.district, 2027, DAY(2027, 2, 1)).induction
    assert {row.stage for row in alert} == {Stage.ALERT, Stage.OVERDUE}


@pytest.mark.parametrize(
    ("day", "stage"), [(DAY(2026, 8, 1), Stage.IN_TIME), (DAY(2026, 8, 2), Stage.LATE)]
)
def test_induction_counts_to_its_last_day(tree, people, day, stage):
    study(people["late"], 8, session_on=day, training_kind="induction", completes=True)

    read = read_year(tree.district, 2026, TODAY)

    rows = [row for row in read.induction if row.standing.person_id == people["late"].pk]
    assert [row.stage for row in rows] == [stage]
    assert metrics.overdue(read.induction) == []


def test_a_training_taken_back_does_not_count(tree, people):
    for entry in people["done"].hour_accounts.get().entries.filter(completes=True):
        services.reverse_hours(actor=None, entry=entry, reason="误录")

    read = read_year(tree.district, 2026, TODAY)

    assert people["done"].pk in ids(KINDS["untrained"].rows(read))


def test_exempt_people_leave_every_figure(tree, people):
    for name in ("online", "late", "new"):
        services.exempt(actor=None, person=people[name], reason="age", from_on=DAY(2026, 1, 1))

    read = read_year(tree.district, 2026, TODAY)

    assert ids(KINDS["gap"].rows(read)) == {people["member"].pk, people["idle"].pk}
    assert metrics.hour_attainment(read.book) == metrics.Ratio(1, 3)
    assert [KINDS[key].rows(read) for key in ("untrained", "overdue", "backstop")] == [[]] * 3


def test_the_backstop_list_is_who_was_not_reached(tree, people):
    read = read_year(tree.district, 2026, TODAY)

    names = ("online", "new", "late")
    assert ids(KINDS["backstop"].rows(read)) == {people[name].pk for name in names}


def test_somebody_with_two_posts_stands_once_where_the_target_is_highest(tree, people):
    AffiliationFactory(
        person=people["done"], place=tree.streets[1], post="street_cadre", from_on=DAY(2021, 1, 1)
    )

    whole = read_year(tree.district, 2026, TODAY).book
    parts = [read_year(street, 2026, TODAY).book for street in tree.streets]

    assert sum(len(part.standings) for part in parts) == len(whole.standings) == 7
    mine = [s for s in parts[1].standings if s.person_id == people["done"].pk]
    assert [standing.target for standing in mine] == [360]


def test_a_past_year_is_told_for_its_last_day(tree, people):
    read = read_year(tree.district, 2025, TODAY)

    assert read.book.on == DAY(2025, 12, 31)
    assert people["late"].pk not in {s.person_id for s in read.book.standings}


@given(st.lists(st.dates(DAY(2025, 1, 1), DAY(2026, 12, 31)), min_size=2, max_size=6))
def test_days_in_post_are_counted_once(days):
    from records.targets import Service

    services_ = [Service("secretary", True, *sorted(pair)) for pair in pairwise(days)]
    expected = {
        day
        for one in services_
        if one.from_on and one.to_on
        for day in range(one.from_on.toordinal(), one.to_on.toordinal() + 1)
        if DAY(2026, 1, 1).toordinal() <= day <= TODAY.toordinal()
    }
    assert metrics.days_in_post(services_, 2026, TODAY) == len(expected)


# --- Pages ----------------------------------------------------------------------------------------
@pytest.fixture
def district(tree, settings):
    settings.LANGUAGE_CODE = "en"
    return user_with("district", place=tree.district)


def test_every_tile_is_as_large_as_its_list_and_its_export(tree, people, district, tmp_path):
    today = timezone.localdate()
    client = client_of(district)
    overview = client.get(reverse("records:hour-overview", args=[tree.district.pk]))
    shown = {tile.key: tile for tile in overview.context["tiles"]}
    assert set(shown) == set(TILES)

    for key, tile in shown.items():
        page = client.get(tile.url)
        assert page.context["page"].paginator.count == tile.value, key
    url = reverse("records:hour-export", args=[tree.district.pk, "gap"])
    assert client.post(url, {"purpose": ""}).status_code == 422
    client.post(url, {"purpose": "年度补训"})
    event = AuditEvent.objects.get(action="hours.export")
    assert (event.reason, event.after["list"]) == ("年度补训", "gap")
    with translation.override("en"):
        step = export._step(Job.objects.get())
    assert step.done == shown["gap"].value
    assert step.file is not None
    assert today.year == int(event.after["year"])


def test_a_board_asks_for_the_tiles_alone(tree, people, district):
    url = reverse("records:hour-overview", args=[tree.district.pk])
    client = client_of(district)

    board = client.get(reverse("dashboards:board-place", args=[tree.district.pk])).content.decode()
    part = client.get(url, headers={"hx-request": "true"}).content.decode()

    assert f'hx-get="{url}?year={timezone.localdate().year}"' in board
    assert part.count("<a ") == part.count('class="tb-tile"') == len(TILES)
    assert "<html" not in part


def test_only_those_who_may_take_a_list_out(tree, people):
    url = reverse("records:hour-export", args=[tree.district.pk, "gap"])

    auditor = client_of(user_with("auditor", place=tree.district))
    assert (
        auditor.get(reverse("records:hour-list", args=[tree.district.pk, "gap"])).status_code == 200
    )
    assert auditor.post(url, {"purpose": "年度补训"}).status_code == 403


def test_a_sub_district_sees_its_own_part(tree, people):
    client = client_of(user_with("organiser", place=tree.streets[0]))

    assert client.get("/hours/places/", follow=True).context["place"] == tree.streets[0]
    assert client.get(f"/hours/places/{tree.district.pk}/").status_code == 403
    assert client.get(f"/hours/places/{tree.city.pk}/").status_code == 403
    assert client.get(f"/hours/places/{tree.streets[0].pk}/nonsense/").status_code == 404


def test_the_list_is_searched_by_name(tree, people, district):
    url = reverse("records:hour-list", args=[tree.district.pk, "gap"])

    page = client_of(district).get(url, {"q": people["idle"].name_zh, "year": "2026"})

    assert page.context["page"].paginator.count == 1


def test_lists_take_the_same_queries_for_any_number(tree, people, district):
    client, counts = client_of(district), []
    url = reverse("records:hour-list", args=[tree.district.pk, "gap"])
    for _ in range(2):
        client.get(url)
        with CaptureQueriesContext(connection) as counted:
            client.get(url)
        counts.append(len(counted))
        serve(tree.committees[3], "committee_member")

    assert counts[0] == counts[1]
    assert max(counts) <= 12


def test_the_backstop_list_is_taken_over_in_one_click(tree, people, district):
    url = reverse("records:backstop-take", args=[tree.district.pk]) + "?year=2026"
    client = client_of(district)
    page = client.get(reverse("records:hour-list", args=[tree.district.pk, "backstop"]))
    assert b"Take these people over" in page.content

    response = client.post(url)

    assert response["Location"] == page.request["PATH_INFO"] + "?year=2026"
    taken = set(YearGap.objects.taken_last(tree.district, 2026).values_list("person", flat=True))
    assert taken >= {people[name].pk for name in ("online", "new", "late")}
    study(people["late"], 60)
    client.post(url)
    untrained = YearGap.objects.taken_last(tree.district, 2026).get(person=people["late"])
    assert (untrained.missing, untrained.trainings) == (0, 1)
    base = user_with("auditor", place=tree.district)
    assert client_of(base).post(url).status_code == 403


def test_a_tile_says_its_rate(tree, people):
    said = {tile.key: tile.note for tile in tiles(read_year(tree.district, 2026, TODAY))}

    assert said["gap"] == "16.7% reached the target (1/6)"
    assert said["untrained"] == "33.3% trained (1/3)"
    assert said["overdue"] == "0% trained in time (0/1)"
