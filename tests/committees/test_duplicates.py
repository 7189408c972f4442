"""Which records may be one person: grounds in words, never the bare name."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
from django.utils import timezone, translation

from committees.merging import duplicates
from committees.merging.duplicates import find
from committees.models import Person
from committees.services.merging import MergeRefused, note_two_people, take_note_back
from core import crypto
from tests.factories.accounts import user_with
from tests.factories.committees import AffiliationFactory, PersonFactory, make_district

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def tree():
    return make_district(streets=2, committees=2)


def person(unit, name="梅若华", **facts) -> Person:
    mobile = facts.pop("mobile", "")
    if mobile:
        facts["mobile_index"] = crypto.mobile_index(mobile)
    return PersonFactory(name_zh=name, pinyin=facts.pop("pinyin", name), unit=unit, **facts)


def pairs(people=None) -> list[tuple[int, int, str]]:
    found = find(Person.objects.all() if people is None else people, limit=50)
    return [(pair.one.pk, pair.two.pk, pair.likelihood) for pair in found.pairs]


def test_a_bare_name_is_no_ground(tree) -> None:
    person(tree.committees[0])
    person(tree.committees[2])  # another sub-district, nothing else known

    assert pairs() == []


@pytest.mark.parametrize(
    ("one", "two", "apart", "likelihood", "reasons", "doubts"),
    [
        ({"mobile": "13800001234"}, {"mobile": "13800001234"}, True, "very_likely",
         ["same name", "same mobile"], []),
        ({}, {}, False, "likely", ["same name", "same unit"], []),
        ({"birth_year": 1978, "birth_month": 3}, {"birth_year": 1978, "birth_month": 3}, True,
         "likely", ["same name", "same month of birth"], []),
        ({"birth_year": 1978}, {"birth_year": 1978, "birth_month": 3}, True, "possible",
         ["same name", "same year of birth"], []),
        ({"mobile": "13800001234"}, {"mobile": "13800001234", "name": "陆晓岚"}, False, "likely",
         ["same mobile", "same unit"], ["different names"]),
        ({"pinyin": "mei ruohua"}, {"pinyin": "mei ruohua", "name": "梅若花"}, False, "possible",
         ["same unit", "same sound"], []),
        ({"sex": "f"}, {"sex": "m"}, False, None, [], []),
        ({"birth_year": 1978}, {"birth_year": 1990}, False, "possible",
         ["same name", "same unit"], ["different years of birth"]),
    ],
)  # fmt: skip
def test_grounds_in_words(tree, one, two, apart, likelihood, reasons, doubts) -> None:
    first = person(tree.committees[0], **one)
    second = person(tree.committees[2 if apart else 0], **two)

    found = find(Person.objects.all(), limit=10)

    if likelihood is None:
        assert found.pairs == []
        return
    (pair,) = found.pairs
    assert (pair.one, pair.two, pair.likelihood) == (first, second, likelihood)
    assert [str(reason) for reason in pair.reasons] == reasons
    assert [str(doubt) for doubt in pair.doubts] == doubts


def test_somebody_without_a_unit_is_found_where_she_last_served(tree) -> None:
    left = AffiliationFactory(
        person=person(None), place=tree.committees[0], to_on=datetime.date(2024, 5, 1)
    ).person
    here = person(tree.committees[1])
    organiser = user_with("organiser", place=tree.streets[0])
    other = user_with("organiser", place=tree.streets[1])

    assert pairs(Person.objects.in_charge_of(organiser)) == [(left.pk, here.pk, "possible")]
    assert pairs(Person.objects.in_charge_of(other)) == []


def test_both_records_lie_in_the_scope_of_the_reader(tree) -> None:
    one = person(tree.committees[0], mobile="13800001234")
    two = person(tree.committees[2], mobile="13800001234")

    for role, place, expected in (
        ("organiser", tree.streets[0], []),
        ("district", tree.district, [(one.pk, two.pk, "very_likely")]),
    ):
        user = user_with(role, place=place)
        assert pairs(Person.objects.in_charge_of(user)) == expected


def test_a_key_that_many_share_is_a_placeholder(tree) -> None:
    for number in range(duplicates.LARGEST_GROUP + 1):
        person(tree.committees[0], name="待补", pinyin=f"daibu {number}")

    assert pairs() == []


def test_new_pairs_are_counted_and_pages_cut(tree) -> None:
    people = [person(tree.committees[0]) for _ in range(4)]
    old = timezone.now() - datetime.timedelta(days=duplicates.NEW_DAYS + 1)
    Person.objects.filter(pk__in=[row.pk for row in people[:3]]).update(added_at=old)

    found = find(Person.objects.all(), limit=2, offset=1)

    assert (found.total, found.fresh, len(found.pairs)) == (6, 3, 2)
    assert [pair.fresh for pair in found.pairs] == [True, True]


def test_two_people_are_not_shown_again_until_they_share_more(tree) -> None:
    one, two = person(tree.committees[0]), person(tree.committees[0])
    organiser = user_with("organiser", place=tree.streets[0])

    note = note_two_people(actor=organiser, one=two, two=one, reason="同名的两位")
    assert pairs() == []
    Person.objects.filter(pk=one.pk).update(sex="f", education="master")
    assert pairs() == []
    shared = crypto.mobile_index("13800001234")
    Person.objects.filter(pk__in=[one.pk, two.pk]).update(mobile_index=shared)

    (pair,) = find(Person.objects.all(), limit=5).pairs
    assert pair.noted
    assert (note.first_id, note.noted_by_id, note.reason) == (one.pk, organiser.pk, "同名的两位")
    note_two_people(actor=organiser, one=one, two=two)
    assert pairs() == []
    take_note_back(actor=organiser, one=one, two=two)
    assert len(pairs()) == 1
    with pytest.raises(MergeRefused):
        take_note_back(actor=organiser, one=one, two=two)


def test_only_whoever_keeps_both_records_notes_two_people(tree) -> None:
    one, two = person(tree.committees[0]), person(tree.committees[2])
    organiser = user_with("organiser", place=tree.streets[0])

    with pytest.raises(MergeRefused):
        note_two_people(actor=organiser, one=one, two=two)


@pytest.mark.parametrize("wanted", [1, 3])
def test_one_page_costs_two_queries(tree, wanted, django_assert_num_queries) -> None:
    for number in range(wanted):
        for _ in range(2):
            person(tree.committees[0], name=f"样本{number}号")

    with django_assert_num_queries(2):  # the pairs, the people with their units
        found = find(Person.objects.all(), limit=25)
        units = [pair.one.unit for pair in found.pairs]
        assert [unit.parent.name for unit in units if unit and unit.parent] == [
            "样本1街道"
        ] * wanted
