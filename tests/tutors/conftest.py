"""A small district with a batch, a tutor and a pupil."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from accounts.models import User
from committees.models import Person
from core.scope import Role
from tests.factories.accounts import RoleGrantFactory, UserFactory
from tests.factories.committees import District, make_district
from tests.factories.tutors import BatchFactory, TutorAppointmentFactory, person_of
from tutors.models import Batch


@dataclass
class World:
    """A district with two streets, a running batch, one appointed tutor, one pupil of street 1."""

    tree: District
    batch: Batch
    tutor: Person
    pupil: Person

    def account(self, role: str, place: object = None, person: Person | None = None) -> User:
        user: User = UserFactory(person=person)
        RoleGrantFactory(user=user, role=role, place=place or self.tree.district)
        return user

    def district_account(self) -> User:
        return self.account(Role.DISTRICT)

    def organiser(self, street: int = 0) -> User:
        return self.account(Role.ORGANISER, self.tree.streets[street])


@pytest.fixture
def world(db: None) -> World:
    tree = make_district()
    batch = BatchFactory(district=tree.district)
    tutor = person_of(tree.committees_of(tree.streets[1])[0], "导师")
    TutorAppointmentFactory(person=tutor, district=tree.district)
    pupil = person_of(tree.committees_of(tree.streets[0])[0], "学员")
    return World(tree, batch, tutor, pupil)
