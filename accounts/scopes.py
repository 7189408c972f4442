"""From role grants to a `Scope`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.models import RoleGrant
from committees.models import Place
from core.scope import Grant, Scope

if TYPE_CHECKING:
    from accounts.models import User


def scope_for(user: User) -> Scope:
    """The union of the grants of `user` that are valid today. Two queries at most."""
    today = timezone.localdate()
    if not user.is_active:
        return Scope(user_id=user.pk, label=str(user), on=today)
    rows = list(RoleGrant.objects.valid_on(today).filter(user=user).select_related("place"))
    served = _districts_served([row.base_id for row in rows if row.base_id is not None])
    grants = tuple(
        Grant(
            role=row.role,
            place_id=row.place_id,
            base_id=row.base_id,
            member_org_id=row.member_org_id,
            paths=(row.place.path,) if row.place else served.get(row.base_id or 0, ()),
        )
        for row in rows
    )
    return Scope(
        user_id=user.pk, person_id=user.person_id, label=str(user), on=today, grants=grants
    )


def _districts_served(base_ids: list[int]) -> dict[int, tuple[str, ...]]:
    if not base_ids:
        return {}
    found: dict[int, tuple[str, ...]] = {}
    pairs = Place.objects.filter(serving_bases__in=base_ids).values_list("serving_bases", "path")
    for base_id, path in pairs:
        found[base_id] = (*found.get(base_id, ()), path)
    return found
