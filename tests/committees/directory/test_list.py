"""The directory as its readers see it: who is listed, found, filtered, in which order."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from committees.directory import Wanted, page_of, people
from committees.models import Person
from committees.services.people import create_person
from tests.factories.accounts import client_of, user_with
from tests.factories.committees import (
    AffiliationFactory,
    PersonFactory,
    TrainingBaseFactory,
    make_district,
)
from tests.factories.courses import EnrolmentFactory, OfferingFactory

pytestmark = pytest.mark.django_db
LIST = reverse("committees:person-list")
MOST_QUERIES = 12


@pytest.fixture
def tree():
    return make_district("晨光", streets=2, committees=3)


@pytest.fixture
def district(tree):
    return client_of(user_with("district", place=tree.district, language="en"))


@pytest.fixture
def organiser(tree):
    return client_of(user_with("organiser", place=tree.streets[0], language="en"))


def people_of(page: Any) -> list[Person]:
    """The people of a page in its order."""
    found = {person.public_id: person for person in Person.objects.all()}
    return [found[row.public_id] for row in page.rows]


def listed(client: Any, **query: Any) -> list[Person]:
    return people_of(client.get(LIST, query).context["page"])


# --- Scope --------------------------------------------------------------------------------------
def test_the_directory_lists_the_people_of_my_area(organiser, tree):
    mine = AffiliationFactory(place=tree.committees[0]).person
    AffiliationFactory(place=tree.committees[5])  # the other sub-district
    AffiliationFactory(place=make_district("别处").committees[0])

    assert listed(organiser) == [mine]


def test_whom_the_directory_lists_everybody_on_it_may_open(tree):
    """The condition an index can follow never shows more than `visible_to`."""
    for place in (tree.committees[0], tree.committees[5], make_district("别处").committees[0]):
        AffiliationFactory(place=place)
    base = TrainingBaseFactory(host=tree.streets[0], districts=[tree.district])
    for viewer in (
        user_with("district", place=tree.district),
        user_with("organiser", place=tree.streets[0]),
        user_with("base_admin", base=base),
        user_with("auditor"),
        user_with("secretary", place=tree.committees[0]),
    ):
        listed_to = set(Person.objects.serving_in_reach_of(viewer))
        assert listed_to <= set(Person.objects.visible_to(viewer))


def test_a_secretary_has_no_directory(tree):
    client = client_of(user_with("secretary", place=tree.committees[0]))

    assert client.get(LIST).status_code == 403


def test_guests_of_a_base_are_a_list_of_their_own_without_facts(tree):
    base = TrainingBaseFactory(host=tree.streets[0], districts=[tree.district])
    elsewhere = make_district("他").committees[0]
    guest = AffiliationFactory(place=elsewhere, person__mobile_mask="139****0001").person
    ours = AffiliationFactory(place=tree.committees[0]).person
    EnrolmentFactory(offering=OfferingFactory(base=base), person=guest)
    client = client_of(user_with("base_admin", base=base, language="en"))

    assert listed(client) == [ours]
    page = client.get(LIST, {"who": "guests", "sex": "m", "post": "secretary"})
    assert people_of(page.context["page"]) == [guest]
    assert [row.posts for row in page.context["page"].rows] == [""]
    text = page.content.decode()
    assert "139****0001" in text
    assert "Party secretary" not in text.split("<tbody>")[1]


# --- Search -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("zlj", ["曾丽娟"]),
        ("zengli", ["曾丽娟"]),
        ("lijuan", ["曾丽娟"]),
        ("丽娟", ["曾丽娟"]),
        ("娟", ["曾丽娟"]),
        ("娟丽", []),
        ("z", ["查任", "曾丽娟"]),
        ("ouyang", ["欧阳娜"]),
        ("Zhu Xiaoli", ["Zhu Xiaoli"]),
        ("xiaoli", ["Zhu Xiaoli"]),
        ("q", []),
        ("%", []),
        ("_", []),
        ("%丽", []),
        ("'", []),
    ],
)
def test_people_are_found_by_name_pinyin_and_initials(organiser, tree, query, found):
    for name in ("曾丽娟", "查任", "欧阳娜"):
        person = create_person(actor=None, name_zh=name)
        AffiliationFactory(person=person, place=tree.committees[0], post="committee_member")
    if "x" in query.lower():
        person = create_person(actor=None, name_en="Zhu Xiaoli")
        AffiliationFactory(person=person, place=tree.committees[0], post="committee_member")

    assert sorted(map(str, listed(organiser, q=query))) == sorted(found)


@pytest.mark.parametrize(
    "bad",
    [
        {"q": "\x00"},
        {"q": "x" * 500},
        {"place": "x"},
        {"place": "9" * 40},
        {"place": "-1"},
        {"age": "x"},
        {"who": "x"},
        {"after": "x"},
        {"before": "00000000-0000-4000-8000-000000000000"},
        {"letter": "ß"},
    ],
)
def test_what_cannot_be_read_is_as_if_not_asked(organiser, tree, bad):
    mine = AffiliationFactory(place=tree.committees[0]).person

    response = organiser.get(LIST, bad)

    assert response.status_code == 200
    assert people_of(response.context["page"]) in ([mine], [])
    assert bool(response.context["page"].rows) is (bad != {"q": "x" * 500})


# --- Filters ------------------------------------------------------------------------------------
def test_the_directory_can_be_narrowed_to_a_place_of_my_area(district, tree):
    mine = AffiliationFactory(place=tree.committees[0]).person
    AffiliationFactory(place=tree.committees[5])

    assert listed(district, place=tree.streets[0].pk) == [mine]
    foreign = make_district("别处").district.pk
    assert district.get(LIST, {"place": foreign}).status_code == 404


def test_the_place_picker_offers_the_next_step_and_the_way_back(district, tree):
    def offered(**query: Any) -> list[Any]:
        return district.get(LIST, query).context["places"]

    assert offered() == [tree.district, *tree.streets]
    assert offered(place=tree.streets[1].pk) == [
        tree.district,
        *tree.streets,
        *tree.committees_of(tree.streets[1]),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"post": "secretary"}, "young"),
        ({"post": "committee_member"}, "plain"),
        ({"sex": "f"}, "young"),
        ({"sex": "unknown"}, "plain"),
        ({"education": "bachelor"}, "young"),
        ({"education": "unknown"}, "plain"),
        ({"source": "assigned"}, "young"),
        ({"since": "new"}, "young"),
        ({"since": "unknown"}, "plain"),
        ({"since": "longer"}, ""),
        ({"mobile": "none"}, "plain"),
        ({"age": "35"}, "young"),
        ({"age": "unknown"}, "plain"),
        ({"sex": "f", "age": "35", "post": "secretary", "since": "new"}, "young"),
        ({"sex": "f", "mobile": "none"}, ""),
        # The same service must fit all: a secretary's source is no source of a member.
        ({"post": "committee_member", "source": "assigned"}, ""),
    ],
)
def test_each_filter_leaves_those_who_fit(district, tree, query, found):
    today = timezone.localdate()
    young = PersonFactory(
        name_zh="young",
        sex="f",
        education="bachelor",
        birth_year=today.year - 30,
        mobile_mask="139****0001",
    )
    since = today - datetime.timedelta(days=400)
    AffiliationFactory(person=young, place=tree.committees[0], source="assigned", from_on=since)
    plain = PersonFactory(name_zh="plain")
    AffiliationFactory(person=plain, place=tree.committees[0], post="committee_member")

    assert " ".join(map(str, listed(district, **query))) == found


@pytest.mark.parametrize(
    ("born", "band"),
    [
        ((-35, None), "35"),
        ((-36, None), "45"),
        ((-36, +1), "35"),  # the birthday is still to come
        ((-36, 0), "45"),
        ((-45, None), "45"),
        ((-46, None), "54"),
        ((-54, None), "54"),
        ((-55, None), "55"),
        ((-55, +1), "54"),
    ],
)
def test_age_is_in_full_years_by_month_where_it_is_known(district, tree, born, band, monkeypatch):
    today = datetime.date(2026, 6, 15)
    monkeypatch.setattr(timezone, "localdate", lambda: today)
    years, months = born
    person = PersonFactory(
        birth_year=today.year + years,
        birth_month=None if months is None else today.month + months,
    )
    AffiliationFactory(person=person, place=tree.committees[0])

    found = [age for age in ("35", "45", "54", "55", "unknown") if listed(district, age=age)]

    assert found == [band]


def test_filters_in_use_are_named_and_each_can_be_taken_away(district, tree):
    text = district.get(
        LIST, {"place": tree.streets[0].pk, "sex": "f", "q": "zlj"}
    ).content.decode()

    assert f"Place: {tree.streets[0].name}" in text
    assert "Sex: Female" in text
    assert f'href="{LIST}?q=zlj&amp;place={tree.streets[0].pk}"' in text
    assert f'href="{LIST}?q=zlj&amp;sex=f"' in text


def test_an_empty_list_says_why_and_what_next(district, tree):
    texts = {
        "Nobody is listed here yet": {},
        "Nobody found": {"q": "llj"},
        "Nobody found in this view": {"q": "llj", "sex": "f"},
        "Nobody fits all filters": {"sex": "f"},
        "Nobody has left a post here": {"who": "former"},
    }
    for title, query in texts.items():
        assert f"<h2>{title}</h2>" in district.get(LIST, query).content.decode()


# --- Rows and pages -----------------------------------------------------------------------------
def test_a_row_says_post_unit_mask_and_since_when(organiser, tree):
    service = AffiliationFactory(
        place=tree.committees[0],
        from_on=datetime.date(2024, 3, 9),
        person__mobile_mask="139****0001",
    )
    AffiliationFactory(person=service.person, place=tree.committees[0], post="committee_head")

    row = organiser.get(LIST).content.decode().split("<tbody>")[1].split("</tbody>")[0]

    for wanted in ("Party secretary · Committee head", "March 2024", "139****0001"):
        assert wanted in row
    assert tree.committees[0].name in row


def people_in_order(tree: Any, number: int) -> list[Person]:
    """People with a pinyin each, two of them alike."""
    persons = Person.objects.bulk_create(
        Person(
            name_zh=f"某{n}",
            pinyin=f"{'abz'[n * 3 // number]} {max(n, 1):04}",
            unit=tree.committees[n % 3],
        )
        for n in range(number)
    )
    return sorted(persons, key=lambda person: (person.pinyin, person.pk))


def test_pages_follow_each_other_forth_and_back_without_loss(organiser, tree):
    everybody = people_in_order(tree, 60)
    seen: list[list[Person]] = []
    query: dict[str, Any] = {}
    while True:
        page = organiser.get(LIST, query).context["page"]
        seen.append(people_of(page))
        if page.after is None:
            break
        query = {"after": page.after}
    back = organiser.get(LIST, {"before": page.before}).context["page"]

    assert [len(rows) for rows in seen] == [25, 25, 10]
    assert [person for rows in seen for person in rows] == everybody
    assert people_of(back) == seen[1]
    assert organiser.get(LIST, {"before": back.before}).context["page"].before is None


def test_a_letter_begins_where_its_names_begin(organiser, tree):
    everybody = people_in_order(tree, 60)

    page = organiser.get(LIST, {"letter": "b"}).context["page"]
    last = organiser.get(LIST, {"letter": "z"}).context["page"]

    assert people_of(page)[0] == next(row for row in everybody if row.pinyin[0] == "b")
    assert people_of(last)[-1] == everybody[-1]
    assert last.after is None
    before = organiser.get(LIST, {"before": page.before}).context["page"]
    assert people_of(before)[-1] == everybody[everybody.index(people_of(page)[0]) - 1]


def test_a_page_behind_the_last_is_the_last_one(organiser, tree):
    everybody = people_in_order(tree, 30)

    page = organiser.get(LIST, {"after": everybody[-1].public_id}).context["page"]

    assert people_of(page) == everybody[5:]
    assert (page.after, page.before) == (None, everybody[5].public_id)


def test_the_total_is_counted_up_to_a_limit(organiser, tree, monkeypatch):
    people_in_order(tree, 30)
    assert "30 people" in organiser.get(LIST).content.decode()

    monkeypatch.setattr("committees.directory.listing.COUNTED_TO", 28)

    assert "More than 28 people" in organiser.get(LIST).content.decode()


@pytest.mark.parametrize(
    "query", [{}, {"q": "yb"}, {"post": "secretary", "sex": "unknown"}, {"who": "former"}]
)
def test_the_number_of_queries_does_not_grow(organiser, tree, query):
    def fill(place: Any) -> None:
        AffiliationFactory(place=place, to_on=timezone.localdate())
        row = AffiliationFactory(place=place)
        AffiliationFactory(place=place, person=row.person, post="committee_head")

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert organiser.get(LIST, query).status_code == 200
        return len(seen)

    fill(tree.committees[0])
    organiser.get(LIST)  # words and navigation are kept by the process
    few = queries()
    fill(tree.committees[1])
    fill(tree.committees[2])

    assert queries() == few
    assert few <= MOST_QUERIES


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"q": "zlj"},
        {"q": "丽"},
        {"q": "%"},
        {"post": "secretary"},
        {"post": "committee_member", "sex": "unknown"},
        {"source": "unknown", "since": "new"},
        {"since": "longer", "age": "unknown", "q": "丽"},
    ],
)
def test_prepared_queries_find_whom_the_plain_ones_find(tree, asked):
    """Both say who answers to a place, a name and filters; the plain one serves exports."""
    for name in ("曾丽娟", "查任", "张丽军"):
        for place in (tree.committees[0], tree.committees[4]):
            person = create_person(actor=None, name_zh=name)
            AffiliationFactory(person=person, place=place, post="committee_member")
    AffiliationFactory(place=tree.committees[1], from_on=timezone.localdate())
    viewer = user_with("district", place=tree.district)
    for place in (None, tree.streets[0], tree.committees[4]):
        wanted = Wanted(place=place, **asked)

        page = page_of(viewer, wanted, {})

        plain = people(viewer, wanted).order_by("pinyin", "pk")
        assert people_of(page) == list(plain)
