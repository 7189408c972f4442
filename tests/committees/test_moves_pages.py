"""Pages of changes of people: facts, preview, confirmation; nothing typed is lost."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from committees.models import Affiliation, Person
from committees.models.people import Post
from committees.services.appointments import appoint
from tests.factories.accounts import user_with
from tests.factories.committees import PersonFactory, make_district

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
TODAY = timezone.localdate


class Desk:
    """An organiser at her desk; the first of her committees has a secretary and a deputy."""

    def __init__(self) -> None:
        self.tree = make_district(streets=2, committees=2)
        self.here, self.near, self.far, _farther = self.tree.committees
        user = user_with("organiser", place=self.tree.streets[0], language="zh-hans")
        self.client = Client()
        self.client.force_login(user)
        self.old, self.deputy = PersonFactory(name_zh="样本旧"), PersonFactory(name_zh="样本副")
        self.seat = self.serve(self.old, "secretary")
        self.serve(self.deputy, Post.DEPUTY)
        self.address = reverse("committees:secretary-change", args=[self.here.pk])

    def serve(self, person: Person, post: str, place: Any = None) -> Affiliation:
        day = TODAY() - 100 * DAY
        return appoint(actor=None, person=person, post=post, place=place or self.here, from_on=day)

    def post(self, step: str, address: str = "", **facts: Any) -> Any:
        known: dict[str, Any] = {"on": TODAY().isoformat(), "onward": "leaves", "step": step}
        return self.client.post(address or self.address, known | facts)

    def confirm(self, address: str = "", **facts: Any) -> Any:
        shown = self.post("check", address, **facts)
        assert shown.status_code == 200, shown.context["form"].errors
        return self.post("confirm", address, seen=shown.context["seen"], **facts)

    def secretary(self) -> Person | None:
        seat = Affiliation.objects.secretaries().filter(place=self.here).first()
        return seat.person if seat else None


@pytest.fixture
def desk() -> Desk:
    return Desk()


def here(desk: Desk) -> dict[str, Any]:
    return {"who": "here", "here": str(desk.deputy.public_id)}


# --- Change of secretary ------------------------------------------------------------------------
def test_the_form_is_reached_from_the_committee(desk):
    page = desk.client.get(reverse("committees:place-detail", args=[desk.here.pk]))
    assert desk.address in page.content.decode()
    assert desk.client.get(desk.address).status_code == 200


def test_the_preview_changes_nothing_and_the_confirmation_everything(desk):
    shown = desk.post("check", **here(desk), reason="沪委组〔2026〕1号")
    text = shown.content.decode()
    assert (shown.status_code, desk.secretary()) == (200, desk.old)
    assert "沪委组〔2026〕1号" in text
    assert "样本旧" in text

    done = desk.confirm(**here(desk), reason="沪委组〔2026〕1号")

    assert done.status_code == 302
    assert desk.secretary() == desk.deputy
    after = desk.client.get(done["Location"])
    assert reverse("accounts:invitation-create") in after.content.decode()


def test_back_to_the_details_loses_nothing(desk):
    again = desk.post("edit", who="new", name_zh="曾样本", mobile="13800001234", reason="届中")
    text = again.content.decode()
    assert again.status_code == 200
    for kept in ("曾样本", "13800001234", "届中"):
        assert kept in text


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({}, "who"),
        ({"who": "here"}, "here"),
        ({"who": "other"}, "other"),
        ({"who": "other", "other": "无此人"}, "other"),
        ({"who": "other", "other": "样本"}, "other"),
        ({"who": "new"}, "name_zh"),
        ({"who": "new", "name_zh": "甲", "mobile": "123"}, "mobile"),
        ({"who": "vacant", "on": "3000-01-01"}, "on"),
        ({"who": "vacant", "on": "昨天"}, "on"),
        ({"who": "vacant", "onward": "stays"}, "onward_post"),
        ({"who": "vacant", "onward": "moves", "onward_post": "committee_member"}, "onward_place"),
        (
            {
                "who": "vacant",
                "onward": "moves",
                "onward_post": "committee_member",
                "onward_place": "无此地",
            },
            "onward_place",
        ),
    ],
)
def test_what_is_wrong_stands_beside_its_field(desk, facts, field):
    refused = desk.post("check", **facts, reason="不丢失")
    assert refused.status_code == 422
    assert field in refused.context["form"].errors
    assert "不丢失" in refused.content.decode()
    assert desk.secretary() == desk.old


def test_somebody_else_is_found_by_name_and_chosen_among_several(desk):
    one, other = (PersonFactory(name_zh=f"样邻{n}", pinyin=f"yang lin{n}") for n in "甲乙")
    for person in (one, other):
        desk.serve(person, Post.WORKER, desk.near)
    asked = desk.post("check", who="other", other="样邻")
    assert asked.status_code == 422
    assert str(other.public_id) in asked.content.decode()

    done = desk.confirm(who="other", other="样邻", picked=str(other.public_id))
    assert done.status_code == 302
    assert desk.secretary() == other
    assert not Affiliation.objects.open().filter(person=other, place=desk.near).exists()


def test_the_present_secretary_moves_on_to_a_committee_named(desk):
    desk.confirm(
        who="vacant", onward="moves", onward_post="secretary", onward_place=desk.near.name_zh
    )
    assert desk.secretary() is None
    assert Affiliation.objects.secretaries().get(place=desk.near).person == desk.old


def test_a_change_made_meanwhile_is_shown_before_it_counts(desk):
    shown = desk.post("check", **here(desk))
    desk.confirm(who="new", name_zh="曾样本", on=(TODAY() - DAY).isoformat())

    late = desk.post("confirm", seen=shown.context["seen"], **here(desk))

    assert late.status_code == 409
    secretary = desk.secretary()
    assert secretary is not None
    assert secretary.name_zh == "曾样本"
    assert "曾样本" in late.content.decode()


def test_nothing_is_confirmed_without_having_been_shown(desk):
    assert desk.post("confirm", **here(desk)).status_code == 409
    assert desk.secretary() == desk.old


def test_another_organiser_does_not_appoint_here(desk):
    client = Client()
    client.force_login(user_with("organiser", place=desk.tree.streets[1]))
    assert client.get(desk.address).status_code == 404
    client.force_login(user_with("secretary", place=desk.here))
    assert client.get(desk.address).status_code == 403


# --- One person, one service --------------------------------------------------------------------
def test_a_post_is_added(desk):
    address = reverse("committees:person-post", args=[desk.old.public_id])
    assert desk.client.get(address).status_code == 200
    done = desk.confirm(address, place=desk.near.name_zh, post=Post.MEMBER)
    assert done.status_code == 302
    assert Affiliation.objects.open().filter(person=desk.old).count() == 2


def test_a_person_moves(desk):
    address = reverse("committees:person-move", args=[desk.old.public_id])
    done = desk.confirm(address, place=desk.near.name_zh, post="secretary")
    assert done.status_code == 302
    assert desk.secretary() is None
    desk.old.refresh_from_db()
    assert desk.old.unit == desk.near


def test_a_service_ends(desk):
    address = reverse("committees:service-end", args=[desk.old.public_id, desk.seat.pk])
    person_page = desk.client.get(reverse("committees:person-detail", args=[desk.old.public_id]))
    assert address in person_page.content.decode()
    assert desk.post("check", address, on="3000-01-01").status_code == 422
    assert desk.confirm(address).status_code == 302
    desk.seat.refresh_from_db()
    assert desk.seat.to_on == TODAY()
    assert desk.client.get(address).status_code == 403


def test_who_has_left_is_not_given_posts_by_the_old_organiser(desk):
    desk.confirm(reverse("committees:service-end", args=[desk.old.public_id, desk.seat.pk]))
    address = reverse("committees:person-post", args=[desk.old.public_id])
    assert desk.client.get(address).status_code == 403


# --- Cost ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("people", [1, 3])
def test_the_preview_costs_as_many_queries_for_any_team(
    desk, django_assert_max_num_queries, people
):
    for _number in range(people):
        desk.serve(PersonFactory(), Post.WORKER)
    with django_assert_max_num_queries(16):
        assert desk.post("check", **here(desk)).status_code == 200
