"""The API's doors."""

from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.models import ApiToken
from accounts.services import deactivate_account, issue_token, revoke_token
from core.models import AuditEvent
from tests.factories.accounts import UserFactory, client_of, token_of, user_with
from tests.factories.committees import make_district
from trainingbase.api import PersonalToken

pytestmark = pytest.mark.django_db


def ask(token: str = "", method: str = "get", path: str = "/api/v1/me"):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return getattr(Client(headers=headers), method)(path)


def test_a_token_tells_whose_it_is() -> None:
    tree = make_district()
    user = user_with("organiser", place=tree.streets[0])
    answer = ask(token_of(user)).json()
    assert answer["username"] == user.username
    assert [role["role"] for role in answer["roles"]] == ["organiser"]
    assert answer["places"] == [tree.streets[0].path]


@pytest.mark.parametrize("token", ["", "tb_forged", "nonsense", "tb_" + "x" * 5000, "tb_é\x00"])
def test_without_a_real_token_there_is_a_clear_sentence(token: str) -> None:
    response = ask(token)
    assert response.status_code == 401
    assert response.json().keys() == {"code", "message", "field"}
    assert response.json()["code"] == "token_required"
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_session_is_no_token() -> None:
    assert client_of(UserFactory()).get("/api/v1/me").status_code == 401


def test_revoked_expired_and_orphaned_tokens_open_nothing() -> None:
    user = UserFactory()
    row, token = issue_token(actor=user, name="reader")
    assert ask(token).status_code == 200
    revoke_token(actor=user, token=row)
    assert ask(token).status_code == 401
    _, late = issue_token(actor=user, name="late")
    ApiToken.objects.filter(name="late").update(
        expires_at=timezone.now() - datetime.timedelta(seconds=1)
    )
    assert ask(late).status_code == 401
    _, third = issue_token(actor=user, name="third")
    deactivate_account(actor=None, user=user)
    assert ask(third).status_code == 401


def test_a_reading_token_changes_nothing(rf: RequestFactory) -> None:
    user = UserFactory()
    door = PersonalToken()
    with pytest.raises(PermissionDenied):
        door.authenticate(rf.post("/api/v1/anything"), token_of(user))
    assert door.authenticate(rf.get("/api/v1/anything"), token_of(user)) == user
    assert door.authenticate(rf.post("/api/v1/x"), token_of(user, may_write=True)) == user


def test_the_day_of_use_is_noted_once(django_assert_num_queries) -> None:
    token = token_of(UserFactory())
    ask(token)
    row = ApiToken.objects.get()
    assert row.last_used_on == timezone.localdate()
    with django_assert_num_queries(3):  # token with account, scope, grants in words
        ask(token)


def test_a_flood_of_forged_tokens_is_slowed_but_real_ones_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("accounts.throttle.PER_ADDRESS", 5)
    token = token_of(UserFactory())
    answers = [ask(f"tb_forged{number}").status_code for number in range(7)]
    assert answers == [401] * 5 + [429] * 2
    assert ask(token).status_code == 200


def test_tokens_are_kept_as_hashes_and_audited() -> None:
    user = UserFactory()
    row, token = issue_token(actor=user, name="reader", may_write=True)
    assert token not in str(ApiToken.objects.values().get(pk=row.pk))
    actions = AuditEvent.objects.filter(object_type="accounts.apitoken").values_list("action")
    assert list(actions) == [("token.create",)]


def test_the_description_is_for_people_who_are_signed_in(client: Client) -> None:
    for name in ("api-docs", "api:openapi-json"):
        assert client.get(reverse(name)).status_code == 302
    signed_in = client_of(UserFactory())
    page = signed_in.get(reverse("api-docs"))
    assert page.status_code == 200
    assert b"//" not in page.content.split(b"api-docs.js")[0].split(b"ninja/swagger-ui-bundle")[-1]
    assert "/api/v1/me" in signed_in.get(reverse("api:openapi-json")).json()["paths"]
