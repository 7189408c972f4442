"""A district with a little of everything that is counted."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import pytest
from django.utils import timezone

from accounts.models import User
from committees.models import TrainingBase
from core import summaries
from core.scope import Role
from courses.models import Enrolment
from tests.factories.accounts import RoleGrantFactory, UserFactory
from tests.factories.committees import (
    AffiliationFactory,
    District,
    TrainingBaseFactory,
    make_district,
)
from tests.factories.courses import EnrolmentFactory, OfferingFactory, person_in
from tests.factories.tutors import PairingFactory


@dataclass
class Counted:
    """Two streets of two committees; three secretaries, one who
    has left; five enrolments of three people, one of
    whom completed; one pair. Nothing stands in the second street but a secretary."""

    tree: District
    base: TrainingBase
    year: int

    def account(self, role: str, place: object = None, base: object = None) -> User:
        user: User = UserFactory()
        RoleGrantFactory(user=user, role=role, place=place, base=base)
        return user


@pytest.fixture
def counted(db: None) -> Counted:
    tree = make_district()
    first, second, third, vacant = tree.committees
    for place in (first, second, third):
        AffiliationFactory(place=place)
    AffiliationFactory(place=vacant, to_on=timezone.localdate())
    base = TrainingBaseFactory(host=tree.district)
    year = timezone.localdate().year
    offerings = [
        OfferingFactory(base=base, begins_on=datetime.date(year, 1, day)) for day in (5, 6)
    ]
    people = [person_in(first), person_in(first), person_in(second)]
    for offering in offerings:
        for person in people[:2]:
            EnrolmentFactory(offering=offering, person=person)
    EnrolmentFactory(offering=offerings[0], person=people[2], state=Enrolment.State.COMPLETED)
    EnrolmentFactory(
        offering=OfferingFactory(base=base, begins_on=datetime.date(year - 1, 3, 1)),
        person=people[0],
    )
    PairingFactory(tutor=people[0], pupil=people[2], tutor_unit=first, pupil_unit=second)
    summaries.rebuild()
    return Counted(tree, base, year)


@pytest.fixture
def district_account(counted: Counted) -> User:
    return counted.account(Role.DISTRICT, counted.tree.district)
