"""From role grants to a `Scope`."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import RoleGrant
from core.prepared import prepared
from core.scope import Grant, Scope

if TYPE_CHECKING:
    from accounts.models import User


def scope_for(user: User) -> Scope:
    """The union of the grants of `user` that are valid today. One query, made for every request.

    Plain values instead of models: this runs before every page (measured: 1.7 ms with models and a
    second query for bases, 0.7 ms so).
    """
    today = timezone.localdate()
    grants = _grants(user, today) if user.is_active else ()
    return Scope(
        user_id=user.pk, person_id=user.person_id, label=str(user), on=today, grants=grants
    )


@prepared
def _valid(user_id: int, today: datetime.date) -> QuerySet[RoleGrant, tuple[Any, ...]]:
    rows = RoleGrant.objects.valid_on(today).filter(user_id=user_id)
    columns = ("pk", "role", "place_id", "base_id", "member_org_id")
    paths = ("place__path", "base__districts__path")
    return rows.order_by("pk", "base__districts").values_list(*columns, *paths)


def _grants(user: User, today: datetime.date) -> tuple[Grant, ...]:
    found: dict[int, Grant] = {}
    for pk, role, place_id, base_id, member_org_id, own, served in _valid(user.pk, today):
        # A base that serves several districts comes once for each.
        before = found[pk].paths if pk in found else ()
        path = own or served
        found[pk] = Grant(
            role=role,
            place_id=place_id,
            base_id=base_id,
            member_org_id=member_org_id,
            paths=(*before, path) if path else before,
        )
    return tuple(found.values())
