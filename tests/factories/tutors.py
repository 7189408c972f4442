"""Rows of tutoring."""

from __future__ import annotations

import datetime

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from committees.models import Person, Place
from tests.factories.committees import PersonFactory, PlaceFactory
from tutors.models import Batch, Pairing, TutorAppointment


class BatchFactory(DjangoModelFactory):
    class Meta:
        model = Batch

    district = factory.SubFactory(PlaceFactory, kind=Place.Kind.DISTRICT, name_zh="样本区")
    name_zh = factory.Sequence(lambda n: f"样本批次{n}")
    launched_on = datetime.date(2026, 1, 5)


class TutorAppointmentFactory(DjangoModelFactory):
    """An open appointment without a known first day."""

    class Meta:
        model = TutorAppointment

    person = factory.SubFactory(PersonFactory)
    district = factory.SubFactory(PlaceFactory, kind=Place.Kind.DISTRICT, name_zh="样本区")


class PairingFactory(DjangoModelFactory):
    """A pair under way between two people of one committee, both of whom have agreed."""

    class Meta:
        model = Pairing

    batch = factory.SubFactory(BatchFactory)
    tutor = factory.SubFactory(PersonFactory)
    pupil = factory.SubFactory(PersonFactory)
    tutor_unit = factory.SubFactory(PlaceFactory)
    pupil_unit = factory.SelfAttribute("tutor_unit")
    state = Pairing.State.ACTIVE
    from_on = datetime.date(2026, 1, 5)
    tutor_accepted_at = factory.LazyFunction(timezone.now)
    pupil_accepted_at = factory.LazyFunction(timezone.now)


def person_of(unit: Place, name_zh: str = "") -> Person:
    """Somebody whose current unit is `unit`."""
    named = {"name_zh": name_zh} if name_zh else {}
    person: Person = PersonFactory(unit=unit, **named)
    return person
