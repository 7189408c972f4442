"""The ends of numbers and dates, asked by somebody who means no good."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Invitation
from accounts.services import grant_role, invite
from accounts.services.grants import GrantRefused
from tests.factories.accounts import UserFactory, client_of, token_of, user_with
from tests.factories.committees import make_district

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["api:class-list", "api:class-mine", "api:list_places"])
@pytest.mark.parametrize("query", [f"offset={2**63}", "limit=1000000", f"limit={2**63}"])
def test_a_list_of_the_api_has_bounds(client, name: str, query: str) -> None:
    user = user_with("district", place=make_district("本").district)
    headers = {"Authorization": f"Bearer {token_of(user)}"}
    assert client.get(reverse(name), headers=headers).status_code == 200
    answer = client.get(f"{reverse(name)}?{query}", headers=headers)
    assert answer.status_code == 422
    assert answer.json()["field"] == query.partition("=")[0]


@pytest.mark.parametrize("query", ["end=9999-12-31", "begin=0001-01-01", f"actor={2**63}"])
def test_the_trail_bears_the_ends_of_the_calendar(query: str) -> None:
    answer = client_of(user_with("auditor")).get(f"{reverse('audit-list')}?{query}")
    assert answer.status_code == 200


def test_a_role_does_not_begin_at_the_end_of_the_calendar() -> None:
    place = make_district("本").committees[0]
    user = UserFactory()
    with pytest.raises(GrantRefused) as refusal:
        grant_role(actor=None, user=user, role="member", place=place, from_on=datetime.date.max)
    assert refusal.value.field == "from_on"
    soon = timezone.localdate() + datetime.timedelta(days=30)
    assert grant_role(actor=None, user=user, role="member", place=place, from_on=soon).pk


@pytest.mark.parametrize("route", ["courses:course-list", "accounts:account-list"])
def test_a_search_for_nul_finds_what_the_rest_finds(route: str) -> None:
    user = user_with("district", place=make_district("本").district)
    assert client_of(user).get(f"{reverse(route)}?q=a%00b").status_code == 200


@pytest.mark.parametrize(
    ("role", "level"),
    [("organiser", "district"), ("organiser", "committee"), ("secretary", "street"),
     ("member", "district"), ("district", "street"), ("district", "committee")],
)  # fmt: skip
@pytest.mark.parametrize("giver", ["district", "system_admin"])
def test_a_role_is_not_held_above_its_level(role: str, level: str, giver: str) -> None:
    """An organiser of a whole district would look after every sub-district of it."""
    tree = make_district("本")
    where = {"district": tree.district, "street": tree.streets[0], "committee": tree.committees[0]}
    actor = user_with(giver, place=tree.district) if giver == "district" else user_with(giver)
    with pytest.raises(GrantRefused) as refusal:
        grant_role(actor=actor, user=UserFactory(), role=role, place=where[level])
    assert refusal.value.field == "place"
    with pytest.raises(GrantRefused):
        invite(actor=actor, role=role, for_name="Li", place=where[level])
    assert not Invitation.objects.exists()


def test_a_change_on_the_first_day_of_the_calendar_is_a_slip() -> None:
    tree = make_district("本")
    client = client_of(user_with("organiser", place=tree.streets[0]))
    page = reverse("committees:secretary-change", args=[tree.committees[0].pk])
    answer = client.post(page, {"on": "0001-01-01", "who": "new", "name_zh": "李某"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["on"]


def test_a_form_sent_empty_says_what_is_missing() -> None:
    """By a program that sends its token as a header: the body is empty altogether."""
    tree = make_district("本")
    client = client_of(user_with("organiser", place=tree.streets[0]))
    answer = client.post(reverse("committees:person-export"))
    assert answer.status_code == 422
    assert answer.context["form"].errors["purpose"]
