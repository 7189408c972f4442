"""Who looks after which accounts (domain page 4).

The system administrator: all. A district: the roles below it but those of the house and of bases.
A sub-district organiser: secretaries and members of the own committees. A base administrator:
lecturers, observers and panel seats of the own base. Nobody hands on a right beyond their reach.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from core.scope import Role, nothing, scope_of

if TYPE_CHECKING:
    from accounts.models import User
    from committees.models import MemberOrganisation, Place, TrainingBase
    from core.scope import Scope

MANAGERS = (Role.SYSTEM_ADMIN, Role.DISTRICT, Role.ORGANISER, Role.BASE_ADMIN)
# Roles whose rights reach far: they sign in with a second factor.
STRONG_ROLES = (Role.SYSTEM_ADMIN, Role.DISTRICT, Role.AUDITOR)
BY_DISTRICT = (
    Role.ORGANISER,
    Role.SECRETARY,
    Role.MEMBER,
    Role.TUTOR,
    Role.LECTURER,
    Role.OBSERVER,
    Role.PANEL,
    Role.MEMBER_ORG,
)
BY_ORGANISER = (Role.SECRETARY, Role.MEMBER)
BY_BASE = (Role.LECTURER, Role.OBSERVER, Role.PANEL)


def may_manage_accounts(viewer: Any) -> bool:
    """Does the viewer look after any accounts?"""
    return scope_of(viewer).has(*MANAGERS)


def grantable_roles(viewer: Any) -> list[str]:
    """Roles the viewer may give somewhere, in the order of the house."""
    scope = scope_of(viewer)
    if scope.has(Role.SYSTEM_ADMIN):
        return list(Role.values)
    allowed: set[str] = set()
    for role, given in (
        (Role.DISTRICT, BY_DISTRICT),
        (Role.ORGANISER, BY_ORGANISER),
        (Role.BASE_ADMIN, BY_BASE),
    ):
        if scope.has(role):
            allowed.update(given)
    return [role for role in Role.values if role in allowed]


def may_grant(
    viewer: Any,
    role: str,
    place: Place | None = None,
    base: TrainingBase | None = None,
    member_org: MemberOrganisation | None = None,
) -> bool:
    """May the viewer give or end `role` there?"""
    scope = scope_of(viewer)
    if scope.has(Role.SYSTEM_ADMIN):
        return True
    if base is not None:
        return role in BY_BASE and base.pk in scope.base_ids(Role.BASE_ADMIN)
    if member_org is not None:
        return role in BY_DISTRICT and scope.covers(member_org.place.path, Role.DISTRICT)
    if place is None:
        return False
    return (role in BY_DISTRICT and scope.covers(place.path, Role.DISTRICT)) or (
        role in BY_ORGANISER and scope.covers(place.path, Role.ORGANISER)
    )


def grants_in_reach(scope: Scope) -> Q:
    """The same rule as `may_grant`, as a filter over RoleGrant."""
    if scope.has(Role.SYSTEM_ADMIN):
        return Q()
    condition = nothing()
    if scope.has(Role.DISTRICT):
        condition |= Q(role__in=BY_DISTRICT) & (
            scope.under("place__path", Role.DISTRICT)
            | scope.under("member_org__place__path", Role.DISTRICT)
        )
    if scope.has(Role.ORGANISER):
        condition |= Q(role__in=BY_ORGANISER) & scope.under("place__path", Role.ORGANISER)
    if scope.has(Role.BASE_ADMIN):
        condition |= Q(role__in=BY_BASE, base_id__in=scope.base_ids(Role.BASE_ADMIN))
    return condition


def may_manage(viewer: Any, user: User) -> bool:
    """May the viewer change this account: is everything it may do within the viewer's reach?"""
    from accounts.models import User as Account

    return Account.objects.managed_by(viewer).filter(pk=user.pk).exists()
