"""Many people and appointments at once leave behind what one by one would."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from committees.models import Affiliation, Person, Place
from committees.models.people import Post
from committees.registered import check_secretaries
from committees.services.appointments import (
    SeatTaken,
    WrongAppointment,
    appoint,
    end_appointment,
)
from committees.services.bulk import (
    NewPerson,
    NewService,
    appoint_all,
    create_people,
    end_all,
    fill_blanks,
)
from committees.services.people import WrongPerson, create_person
from core import crypto, registries
from core.models import AuditEvent, SummaryDelta
from tests.factories.committees import AffiliationFactory, PersonFactory, PlaceFactory

pytestmark = pytest.mark.django_db

DAY = datetime.date(2021, 5, 1)
FACTS: dict[str, Any] = {
    "name_zh": "曾丽娟",
    "sex": "f",
    "birth_year": 1980,
    "birth_month": 12,
    "education": "bachelor",
    "is_party_member": True,
    "mobile": "13800000001",
    "source": "花名册",
}
KEYS = {"id", "public_id", "mobile_cipher", "person_id", "place_id", "at", "object_id", "unit_id"}
KEYS |= {"on_behalf_id", "unit", "added_at"}


def plain(row: Any, *without: str) -> dict[str, Any]:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {key: value for key, value in values.items() if key not in KEYS and key not in without}


def test_both_ways_leave_the_same_behind() -> None:
    one, other = (PlaceFactory(name_zh="样本居委会") for _ in range(2))
    person = create_person(actor=None, **FACTS)
    single = [
        appoint(actor=None, person=person, post=post, place=one, from_on=DAY, note_zh="书记")
        for post in (Post.SECRETARY, Post.HEAD)
    ]
    before = AuditEvent.objects.count()
    (bulk_person,) = create_people(actor=None, people=[NewPerson(**FACTS)])
    many = appoint_all(
        actor=None,
        services=[
            NewService(bulk_person, post, other.pk, DAY, "书记")
            for post in (Post.SECRETARY, Post.HEAD)
        ],
    )
    people = [Person.objects.get(pk=pk) for pk in (person.pk, bulk_person.pk)]
    assert plain(people[0], "unit_id") == plain(people[1], "unit_id")
    assert [found.unit_id for found in people] == [one.pk, other.pk]
    assert crypto.decrypt(people[1].mobile_cipher) == "13800000001"
    assert [plain(row) for row in single] == [plain(row) for row in many]
    events = list(AuditEvent.objects.order_by("pk"))
    assert [plain(row) for row in events[:before]] == [plain(row) for row in events[before:]]
    assert [row.unit_id for row in events[before:]] == [None, other.pk, other.pk]
    deltas = SummaryDelta.objects.order_by("pk").values_list("metric", "place_id", "amount")
    assert list(deltas) == [("secretaries", one.pk, 1), ("secretaries", other.pk, 1)]


def test_ending_both_ways_leaves_the_same_behind() -> None:
    today = timezone.localdate()
    places = [PlaceFactory(name_zh="样本居委会") for _ in range(2)]
    people = create_people(actor=None, people=[NewPerson(**FACTS)] * 2)
    services = appoint_all(
        actor=None,
        services=[
            NewService(person, Post.SECRETARY, place.pk, DAY)
            for person, place in zip(people, places, strict=True)
        ],
    )
    before = AuditEvent.objects.count()

    end_appointment(actor=None, affiliation=services[0], to_on=today, reason="轮岗")
    end_all(actor=None, endings=[(services[1], today)], reason="轮岗")

    rows = Affiliation.objects.order_by("pk")
    assert [plain(row) for row in rows[:1]] == [plain(row) for row in rows[1:]]
    assert not Person.objects.exclude(unit=None).exists()
    single, many = AuditEvent.objects.order_by("pk")[before:]
    assert plain(single) == plain(many)
    assert list(check_secretaries()) == []
    with pytest.raises(WrongAppointment):
        end_all(actor=None, endings=[(services[1], today)])


def test_whoever_ends_the_own_seat_among_many_keeps_the_other_as_own() -> None:
    person, (one, other) = PersonFactory(), (PlaceFactory(), PlaceFactory())
    own, further = appoint_all(
        actor=None,
        services=[
            NewService(person, Post.SECRETARY, one.pk, DAY),
            NewService(person, Post.SECRETARY, other.pk, DAY, concurrent=True),
        ],
    )
    end_all(actor=None, endings=[(own, timezone.localdate())])
    further.refresh_from_db()
    person.refresh_from_db()
    assert (further.concurrent, person.unit) == (False, other)


def test_ending_many_costs_as_many_queries_as_ending_one() -> None:
    services = [NewService(PersonFactory(), Post.WORKER, PlaceFactory().pk, DAY) for _ in range(4)]
    one, *three = appoint_all(actor=None, services=services)
    today = timezone.localdate()
    with CaptureQueriesContext(connection) as few:
        end_all(actor=None, endings=[(one, today)])
    with CaptureQueriesContext(connection) as many:
        end_all(actor=None, endings=[(row, today) for row in three])
    # What listeners ask comes on top for each service: rights and pairs.
    assert len(many) - len(few) <= 2 * 2


def test_listeners_hear_of_each_appointment(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(
        registries.appointment_changed, "emit", lambda **facts: heard.append(facts["affiliation"])
    )
    services = [NewService(PersonFactory(), "secretary", PlaceFactory().pk, DAY) for _ in range(3)]
    made = appoint_all(actor=None, services=services)
    assert heard == made


def test_one_refusal_undoes_all() -> None:
    taken = AffiliationFactory()
    services = [
        NewService(PersonFactory(), Post.SECRETARY, place_id, DAY)
        for place_id in (PlaceFactory().pk, taken.place_id)
    ]
    with pytest.raises(SeatTaken):
        appoint_all(actor=None, services=services)
    assert Affiliation.objects.count() == 1
    assert AuditEvent.objects.count() == 0


def test_the_rules_of_a_single_appointment_hold() -> None:
    place, person = PlaceFactory(), PersonFactory()
    closed = PlaceFactory(closed_on=DAY)
    future = datetime.date(2999, 1, 1)
    for services in (
        [NewService(person, Post.MEMBER, place.pk, future)],
        [NewService(person, Post.MEMBER, closed.pk, DAY)],
        [NewService(person, Post.ORGANISER, place.pk, DAY)],
        [NewService(person, Post.MEMBER, place.pk, DAY)] * 2,
        [NewService(one, Post.SECRETARY, place.pk, DAY) for one in (person, PersonFactory())],
    ):
        with pytest.raises(WrongAppointment):
            appoint_all(actor=None, services=services)
    assert not Affiliation.objects.exists()


@pytest.mark.parametrize(
    "facts", [{"name_zh": " "}, {"birth_year": 21}, {"birth_month": 13}], ids=str
)
def test_the_rules_of_a_single_person_hold(facts: dict[str, Any]) -> None:
    with pytest.raises(WrongPerson):
        create_people(actor=None, people=[NewPerson(**FACTS), NewPerson(**(FACTS | facts))])
    assert not Person.objects.exists()


def test_blanks_are_filled_and_what_is_written_stays() -> None:
    person = PersonFactory(sex="f", birth_year=1980)
    fill_blanks(actor=None, person=person, sex="m", birth_month=5, mobile="13800000001")
    person.refresh_from_db()
    assert (person.sex, person.birth_year, person.birth_month) == ("f", 1980, 5)
    assert person.mobile_mask == "138****0001"
    (event,) = AuditEvent.objects.all()
    assert event.after == {"birth_month": 5, "has_mobile": True}
    fill_blanks(actor=None, person=person, birth_month=6, mobile="13800000002")
    person.refresh_from_db()
    assert (person.birth_month, person.mobile_mask) == (5, "138****0001")
    assert AuditEvent.objects.count() == 1


def test_the_unit_follows_the_first_of_several_posts() -> None:
    person = PersonFactory()
    home, second = PlaceFactory(), PlaceFactory()
    appoint_all(
        actor=None,
        services=[
            NewService(person, Post.MEMBER, second.pk, datetime.date(2022, 1, 1)),
            NewService(person, Post.SECRETARY, home.pk, DAY),
        ],
    )
    person.refresh_from_db()
    assert person.unit_id == home.pk
    assert Place.objects.get(pk=home.pk).affiliations.secretaries().count() == 1
