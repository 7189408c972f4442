"""Which hours a class still promises."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone, translation

from courses.hours import planned
from tests.factories.courses import (
    FIRST_DAY,
    CourseFactory,
    EnrolmentFactory,
    SessionFactory,
    local,
    person_in,
)

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


def test_a_gathering_is_called_by_its_own_course_and_time(monkeypatch):
    """Two gatherings of a class on one day are told apart; the one that is over is `held`."""
    morning = SessionFactory()
    other = CourseFactory(
        base=morning.course.base, title_zh="物业治理", title_en="Property matters"
    )
    morning.offering.courses.add(other)
    afternoon = SessionFactory(
        offering=morning.offering,
        course=other,
        starts_at=local(FIRST_DAY, 14),
        ends_at=local(FIRST_DAY, 17),
    )
    person = person_in()
    EnrolmentFactory(offering=morning.offering, person=person)
    monkeypatch.setattr(timezone, "now", lambda: afternoon.starts_at - HOUR)

    with translation.override("en"):
        first, second = planned(person.pk, FIRST_DAY.year, FIRST_DAY)

    assert (first.title, first.begins) == (morning.course.title, morning.starts_at)
    assert (second.title, second.begins) == ("Property matters", afternoon.starts_at)
    assert (first.held, second.held) == (True, False)
