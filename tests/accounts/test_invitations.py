"""Links: shown once, used once, for seven days."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Invitation, User
from accounts.services import (
    deactivate_account,
    invite,
    renew_access,
    withdraw_invitation,
)
from core.errors import DomainError
from core.models import AuditEvent
from tests.factories.accounts import UserFactory, client_of, user_with
from tests.factories.committees import PersonFactory, make_district

pytestmark = pytest.mark.django_db
NEW = "Another-lantern-81-boat"


@pytest.fixture
def tree():
    return make_district("本")


@pytest.fixture
def organiser(tree):
    return user_with("organiser", place=tree.streets[0])


def link(token: str) -> str:
    return reverse("accounts:invitation-accept", args=[token])


def fill(token: str, **facts):
    form = {"username": "lin.qing", "password1": NEW, "password2": NEW} | facts
    return Client().post(link(token), form)


def test_a_link_makes_one_account_with_one_role_once(tree, organiser) -> None:
    person = PersonFactory(unit=tree.committees[0])
    _, token = invite(actor=organiser, role="member", person=person, place=tree.committees[0])
    assert Client().get(link(token)).status_code == 200
    assert fill(token, mobile="138 0000 1234").status_code == 302
    user = User.objects.get(username="lin.qing")
    assert user.person == person
    assert user.scope.has("member")
    assert (
        Client()
        .post(reverse("account_login"), {"login": "13800001234", "password": NEW})
        .status_code
        == 302
    )
    assert fill(token, username="second").status_code == 410
    assert Client().get(link(token)).status_code == 410
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"invitation.create", "account.create", "grant.create", "invitation.accept"} <= actions


def test_forged_expired_and_withdrawn_links_get_the_same_kind_page(tree, organiser) -> None:
    row, token = invite(actor=organiser, role="member", for_name="Li", place=tree.committees[0])
    assert Client().get(link("forged")).status_code == 404
    assert Client().get(link("x" * 500)).status_code == 404
    Invitation.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    assert fill(token).status_code == 410
    row, second = invite(actor=organiser, role="member", for_name="Li", place=tree.committees[0])
    withdraw_invitation(actor=organiser, invitation=row)
    assert fill(second).status_code == 410
    assert User.objects.filter(username="lin.qing").count() == 0


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"username": "a"}, "username"),
        ({"username": "taken"}, "username"),
        ({"password2": "different-88-words"}, "password2"),
        ({"password1": "caoyang12345", "password2": "caoyang12345"}, "password1"),
        ({"mobile": "12345"}, "mobile"),
        ({"username": ""}, "username"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_link_stays(
    tree, organiser, facts, field
) -> None:
    UserFactory(username="taken")
    _, token = invite(actor=organiser, role="member", for_name="Li", place=tree.committees[0])
    answer = fill(token, **facts)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert fill(token).status_code == 302


def test_an_organiser_invites_into_the_own_committees_only(tree, organiser) -> None:
    foreign = make_district("他")
    for facts in (
        {"role": "member", "place": tree.committees[-1]},
        {"role": "member", "place": foreign.committees[0]},
        {"role": "district", "place": tree.district},
        {"role": "system_admin"},
    ):
        with pytest.raises(DomainError):
            invite(actor=organiser, for_name="Li", **facts)
    assert Invitation.objects.count() == 0


def test_a_link_of_someone_who_lost_the_right_is_void(tree, organiser) -> None:
    _, token = invite(actor=organiser, role="member", for_name="Li", place=tree.committees[0])
    deactivate_account(actor=None, user=organiser)
    assert fill(token).status_code == 410


def test_extra_fields_of_the_form_give_no_role(tree, organiser) -> None:
    _, token = invite(actor=organiser, role="member", for_name="Li", place=tree.committees[0])
    fill(token, role="system_admin", place="", is_active="1")
    assert User.objects.get(username="lin.qing").scope.roles == {"member"}


def test_a_second_invitation_withdraws_the_first(tree, organiser) -> None:
    person = PersonFactory(unit=tree.committees[0])
    facts = {"role": "member", "person": person, "place": tree.committees[0]}
    _, first = invite(actor=organiser, **facts)
    _, second = invite(actor=organiser, **facts)
    assert fill(first).status_code == 410
    assert fill(second).status_code == 302
    with pytest.raises(DomainError):
        invite(actor=organiser, **facts)


def test_a_renewing_link_sets_the_password_and_nothing_else(tree, organiser) -> None:
    user = user_with("member", place=tree.committees[0], username="lin.qing")
    elsewhere = client_of(user)
    _, token = renew_access(actor=organiser, user=user)
    answer = Client().post(link(token), {"password1": NEW, "password2": NEW, "username": "other"})
    assert answer.status_code == 302
    user.refresh_from_db()
    assert (user.username, user.check_password(NEW)) == ("lin.qing", True)
    assert elsewhere.get(reverse("accounts:profile")).status_code == 302


def test_the_link_is_shown_once_and_kept_as_a_hash(tree, organiser) -> None:
    browser = client_of(organiser)
    answer = browser.post(
        reverse("accounts:invitation-create"),
        {"role": "member", "for_name": "Li", "place": tree.committees[0].pk},
    )
    shown = answer.context["link"]
    token = shown.rstrip("/").rsplit("/", 1)[1]
    assert answer.headers["Cache-Control"] == "no-store"
    assert token not in str(Invitation.objects.values().get())
    assert token.encode() not in browser.get(reverse("accounts:invitation-list")).content
    assert Client().get(link(token)).status_code == 200


def test_guessing_links_is_slowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.throttle.PER_ADDRESS", 5)
    answers = [Client().get(link(f"forged{number}")).status_code for number in range(7)]
    assert answers == [404] * 5 + [429] * 2


def test_too_many_invitations_in_a_day_wait(tree, organiser, monkeypatch) -> None:
    monkeypatch.setattr("accounts.services.invitations.PER_DAY", 3)
    place = tree.committees[0]
    for _ in range(3):
        invite(actor=organiser, role="member", for_name="Li", place=place)
    with pytest.raises(DomainError) as caught:
        invite(actor=organiser, role="member", for_name="Li", place=place)
    assert caught.value.code == "too_many"


def test_a_person_nobody_of_mine_cannot_be_invited(tree, organiser) -> None:
    stranger = PersonFactory(unit=make_district("他").committees[0])
    with pytest.raises(DomainError):
        invite(actor=organiser, role="member", person=stranger, place=tree.committees[0])
    answer = client_of(organiser).post(
        reverse("accounts:invitation-create"),
        {"role": "member", "person": stranger.public_id, "place": tree.committees[0].pk},
    )
    assert answer.status_code == 422
