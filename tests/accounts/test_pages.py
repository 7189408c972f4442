"""Pages of one's own account and of those who look after accounts."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts.models import ApiToken, RoleGrant, User
from tests.factories.accounts import UserFactory, client_of, user_with
from tests.factories.committees import PersonFactory, make_district

pytestmark = pytest.mark.django_db


def test_my_page_says_what_is_kept_and_where_it_came_from() -> None:
    tree = make_district("本")
    person = PersonFactory(name_zh="林青", unit=tree.committees[0], source="名册2026")
    user = user_with("secretary", place=tree.committees[0], person=person, mobile="13800001234")
    page = client_of(user).get(reverse("accounts:profile")).content.decode()
    for words in ("林青", "名册2026", "138****1234", tree.committees[0].name_zh):
        assert words in page
    assert "13800001234" not in page


@pytest.mark.parametrize(
    ("route", "fields", "name", "kept"),
    [
        ("accounts:preference-theme", {"theme": "dark"}, "theme", "dark"),
        ("accounts:preference-theme", {"theme": "neon"}, "theme", "auto"),
        ("accounts:preference-large-text", {"large_text": "1"}, "large_text", True),
        ("set_language", {"language": "en"}, "language", "en"),
        ("set_language", {"language": "xx"}, "language", ""),
    ],
)
def test_preferences_stay_with_the_account(route, fields, name, kept) -> None:
    user = UserFactory()
    answer = client_of(user).post(reverse(route), fields | {"next": "/me/?a=1"})
    assert answer["Location"] == "/me/?a=1"
    assert getattr(User.objects.get(pk=user.pk), name) == kept


@pytest.mark.parametrize(
    "target", ["https://example.org/", "//example.org", "javascript:alert(1)", "/\\example.org"]
)
def test_no_form_leads_to_another_host(target: str) -> None:
    answer = Client().post(reverse("set_language"), {"language": "en", "next": target})
    assert answer["Location"] == "/"


def test_visitors_keep_their_choice_in_the_browser(client: Client) -> None:
    client.post(reverse("set_language"), {"language": "en", "next": "/accounts/login/"})
    client.post(reverse("accounts:preference-large-text"), {"large_text": "1"})
    page = client.get(reverse("account_login")).content.decode()
    assert 'lang="en"' in page
    assert 'data-tb-size="elder"' in page


def test_a_token_is_shown_once() -> None:
    browser = client_of(UserFactory())
    made = browser.post(reverse("accounts:token-list"), {"name": "reader", "days": "30"}).context[
        "made"
    ]
    assert made.startswith("tb_")
    assert made not in browser.get(reverse("accounts:token-list")).content.decode()
    assert (
        browser.post(reverse("accounts:token-list"), {"name": "", "days": "9"}).status_code == 422
    )
    browser.post(reverse("accounts:token-revoke", args=[ApiToken.objects.get().pk]))
    assert ApiToken.objects.get().revoked_at is not None


def test_the_list_holds_whom_i_look_after_and_costs_the_same_for_many(
    django_assert_max_num_queries,
) -> None:
    tree, foreign = make_district("本"), make_district("他")
    organiser = user_with("organiser", place=tree.streets[0])
    for number in range(60):
        user_with(
            "member",
            place=tree.committees[0],
            person=PersonFactory(name_zh=f"本地{number}", unit=tree.committees[0]),
        )
    user_with("member", place=foreign.committees[0], username="stranger")
    browser = client_of(organiser)
    browser.get(reverse("accounts:account-list"))
    with django_assert_max_num_queries(12):
        answer = browser.get(reverse("accounts:account-list"))
    assert len(answer.context["page"]) == 50
    assert answer.context["page"].paginator.count == 60
    found = browser.get(reverse("accounts:account-list"), {"q": "本地59"})
    assert found.context["page"].paginator.count == 1
    assert not browser.get(reverse("accounts:account-list"), {"q": "stranger"}).context["page"]


def test_a_role_is_given_and_ended_on_the_page() -> None:
    tree = make_district("本")
    organiser = user_with("organiser", place=tree.streets[0])
    user = user_with("member", place=tree.committees[0])
    browser = client_of(organiser)
    page = reverse("accounts:grant-create", args=[user.pk])
    assert browser.post(page, {"role": "district"}).status_code == 422
    assert browser.post(page, {"role": "secretary"}).status_code == 422
    outside = browser.post(page, {"role": "secretary", "place": tree.committees[-1].pk})
    assert list(outside.context["form"].errors) == ["place"]
    given = browser.post(page, {"role": "secretary", "place": tree.committees[1].pk})
    assert given.status_code == 302
    grant = RoleGrant.objects.get(user=user, role="secretary")
    browser.post(reverse("accounts:grant-end", args=[grant.pk]))
    assert not User.objects.get(pk=user.pk).scope.has("secretary")


def test_far_reaching_roles_add_a_second_factor_first(settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    tree = make_district("本")
    wall = reverse("accounts:second-factor")
    for role, scope in (
        ("system_admin", {}),
        ("auditor", {}),
        ("district", {"place": tree.district}),
    ):
        user = user_with(role, **scope)
        browser = client_of(user)
        assert browser.get(reverse("accounts:profile"))["Location"] == wall
        assert browser.get(wall).status_code == 200
        assert browser.get(reverse("mfa_index")).status_code == 200
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
        assert browser.get(reverse("accounts:profile")).status_code == 200
    other = client_of(user_with("secretary", place=tree.committees[0]))
    assert other.get(reverse("accounts:profile")).status_code == 200


def test_the_demonstration_asks_for_no_second_factor(settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    assert client_of(user_with("system_admin")).get(reverse("accounts:profile")).status_code == 200
