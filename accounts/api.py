"""API: who am I?"""

from __future__ import annotations

import datetime

from django.http import HttpRequest
from ninja import Router, Schema

from accounts.models import RoleGrant, User

router = Router()


class RoleOut(Schema):
    """A role and where it is held; `where` empty: everywhere."""

    role: str
    where: str
    from_on: datetime.date
    to_on: datetime.date | None


class MeOut(Schema):
    """The person behind the token."""

    username: str
    name: str
    roles: list[RoleOut]
    places: list[str]


@router.get("", response=MeOut, url_name="me", summary="The person behind the token")
def me(request: HttpRequest) -> MeOut:
    """Name, standing roles, and the paths of the places they reach."""
    user = request.user
    assert isinstance(user, User)
    grants = RoleGrant.objects.in_words().filter(user=user).valid_on(user.scope.on)
    roles = [
        RoleOut(role=row.role, where=row.where, from_on=row.from_on, to_on=row.to_on)
        for row in grants
    ]
    return MeOut(
        username=user.username, name=str(user), roles=roles, places=sorted(set(user.scope.paths()))
    )
