"""Doors that an attacker would try: redirects, old links, old sessions, caches."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.services import accounts, create_account, renew_access
from core.errors import DomainError
from tests.factories.accounts import (
    PASSWORD,
    GrantFactory,
    client_of,
    token_of,
    user_with,
)
from tests.factories.committees import make_district

pytestmark = pytest.mark.django_db
NEW = "Another-lantern-81-boat"


@pytest.mark.parametrize(
    "target",
    ["http://testserver//evil.example/", "http://testserver/\\evil.example", "//testserver//a.b/"],
)
def test_a_path_of_two_slashes_leads_to_no_other_host(target: str) -> None:
    answer = Client().post(reverse("set_language"), {"language": "en", "next": target})
    where = answer.headers["Location"]
    assert where.startswith("/")
    assert not where.startswith(("//", "/\\"))


@pytest.fixture
def link_of_an_organiser() -> tuple[Any, Any, Any, str]:
    """District, organiser, the member she looks after, and a link for a new password."""
    tree = make_district("本")
    organiser = user_with("organiser", place=tree.streets[0])
    member = user_with("member", place=tree.committees[0])
    _, token = renew_access(actor=organiser, user=member)
    return tree, organiser, member, reverse("accounts:invitation-accept", args=[token])


def use(link: str) -> int:
    answer = Client().post(link, {"password1": NEW, "password2": NEW})
    return answer.status_code


def test_a_link_for_a_new_password_works_while_its_maker_looks_after_the_account(
    link_of_an_organiser,
) -> None:
    _, _, member, link = link_of_an_organiser
    assert use(link) == 302
    assert User.objects.get(pk=member.pk).check_password(NEW)


def test_a_link_for_a_new_password_dies_when_the_account_gets_wider_rights(
    link_of_an_organiser,
) -> None:
    tree, _, member, link = link_of_an_organiser
    GrantFactory(user=member, role="district", place=tree.district)
    assert use(link) == 410
    assert User.objects.get(pk=member.pk).check_password(PASSWORD)


def test_a_link_for_a_new_password_dies_with_its_makers_role(link_of_an_organiser) -> None:
    _, organiser, member, link = link_of_an_organiser
    organiser.grants.all().delete()
    assert use(link) == 410
    assert User.objects.get(pk=member.pk).check_password(PASSWORD)


def signed_in_at_the_door(user: User) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})
    assert client.get(reverse("home")).status_code == 200
    return client


def test_a_new_second_factor_ends_sessions_that_came_without_it() -> None:
    user = user_with("secretary", place=make_district("本").committees[0])
    here, elsewhere = signed_in_at_the_door(user), signed_in_at_the_door(user)
    factor = Authenticator.objects.create(
        user=user, type=Authenticator.Type.TOTP, data={"secret": "x"}
    )
    authenticator_added.send(
        sender=Authenticator,
        request=SimpleNamespace(session=here.session),
        user=user,
        authenticator=factor,
    )
    assert here.get(reverse("home")).status_code == 200
    assert elsewhere.get(reverse("home")).status_code == 302


def test_no_cache_keeps_the_pages_of_a_person(settings) -> None:
    user = user_with("secretary", place=make_district("本").committees[0])
    for path in (reverse("home"), reverse("accounts:profile"), reverse("courses:offering-list")):
        kept = client_of(user).get(path).headers["Cache-Control"]
        assert "no-store" in kept
        assert "private" in kept
    said = Client().get(reverse("api:me"), headers={"Authorization": f"Bearer {token_of(user)}"})
    assert "no-store" in said.headers["Cache-Control"]


def test_a_token_opens_no_more_than_its_person_may_open(settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    user = user_with("district", place=make_district("本").district)
    headers = {"Authorization": f"Bearer {token_of(user)}"}
    assert Client().get(reverse("api:me"), headers=headers).status_code == 403
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert Client().get(reverse("api:me"), headers=headers).status_code == 200


def test_two_who_choose_one_name_at_one_moment_both_get_a_sentence(monkeypatch) -> None:
    looked = accounts._refuse_doubles
    monkeypatch.setattr(accounts, "_refuse_doubles", lambda user: None)
    create_account(actor=None, username="lin.qing")
    looks = iter([lambda user: None, looked])  # at the first look the other is not there yet
    monkeypatch.setattr(accounts, "_refuse_doubles", lambda user: next(looks)(user))
    with pytest.raises(DomainError) as refusal:
        create_account(actor=None, username="Lin.Qing")
    assert refusal.value.field == "username"
