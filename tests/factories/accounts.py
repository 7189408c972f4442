"""Accounts for tests: a user with a role in a scope, and a browser signed in as one."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import factory
import pytest
from django.test import Client
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import ApiToken, RoleGrant, User
from accounts.services.tokens import hash_of
from core.crypto import mask_mobile, mobile_index

PASSWORD = "Quiet-river-7-lanterns"


class UserFactory(DjangoModelFactory[User]):
    """An account; `mobile="13800001234"` lets it sign in by number."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda number: f"user{number}")
    large_text = False  # asked and answered, so pages show themselves

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        mobile = kwargs.pop("mobile", "")
        if mobile:
            kwargs |= {"mobile_index": mobile_index(mobile), "mobile_mask": mask_mobile(mobile)}
        password = kwargs.pop("password", None) or PASSWORD
        user = model_class(*args, **kwargs)
        user.set_password(password)
        user.save()
        return user


class RoleGrantFactory(DjangoModelFactory[RoleGrant]):
    """A role of a user, standing since a year ago."""

    class Meta:
        model = RoleGrant

    user = factory.SubFactory(UserFactory)
    role = "secretary"
    from_on = factory.LazyFunction(lambda: timezone.localdate() - datetime.timedelta(days=365))
    review_on = factory.LazyFunction(lambda: timezone.localdate() + datetime.timedelta(days=365))


GrantFactory = RoleGrantFactory


def user_with(role: str, **scope: Any) -> User:
    """A user holding `role` for `place=`, `base=` or `member_org=`; `person=` and other fields of
    the account may be given too."""
    where = {key: scope.pop(key) for key in ("place", "base", "member_org") if key in scope}
    user = UserFactory(**scope)
    if role:
        GrantFactory(user=user, role=role, **where)
    return user


def client_of(user: User) -> Client:
    """A browser in which `user` is signed in."""
    client = Client()
    client.force_login(user)
    return client


def token_of(user: User, *, may_write: bool = False) -> str:
    """A usable API token of `user`."""
    text = f"tb_test-token-of-{user.pk}-{may_write}-{ApiToken.objects.count()}"
    ApiToken.objects.create(
        user=user,
        name="test",
        prefix=text[:8],
        token_hash=hash_of(text),
        may_write=may_write,
        expires_at=timezone.now() + datetime.timedelta(days=1),
    )
    return text


@pytest.fixture
def signed_in(db: None) -> Callable[..., Client]:
    """`signed_in("district", place=…)`: a browser of a new user with that role in that scope.

    The user is at `client.user`.
    """

    def sign_in(role: str = "", **scope: Any) -> Client:
        user = user_with(role, **scope)
        client = client_of(user)
        client.user = user  # type: ignore[attr-defined]
        return client

    return sign_in
