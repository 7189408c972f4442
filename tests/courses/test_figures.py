"""Figures of the dashboards and seats, under any order of events."""

from __future__ import annotations

import datetime
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import summaries
from core.models import SummaryCell
from courses import figures, services
from courses.errors import AlreadyEnrolled, ClassFull
from courses.models import SEATED, Enrolment, SeatPool
from tests.factories.committees import PlaceFactory
from tests.factories.courses import (
    FIRST_DAY,
    EnrolmentFactory,
    OfferingFactory,
    local,
    person_in,
)

pytestmark = pytest.mark.django_db
BEFORE = local(FIRST_DAY - datetime.timedelta(days=10), 10)
EVENTS = st.lists(
    st.tuples(st.sampled_from(["enrol", "cancel"]), st.integers(0, 4), st.integers(0, 1)),
    max_size=25,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(events=EVENTS)
def test_taken_is_the_number_of_holders_whatever_happens(db, events):
    people = [person_in() for _ in range(5)]
    classes = [OfferingFactory(seats=2), OfferingFactory(seats=3)]

    for act, person, which in events:
        holding = Enrolment.objects.holding().filter(person=people[person], offering=classes[which])
        with suppress(ClassFull, AlreadyEnrolled):
            if act == "enrol":
                services.enrol(
                    actor=None, offering=classes[which], person=people[person], at=BEFORE
                )
            elif (enrolment := holding.first()) is not None:
                services.cancel_enrolment(actor=None, enrolment=enrolment, at=BEFORE)

    for pool in SeatPool.objects.filter(offering__in=classes):
        holders = Enrolment.objects.filter(pool=pool, state__in=SEATED)
        assert pool.taken == holders.count() <= pool.seats
        assert holders.values("person").distinct().count() == holders.count()
    assert list(figures.check_figures()) == list(figures.check_pools()) == []


def test_folded_cells_equal_the_recount():
    offering = OfferingFactory()
    for _ in range(3):
        services.enrol(actor=None, offering=offering, person=person_in(), at=BEFORE)
    summaries.fold()
    folded = sorted(SummaryCell.objects.values_list("metric", "place_id", "year", "value"))

    summaries.rebuild()

    rebuilt = sorted(SummaryCell.objects.values_list("metric", "place_id", "year", "value"))
    ours = {"enrolments", "enrolled_people", "completed_people"}
    assert folded == [row for row in rebuilt if row[0] in ours]
    assert len(folded) == 6


def test_the_checks_find_what_was_changed_behind_the_program():
    pool = EnrolmentFactory().pool
    assert list(figures.check_pools()) == []
    assert len(list(figures.check_figures())) == 2  # made without the service, so never noted

    SeatPool.objects.filter(pk=pool.pk).update(taken=5)

    assert list(figures.check_pools()) == [f"seat pool {pool.pk}: 5 taken, 1 held"]


def test_a_pool_counts_those_below_it():
    offering = OfferingFactory(seats=4)
    root = offering.pools.get()
    unit = PlaceFactory()
    child = SeatPool.objects.create(offering=offering, unit=unit, parent=root, seats=2, taken=1)
    SeatPool.objects.filter(pk=root.pk).update(taken=1)
    Enrolment.objects.create(
        offering=offering, person=person_in(), unit=unit, pool=child, state="attending"
    )

    assert list(figures.check_pools()) == []


def test_a_seat_in_another_class_is_found():
    enrolment = EnrolmentFactory()
    other = OfferingFactory().pools.get()
    Enrolment.objects.filter(pk=enrolment.pk).update(pool=other)

    assert list(figures.check_root_pools()) == [
        f"enrolment {enrolment.pk} holds a seat of another class"
    ]
