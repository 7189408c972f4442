"""Changes of people over the API: preview without `seen`, the change with it."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from committees.models import Affiliation
from tests.factories.accounts import token_of, user_with
from tests.factories.committees import AffiliationFactory, PersonFactory, make_district

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


class World:
    def __init__(self) -> None:
        self.tree = make_district()
        self.here, self.near = self.tree.committees[:2]
        self.seat = AffiliationFactory(
            place=self.here, from_on=TODAY() - datetime.timedelta(days=99)
        )
        user = user_with("organiser", place=self.tree.streets[0])
        self.headers = {"Authorization": f"Bearer {token_of(user, may_write=True)}"}

    def send(self, path: str, **body: Any) -> Any:
        client = Client(headers=self.headers)
        text = json.dumps({"on": TODAY().isoformat()} | body)
        return client.post(f"/api/v1/appointments{path}", text, "application/json")

    def twice(self, path: str, **body: Any) -> dict[str, Any]:
        """The preview, and then the change."""
        shown = self.send(path, **body)
        assert (shown.status_code, shown.json()["done"]) == (200, False), shown.content
        done = self.send(path, seen=shown.json()["seen"], **body)
        assert done.status_code == 200, done.content
        answer: dict[str, Any] = done.json()
        return answer


@pytest.fixture
def world() -> World:
    return World()


def test_a_secretary_is_changed(world):
    answer = world.twice(
        f"/places/{world.here.pk}/secretary",
        new_person={"name_zh": "曾样本", "mobile": "13800001234"},
        onward="moves",
        onward_post="committee_member",
        onward_place=world.near.pk,
        source="assigned",
    )
    assert answer["done"]
    assert {line["kind"] for line in answer["lines"]} >= {"ends", "begins"}
    assert Affiliation.objects.secretaries().get().person.name_zh == "曾样本"
    assert Affiliation.objects.open().get(place=world.near).person == world.seat.person


def test_a_known_successor_is_named_by_key(world):
    person = AffiliationFactory(place=world.near, post="committee_member").person
    world.twice(f"/places/{world.here.pk}/secretary", successor=str(person.public_id))
    assert Affiliation.objects.secretaries().get().person == person


def test_a_post_is_added_and_a_service_ended(world):
    person = world.seat.person
    path = f"/people/{person.public_id}/posts"
    world.twice(path, place=world.near.pk, post="committee_member")
    assert Affiliation.objects.open().filter(person=person).count() == 2
    world.twice(f"/{world.seat.pk}/end")
    assert not Affiliation.objects.secretaries().exists()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"on": "3000-01-01"}, "wrong_appointment"),
        ({"on": "gestern"}, "invalid"),
        ({"onward": "stays", "onward_post": "king"}, "invalid"),
        ({"seen": "something else"}, "changed"),
    ],
)
def test_refusals_carry_a_code(world, body, code):
    refused = world.send(f"/places/{world.here.pk}/secretary", **body)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert Affiliation.objects.secretaries().get() == world.seat


def test_a_person_beyond_the_own_area_is_not_found(world):
    stranger = PersonFactory()
    path = f"/places/{world.here.pk}/secretary"
    assert world.send(path, successor=str(stranger.public_id)).status_code == 404
