"""Signing in."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from core.models import AuditEvent
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def sign_in(login: str, password: str = PASSWORD, client: Client | None = None):
    return (client or Client()).post(
        reverse("account_login"), {"login": login, "password": password}
    )


@pytest.mark.parametrize(
    "spelling",
    [
        "Lin.Qing",
        "lin.qing",
        " lin.qing ",
        "lin@example.org",
        "LIN@example.org",
        "13800001234",
        "138 0000 1234",
        "１３８００００１２３４",
        "+86 138-0000-1234",
    ],
)
def test_user_name_email_and_mobile_open_the_same_account(spelling: str) -> None:
    user = UserFactory(username="Lin.Qing", email="lin@example.org", mobile="13800001234")
    client = Client()
    response = sign_in(spelling, client=client)
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)
    assert AuditEvent.objects.filter(action="account.sign_in", actor_id=user.pk).count() == 1


@pytest.mark.parametrize("login", ["nobody", "nobody@example.org", "13911112222"])
def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(login: str) -> None:
    UserFactory(username="somebody", email="somebody@example.org", mobile="13800001234")
    known = {"nobody": "somebody", "nobody@example.org": "somebody@example.org"}
    unknown = sign_in(login, "wrong")
    wrong = sign_in(known.get(login, "13800001234"), "wrong")
    assert unknown.status_code == wrong.status_code == 200
    assert unknown.context["form"].errors == wrong.context["form"].errors
    assert unknown.context["form"].errors["__all__"]


@pytest.mark.parametrize("login", ["somebody", "somebody@example.org", "13800001234", "nobody"])
def test_every_guess_costs_one_password_hash(login: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.contrib.auth import hashers

    UserFactory(username="somebody", email="somebody@example.org", mobile="13800001234")
    hashed: list[str] = []
    encode = hashers.MD5PasswordHasher.encode

    def counting(self: hashers.MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", counting)
    sign_in(login, "wrong")
    assert hashed == ["wrong"]


def test_a_closed_account_cannot_sign_in_and_its_sessions_end(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)
    assert client.get(reverse("accounts:profile")).status_code == 200
    user.is_active = False
    user.save(update_fields=["is_active"])
    assert client.get(reverse("accounts:profile")).status_code == 302
    assert sign_in(user.username).url == reverse("account_inactive")


def test_nobody_signs_up(client: Client) -> None:
    assert client.get(reverse("account_signup")).status_code == 403
    assert client.post(reverse("account_signup"), {"username": "x"}).status_code == 405
