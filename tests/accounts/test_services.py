"""Accounts, grants and who may give them."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from accounts.models import ApiToken, RoleGrant, User
from accounts.permissions import may_grant, may_manage
from accounts.services import (
    create_account,
    deactivate_account,
    grant_role,
    reactivate_account,
    revoke_grant,
    set_contact,
    set_password,
)
from core.errors import DomainError
from core.models import AuditEvent
from core.scope import Role
from tests.factories.accounts import (
    PASSWORD,
    GrantFactory,
    UserFactory,
    client_of,
    token_of,
    user_with,
)
from tests.factories.committees import (
    MemberOrganisationFactory,
    PersonFactory,
    TrainingBaseFactory,
    make_district,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def refused(**facts) -> str:
    with pytest.raises(DomainError) as caught:
        create_account(actor=None, **facts)
    return caught.value.field


def test_an_account_keeps_no_plain_mobile() -> None:
    user = create_account(
        actor=None, username="lin.qing", mobile="１３８ 0000 1234", password=PASSWORD
    )
    assert user.mobile_mask == "138****1234"
    assert "13800001234" not in str(User.objects.values().get(pk=user.pk))
    assert user.check_password(PASSWORD)
    assert AuditEvent.objects.get(action="account.create").object_id == str(user.pk)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"username": "LIN.qing"}, "username"),
        ({"username": "13800001234"}, "username"),
        ({"username": "a@b.cn"}, "username"),
        ({"username": "ab"}, "username"),
        ({"username": ""}, "username"),
        ({"username": "other", "email": "Lin@Example.org"}, "email"),
        ({"username": "other", "email": "no address"}, "email"),
        ({"username": "other", "mobile": "138-0000-1234"}, "mobile"),
        ({"username": "other", "mobile": "12"}, "mobile"),
        ({"username": "other", "password": "12345caoyang"}, "password1"),
    ],
)
def test_what_is_taken_or_wrong_is_named_with_its_field(facts, field) -> None:
    create_account(actor=None, username="lin.qing", email="lin@example.org", mobile="13800001234")
    assert refused(**facts) == field
    assert User.objects.count() == 1


def test_a_person_has_one_account() -> None:
    person = PersonFactory()
    create_account(actor=None, username="first", person=person)
    assert refused(username="second", person=person) == "person"


def test_contact_changes_are_kept_apart_from_others() -> None:
    UserFactory(email="taken@example.org")
    user = UserFactory(email="old@example.org")
    with pytest.raises(DomainError):
        set_contact(actor=user, user=user, email="TAKEN@example.org")
    changed = set_contact(actor=user, user=user, email="new@example.org", mobile="13911112222")
    assert (changed.email, changed.mobile_mask) == ("new@example.org", "139****2222")


def test_a_new_password_ends_every_other_session() -> None:
    user = UserFactory()
    elsewhere = client_of(user)
    assert elsewhere.get("/me/").status_code == 200
    set_password(actor=user, user=user, password="Another-lantern-81-boat")
    assert elsewhere.get("/me/").status_code == 302


def test_closing_an_account_ends_sessions_and_tokens_at_once() -> None:
    admin, user = user_with("system_admin"), UserFactory()
    browser = client_of(user)
    token_of(user)
    deactivate_account(actor=admin, user=user, reason="left")
    assert browser.get("/me/").status_code == 302
    assert ApiToken.objects.filter(revoked_at=None).count() == 0
    assert AuditEvent.objects.get(action="account.deactivate").reason == "left"
    with pytest.raises(DomainError):
        deactivate_account(actor=admin, user=user)
    with pytest.raises(DomainError):
        deactivate_account(actor=admin, user=admin)
    assert reactivate_account(actor=admin, user=user).is_active


# --- Grants --------------------------------------------------------------------------------------
@pytest.fixture
def two():
    """Two districts, each with a base."""
    own, foreign = make_district("本"), make_district("他")
    bases = [TrainingBaseFactory(host=tree.streets[0]) for tree in (own, foreign)]
    for base, tree in zip(bases, (own, foreign), strict=True):
        base.districts.set([tree.district])
    return own, foreign, *bases


def test_nobody_hands_on_what_they_do_not_reach(two) -> None:
    own, foreign, base, other_base = two
    places = {
        "district": own.district,
        "street": own.streets[0],
        "committee": own.committees[0],
        "next street": own.streets[1],
        "foreign": foreign.committees[0],
    }
    viewers = {
        "admin": user_with("system_admin"),
        "district": user_with("district", place=own.district),
        "organiser": user_with("organiser", place=own.streets[0]),
        "base": user_with("base_admin", base=base),
        "secretary": user_with("secretary", place=own.committees[0]),
        "auditor": user_with("auditor"),
    }
    allowed = {
        (who, role.value, where)
        for who, viewer in viewers.items()
        for role in Role
        for where, place in places.items()
        if may_grant(viewer, role, place)
    }
    assert {line for line in allowed if line[0] in ("base", "secretary", "auditor")} == set()
    assert {line[1:] for line in allowed if line[0] == "organiser"} == {
        (role, where) for role in ("secretary", "member") for where in ("street", "committee")
    }
    by_district = {line[1] for line in allowed if line[0] == "district"}
    assert by_district.isdisjoint({"system_admin", "auditor", "district", "base_admin"})
    assert {line[2] for line in allowed if line[0] == "district"} == set(places) - {"foreign"}
    assert may_grant(viewers["base"], Role.LECTURER, base=base)
    assert not may_grant(viewers["base"], Role.LECTURER, base=other_base)
    assert not may_grant(viewers["base"], Role.BASE_ADMIN, base=base)
    assert not may_grant(viewers["district"], Role.LECTURER, base=base)


def test_the_filter_and_the_predicate_say_the_same(two) -> None:
    own, foreign, base, other_base = two
    org = MemberOrganisationFactory(place=own.streets[0])
    scopes = [{"place": place} for place in (own.streets[0], own.committees[0], foreign.streets[0])]
    scopes += [{"base": base}, {"base": other_base}, {"member_org": org}]
    accounts = [
        user_with(role, **scope)
        for role in ("district", "organiser", "member", "lecturer", "member_org")
        for scope in scopes
    ]
    for viewer in (
        user_with("district", place=own.district),
        user_with("organiser", place=own.streets[0]),
        user_with("base_admin", base=base),
    ):
        managed = set(User.objects.managed_by(viewer))
        for account in accounts:
            grant = account.grants.get()
            reach = (grant.role, grant.place, grant.base, grant.member_org)
            assert (account in managed) == may_grant(viewer, *reach), (viewer, grant)


def test_one_role_beyond_reach_protects_the_account(two) -> None:
    own, *_ = two
    organiser = user_with("organiser", place=own.streets[0])
    both = user_with("secretary", place=own.committees[0])
    assert may_manage(organiser, both)
    GrantFactory(user=both, role="district", place=own.district)
    assert not may_manage(organiser, both)
    assert not may_manage(organiser, organiser)


def test_a_grant_is_given_once_reviewed_and_ended(two) -> None:
    own, foreign, *_ = two
    organiser, user = user_with("organiser", place=own.streets[0]), UserFactory()
    grant = grant_role(actor=organiser, user=user, role="member", place=own.committees[0])
    assert grant.review_on == grant.from_on + datetime.timedelta(days=365)
    with pytest.raises(DomainError):
        grant_role(actor=organiser, user=user, role="member", place=own.committees[0])
    with pytest.raises(DomainError) as caught:
        grant_role(actor=organiser, user=user, role="member", place=foreign.committees[0])
    assert caught.value.code == "not_yours"
    with pytest.raises(DomainError):
        revoke_grant(actor=user_with("organiser", place=foreign.streets[0]), grant=grant)
    RoleGrant.objects.filter(pk=grant.pk).update(from_on=TODAY() - datetime.timedelta(days=9))
    assert user.scope.has("member")
    revoke_grant(actor=organiser, grant=grant)
    assert not User.objects.get(pk=user.pk).scope.has("member")
    actions = AuditEvent.objects.filter(action__startswith="grant.")
    assert list(actions.values_list("action", flat=True)) == ["grant.create", "grant.end"]


@pytest.mark.parametrize(
    ("role", "scope", "field"),
    [
        ("secretary", {}, "place"),
        ("base_admin", {"place": True}, "base"),
        ("member_org", {"place": True}, "member_org"),
        ("system_admin", {"place": True}, "role"),
        ("emperor", {"place": True}, "role"),
    ],
)
def test_a_role_is_held_where_it_belongs(role, scope, field) -> None:
    place = make_district().district if scope else None
    with pytest.raises(DomainError) as caught:
        grant_role(actor=None, user=UserFactory(), role=role, place=place)
    assert caught.value.field == field
