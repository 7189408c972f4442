"""The demonstration's classes, on whatever day it is loaded."""

from __future__ import annotations

import datetime
from collections import Counter
from typing import Any

import pytest

from core import demo
from courses import figures
from courses.models import Attendance, Course, Enrolment, Offering, Session
from records.models import HourEntry
from tests.factories.courses import EnrolmentFactory, OfferingFactory, person_in

pytestmark = pytest.mark.django_db


@pytest.mark.hard
@pytest.mark.sqlite
@pytest.mark.parametrize("day", [None, datetime.date(2026, 1, 2)], ids=["today", "turn of a year"])
def test_a_living_calendar_and_nothing_invented_about_real_bases(day):
    today = demo.load(day).today

    real = Offering.objects.exclude(base__code="DEMO")
    assert [(row.base.code, row.historical, row.pools.count()) for row in real] == [
        ("CAOYANG", True, 0)
    ]
    assert Counter(Course.objects.values_list("base__code", flat=True)) == {"BAOSHAN": 4, "DEMO": 8}
    assert not Enrolment.objects.exclude(offering__base__code="DEMO").exists()
    living: Any = Offering.objects.filter(base__code="DEMO").with_seats()
    assert Counter(row.state for row in living) == {
        "completed": 2,
        "running": 1,
        "enrol_closed": 1,
        "open": 4,
        "draft": 1,
        "cancelled": 1,
    }
    left = sorted(row.seats_left for row in living if row.state == "open")
    assert (left[0], left[1]) == (0, 2)
    assert all("演示" in row.title_zh for row in living)
    assert any(session.on == today for session in Session.objects.filter(state="planned"))
    assert 110 <= Enrolment.objects.count() <= 140
    attended = Attendance.objects.filter(
        mark__in=("present", "late", "early"), session__offering__state="completed"
    )
    assert HourEntry.objects.filter(source="session").count() == attended.count() > 100
    assert list(figures.check_pools()) == list(figures.check_figures()) == []


def test_a_seat_in_a_real_class_is_free_again_when_its_account_goes():
    """A visitor enrols an account of the demonstration in a class of a real base."""
    visitor, real = person_in(), person_in()
    demo.Demo().keep([visitor])
    offering = OfferingFactory()
    for person in (visitor, real):
        EnrolmentFactory(offering=offering, person=person)
    assert offering.pools.get().taken == 2

    gone = demo.remove()

    assert [row.person for row in Enrolment.objects.all()] == [real]
    assert offering.pools.get().taken == 1
    assert list(figures.check_pools()) == []
    assert gone.hung == gone.removed - 1 > 0
