"""Accounts and what they may reach."""

from __future__ import annotations

import datetime

import factory
from factory.django import DjangoModelFactory

from accounts.models import RoleGrant, User
from core.scope import Role

PASSWORD = "quiet-river-42-stones"


class UserFactory(DjangoModelFactory):
    """An active account without person and without a grant."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")

    @factory.post_generation
    def password(self: User, create: bool, given: str | None, **_: object) -> None:
        """`UserFactory(password=...)` sets one that can sign in."""
        self.set_password(given or PASSWORD)
        if create:
            self.save(update_fields=["password"])


class RoleGrantFactory(DjangoModelFactory):
    """A grant valid since long; give `place`, `base` or `member_org` where the role needs one."""

    class Meta:
        model = RoleGrant

    user = factory.SubFactory(UserFactory)
    role = Role.SYSTEM_ADMIN
    from_on = datetime.date(2020, 1, 1)
    review_on = datetime.date(2099, 1, 1)
