"""Rows of classes; each holds only what makes it valid."""

from __future__ import annotations

import datetime
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from committees.models import Person
from courses.models import Course, Enrolment, Offering, SeatPool, Session
from tests.factories.committees import PersonFactory, PlaceFactory, TrainingBaseFactory

# A Thursday morning far from any change of a clock.
FIRST_DAY = datetime.date(2026, 4, 16)


def local(day: datetime.date, hour: int, minute: int = 0) -> datetime.datetime:
    """A moment in the portal's time zone."""
    return datetime.datetime.combine(
        day, datetime.time(hour, minute), timezone.get_current_timezone()
    )


class CourseFactory(DjangoModelFactory):
    class Meta:
        model = Course

    base = factory.SubFactory(TrainingBaseFactory)
    title_zh = factory.Sequence(lambda number: f"样本课程{number}")
    published = True


class OfferingFactory(DjangoModelFactory):
    """An open class of one day with `seats` seats and one course."""

    class Meta:
        model = Offering
        skip_postgeneration_save = True

    base = factory.SubFactory(TrainingBaseFactory)
    title_zh = factory.Sequence(lambda number: f"样本班{number}")
    state = Offering.State.OPEN
    begins_on = FIRST_DAY
    ends_on = factory.SelfAttribute("begins_on")

    @factory.post_generation
    def seats(self: Any, create: bool, extracted: int | None, **kwargs: Any) -> None:
        if create and extracted != 0:
            SeatPool.objects.create(offering=self, seats=extracted or 20)

    @factory.post_generation
    def courses(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create:
            self.courses.set([CourseFactory(base=self.base)] if extracted is None else extracted)


class SessionFactory(DjangoModelFactory):
    """A morning of four class hours on the first day of an open class."""

    class Meta:
        model = Session

    offering = factory.SubFactory(OfferingFactory)
    course = factory.LazyAttribute(lambda session: session.offering.courses.first())
    starts_at = factory.LazyAttribute(lambda session: local(session.offering.begins_on, 9))
    ends_at = factory.LazyAttribute(lambda session: session.starts_at + datetime.timedelta(hours=3))
    quarters = 16


class EnrolmentFactory(DjangoModelFactory):
    """A confirmed seat in the root pool of an open class, counted there."""

    class Meta:
        model = Enrolment

    offering = factory.SubFactory(OfferingFactory)
    person = factory.LazyFunction(lambda: person_in())
    unit = factory.LazyAttribute(lambda enrolment: enrolment.person.unit)
    pool = factory.LazyAttribute(lambda enrolment: enrolment.offering.pools.get(unit=None))

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        enrolment = super()._create(model_class, *args, **kwargs)
        if enrolment.is_seated:
            enrolment.pool.taken += 1
            enrolment.pool.save(update_fields=["taken"])
        return enrolment


def person_in(unit: Any = None, **fields: Any) -> Person:
    """Somebody whose current unit is `unit` (a new committee when none is given)."""
    person: Person = PersonFactory(unit=unit or PlaceFactory(), **fields)
    return person
