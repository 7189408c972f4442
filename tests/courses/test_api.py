"""Classes over the API: the same services, the same scope."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from courses.models import Enrolment, Offering
from tests.factories.accounts import token_of, user_with
from tests.factories.committees import District, TrainingBaseFactory, make_district
from tests.factories.courses import OfferingFactory, SessionFactory, person_in

pytestmark = pytest.mark.django_db


@dataclass
class World:
    tree: District
    user: User
    offering: Offering
    headers: dict[str, str]


@pytest.fixture
def world():
    """A secretary, an open class of a base that serves her district, and her token."""
    tree = make_district()
    base = TrainingBaseFactory(host=tree.district)
    person = person_in(tree.committees[0])
    user = user_with("secretary", place=person.unit, person=person)
    ahead = timezone.localdate() + datetime.timedelta(days=30)
    offering = OfferingFactory(base=base, begins_on=ahead, seats=1)
    SessionFactory(offering=offering)

    headers = {"Authorization": f"Bearer {token_of(user, may_write=True)}"}
    return World(tree, user, offering, headers)


def send(world, method, path, body=None):
    client = Client(headers=world.headers)
    text = json.dumps(body) if body is not None else ""
    return client.generic(method, f"/api/v1/classes{path}", text, "application/json")


def test_list_and_detail_show_seats_and_sessions(world):
    hidden = OfferingFactory(begins_on=world.offering.begins_on)

    listed = send(world, "GET", "?state=open").json()
    shown = send(world, "GET", f"/{world.offering.public_id}").json()

    assert [row["public_id"] for row in listed["items"]] == [str(world.offering.public_id)]
    assert (shown["seats"], shown["seats_left"], shown["sessions"][0]["hours"]) == (1, 1, 4.0)
    assert send(world, "GET", f"/{hidden.public_id}").status_code == 404


def test_enrolling_and_cancelling(world):
    path = f"/{world.offering.public_id}/enrolments"

    made = send(world, "POST", path, {})
    again = send(world, "POST", path, {})
    mine = send(world, "GET", "/mine").json()
    gone = send(world, "DELETE", f"/enrolments/{made.json()['public_id']}")

    assert made.status_code == 201
    assert (again.status_code, again.json()["code"]) == (422, "already_enrolled")
    assert [row["public_id"] for row in mine["items"]] == [made.json()["public_id"]]
    assert (gone.status_code, gone.json()["state"]) == (200, "cancelled")


def test_people_out_of_reach_are_not_enrolled(world):
    stranger = person_in()
    neighbour = person_in(world.tree.committees[0])
    path = f"/{world.offering.public_id}/enrolments"

    assert send(world, "POST", path, {"person": str(stranger.public_id)}).status_code == 404
    assert send(world, "POST", path, {"person": str(neighbour.public_id)}).status_code == 404
    assert send(world, "POST", path, {"person": "nonsense"}).status_code == 422
    assert not Enrolment.objects.exists()


def test_an_organiser_enrols_the_own_people_and_sees_refusals_by_code(world):
    organiser = user_with("organiser", place=world.tree.streets[0])
    world.headers = {"Authorization": f"Bearer {token_of(organiser, may_write=True)}"}
    path = f"/{world.offering.public_id}/enrolments"
    first, second = person_in(world.tree.committees[0]), person_in(world.tree.committees[1])

    made = send(world, "POST", path, {"person": str(first.public_id)})
    full = send(world, "POST", path, {"person": str(second.public_id)})

    assert (made.status_code, made.json()["channel"]) == (201, "assigned")
    assert (full.status_code, full.json()["code"]) == (422, "class_full")


def test_a_token_that_only_reads_does_not_enrol(world):
    world.headers = {"Authorization": f"Bearer {token_of(world.user)}"}

    assert send(world, "POST", f"/{world.offering.public_id}/enrolments", {}).status_code == 403
