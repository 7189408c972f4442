"""Enrolling and cancelling."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from committees.models import Place
from core.models import AuditEvent, SummaryDelta
from courses import figures, services
from courses.errors import (
    AlreadyEnrolled,
    ClassFull,
    EnrolmentClosed,
    NotEnrolled,
    NotYourPerson,
    NoUnit,
    WrongState,
)
from courses.models import Enrolment, Offering, SeatPool
from courses.services import seats
from notices.models import OutboxItem
from tests.factories.accounts import UserFactory, user_with
from tests.factories.committees import (
    PersonFactory,
    PlaceFactory,
    TrainingBaseFactory,
    make_district,
)
from tests.factories.courses import (
    FIRST_DAY,
    EnrolmentFactory,
    OfferingFactory,
    SessionFactory,
    local,
    person_in,
)

pytestmark = pytest.mark.django_db
BEFORE = local(FIRST_DAY - datetime.timedelta(days=10), 10)


def secretary(place=None):
    person = person_in(place)
    return user_with("secretary", place=person.unit, person=person)


def deltas() -> dict[tuple[str, int, int], int]:
    found: dict[tuple[str, int, int], int] = {}
    for delta in SummaryDelta.objects.all():
        key = (delta.metric, delta.place_id, delta.year)
        found[key] = found.get(key, 0) + delta.amount
    return {key: value for key, value in found.items() if value}


def test_a_secretary_enrols_herself_with_the_unit_of_the_day():
    user = secretary()
    offering = OfferingFactory(seats=2)

    enrolment = services.enrol(actor=user, offering=offering, person=user.person, at=BEFORE)

    assert (enrolment.state, enrolment.unit, enrolment.enrolled_by) == (
        "confirmed",
        user.person.unit,
        user,
    )
    assert offering.pools.get().taken == 1
    assert deltas() == {
        ("enrolments", enrolment.unit_id, 2026): 1,
        ("enrolled_people", enrolment.unit_id, 2026): 1,
    }
    assert [(item.rule, item.recipient) for item in OutboxItem.objects.all()] == [
        ("enrolment_confirmed", user)
    ]
    event = AuditEvent.objects.get(action="enrolment.create")
    assert (event.actor_id, event.on_behalf_id, event.unit_id) == (
        user.pk,
        user.person_id,
        enrolment.unit_id,
    )


def test_a_second_class_of_the_year_counts_no_second_person():
    user = secretary()
    for _ in range(2):
        services.enrol(actor=user, offering=OfferingFactory(), person=user.person, at=BEFORE)

    unit = user.person.unit_id
    assert deltas() == {("enrolments", unit, 2026): 2, ("enrolled_people", unit, 2026): 1}


def test_cancelling_the_first_class_counts_the_person_where_the_second_stands():
    user = secretary()
    first_unit = user.person.unit
    first = services.enrol(actor=user, offering=OfferingFactory(), person=user.person, at=BEFORE)
    user.person.unit = PlaceFactory()
    user.person.save(update_fields=["unit"])
    services.enrol(actor=user, offering=OfferingFactory(), person=user.person, at=BEFORE)
    assert deltas()["enrolled_people", first_unit.pk, 2026] == 1

    services.cancel_enrolment(actor=user, enrolment=first, at=BEFORE)

    second = user.person.unit_id
    assert deltas() == {("enrolments", second, 2026): 1, ("enrolled_people", second, 2026): 1}
    assert list(figures.check_figures()) == []


def test_the_last_seat_is_given_once_and_nothing_of_a_refusal_stays():
    offering = OfferingFactory(seats=1)
    services.enrol(actor=None, offering=offering, person=person_in(), at=BEFORE)
    late = secretary()

    with pytest.raises(ClassFull):
        services.enrol(actor=late, offering=offering, person=late.person, at=BEFORE)

    assert offering.pools.get().taken == 1
    assert not Enrolment.objects.filter(person=late.person).exists()
    assert not OutboxItem.objects.filter(recipient=late).exists()


def test_enrolling_twice_gives_one_enrolment_and_one_notice():
    user = secretary()
    offering = OfferingFactory()
    services.enrol(actor=user, offering=offering, person=user.person, at=BEFORE)

    with pytest.raises(AlreadyEnrolled):
        services.enrol(actor=user, offering=offering, person=user.person, at=BEFORE)

    assert (
        Enrolment.objects.count() == OutboxItem.objects.count() == offering.pools.get().taken == 1
    )


def test_the_database_itself_refuses_a_second_open_enrolment():
    enrolment = EnrolmentFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        EnrolmentFactory(offering=enrolment.offering, person=enrolment.person)


@pytest.mark.parametrize(
    ("state", "at"),
    [
        ("draft", BEFORE),
        ("enrol_closed", BEFORE),
        ("running", BEFORE),
        ("cancelled", BEFORE),
        ("completed", BEFORE),
        ("open", local(FIRST_DAY, 0)),
    ],
)
def test_only_an_open_class_before_its_first_day_takes_people(state, at):
    with pytest.raises(EnrolmentClosed):
        services.enrol(actor=None, offering=OfferingFactory(state=state), person=person_in(), at=at)


def test_enrolment_ends_at_the_stated_moment():
    until = local(FIRST_DAY - datetime.timedelta(days=3), 17)
    offering = OfferingFactory(enrol_until=until)
    services.enrol(
        actor=None, offering=offering, person=person_in(), at=until - datetime.timedelta(seconds=1)
    )

    with pytest.raises(EnrolmentClosed):
        services.enrol(actor=None, offering=offering, person=person_in(), at=until)


def test_a_person_without_a_unit_is_told_whom_to_ask():
    with pytest.raises(NoUnit):
        services.enrol(actor=None, offering=OfferingFactory(), person=PersonFactory(), at=BEFORE)


def test_who_may_enrol_whom():
    tree = make_district()
    base = TrainingBaseFactory(host=tree.district)
    person = person_in(tree.committees[0])
    own_street, other_street = tree.streets
    allowed: list[Any] = [
        user_with("organiser", place=own_street),
        user_with("base_admin", base=base),
        user_with("secretary", place=person.unit, person=person),
    ]
    refused: list[Any] = [
        user_with("organiser", place=other_street),
        user_with("base_admin", base=TrainingBaseFactory()),
        user_with("district", place=tree.district),
        user_with("secretary", place=person.unit, person=person_in(person.unit)),
        UserFactory(),
    ]

    for user in allowed:
        services.enrol(actor=user, offering=OfferingFactory(base=base), person=person, at=BEFORE)
    for user in refused:
        with pytest.raises(NotYourPerson):
            services.enrol(
                actor=user, offering=OfferingFactory(base=base), person=person, at=BEFORE
            )


def test_cancelling_gives_the_seat_back_and_it_can_be_taken_again():
    user = secretary()
    offering = OfferingFactory(seats=1)
    first = services.enrol(actor=user, offering=offering, person=user.person, at=BEFORE)

    services.cancel_enrolment(actor=user, enrolment=first, reason="duty", at=BEFORE)
    assert offering.pools.get().taken == 0
    assert deltas() == {}
    again = services.enrol(actor=user, offering=offering, person=user.person, at=BEFORE)

    assert again.pk != first.pk
    assert offering.pools.get().taken == 1
    first.refresh_from_db()
    assert (first.state, first.reason) == ("cancelled", "duty")
    assert list(figures.check_figures()) == list(figures.check_pools()) == []


def test_cancelling_twice_gives_back_one_seat():
    offering = OfferingFactory(seats=2)
    mine = services.enrol(actor=None, offering=offering, person=person_in(), at=BEFORE)
    services.enrol(actor=None, offering=offering, person=person_in(), at=BEFORE)
    services.cancel_enrolment(actor=None, enrolment=mine, at=BEFORE)

    with pytest.raises(NotEnrolled):
        services.cancel_enrolment(actor=None, enrolment=mine, at=BEFORE)

    assert offering.pools.get().taken == 1


def test_nobody_cancels_once_the_class_has_begun():
    enrolment = EnrolmentFactory()

    with pytest.raises(WrongState):
        services.cancel_enrolment(actor=None, enrolment=enrolment, at=local(FIRST_DAY, 7))


def test_who_was_assigned_asks_the_organiser_who_may_cancel():
    tree = make_district()
    person = person_in(tree.committees[0])
    user = user_with("secretary", place=person.unit, person=person)
    organiser = user_with("organiser", place=tree.streets[0])
    enrolment = services.enrol(
        actor=organiser, offering=OfferingFactory(), person=person, channel="assigned", at=BEFORE
    )

    with pytest.raises(NotYourPerson):
        services.cancel_enrolment(actor=user, enrolment=enrolment, at=BEFORE)
    services.cancel_enrolment(actor=organiser, enrolment=enrolment, at=BEFORE)

    assert [item.rule for item in OutboxItem.objects.filter(recipient=user).order_by("pk")] == [
        "enrolment_confirmed",
        "enrolment_cancelled",
    ]


def test_a_stranger_cannot_cancel():
    with pytest.raises(NotYourPerson):
        services.cancel_enrolment(actor=secretary(), enrolment=EnrolmentFactory(), at=BEFORE)


def test_a_seat_is_taken_in_the_whole_chain_or_nowhere():
    offering = OfferingFactory(seats=2)
    root = offering.pools.get()
    street = SeatPool.objects.create(
        offering=offering, unit=PlaceFactory(kind=Place.Kind.STREET), parent=root, seats=1
    )
    seats.take(street)

    with pytest.raises(ClassFull), transaction.atomic():
        seats.take(street)

    root.refresh_from_db()
    street.refresh_from_db()
    assert (root.taken, street.taken) == (1, 1)
    seats.give_back(street)
    root.refresh_from_db()
    assert root.taken == 0


def test_a_cancelled_class_ends_enrolments_tells_people_and_frees_everything():
    users = [secretary(), secretary()]
    offering = OfferingFactory(seats=5)
    session = SessionFactory(offering=offering)
    for user in users:
        services.enrol(actor=user, offering=offering, person=user.person, at=BEFORE)

    services.cancel_offering(actor=None, offering=offering, reason="台风")

    offering.refresh_from_db()
    session.refresh_from_db()
    assert (offering.state, session.state) == ("cancelled", "cancelled")
    assert offering.pools.get().taken == 0
    assert {row.state for row in Enrolment.objects.all()} == {"cancelled"}
    told = OutboxItem.objects.filter(rule="offering_cancelled")
    assert {item.recipient for item in told} == set(users)
    assert told[0].facts["reason"] == "台风"
    assert deltas() == {}


@pytest.mark.parametrize("state", ["running", "completed", "cancelled"])
def test_a_class_that_runs_or_is_over_is_not_cancelled(state):
    with pytest.raises(WrongState):
        services.cancel_offering(actor=None, offering=OfferingFactory(state=state), reason="台风")


def test_a_cancelled_class_tells_the_apps_above_in_the_same_transaction(monkeypatch):
    heard = []
    from core import registries

    monkeypatch.setattr(registries.offering_cancelled, "emit", lambda **facts: heard.append(facts))
    offering = OfferingFactory()

    services.cancel_offering(actor=None, offering=offering, reason="台风")

    assert [(facts["offering"], facts["reason"]) for facts in heard] == [(offering, "台风")]
    assert heard[0]["offering"].state == Offering.State.CANCELLED
