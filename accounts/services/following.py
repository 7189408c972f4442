"""Grants follow posts: a role held for a post ends on the day the post is seen to have ended.

Nothing is given by itself: who takes up a post gets a role, or an invitation, from somebody who may
give it. The preview of a change says both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import RoleGrant, User
from accounts.permissions import may_grant, may_manage_accounts
from accounts.services.grants import end_grant
from committees.models import Affiliation
from committees.models.people import Post
from core.registries import Consequence
from core.scope import Role

TEAM = (Post.DEPUTY, Post.FIRST_SECRETARY, Post.HEAD, Post.MEMBER, Post.WORKER)
# The role that a post is the reason for, at the place, base or organisation of the post.
ROLE_OF: dict[str, Role] = {
    Post.SECRETARY: Role.SECRETARY,
    **dict.fromkeys(TEAM, Role.MEMBER),
    Post.STREET_CADRE: Role.ORGANISER,
    Post.ORGANISER: Role.ORGANISER,
    Post.DISTRICT_STAFF: Role.DISTRICT,
    Post.BASE_STAFF: Role.BASE_ADMIN,
    Post.CONTACT: Role.MEMBER_ORG,
}
Where = tuple[int | None, int | None, int | None]


def roles_of(service: Affiliation) -> set[str]:
    """Roles this service is a reason for; whoever is in charge does a secretary's work."""
    roles: set[str] = {Role.SECRETARY} if service.counts_as_secretary else set()
    if service.post in ROLE_OF:
        roles.add(ROLE_OF[service.post])
    return roles


def _where(row: Affiliation | RoleGrant) -> Where:
    return row.place_id, row.base_id, row.member_org_id


def service_ended(*, actor: Any, affiliation: Affiliation, change: str) -> None:
    """Hears `appointment_changed`: end what nothing is a reason for any more."""
    if change != "ended":
        return
    person = affiliation.person_id
    still = Affiliation.objects.open().filter(person=person)
    for grant in losing([affiliation], still):
        end_grant(actor=actor, grant=grant, reason=_("The post has ended."))


def losing(ended: Iterable[Affiliation], still: Iterable[Affiliation]) -> list[RoleGrant]:
    """Standing grants of those people that rest on ended services and on none of `still`.

    Two queries however many services; `still` holds open services of the same people.
    """
    gone: dict[tuple[int, Where], set[str]] = defaultdict(set)
    for service in ended:
        gone[service.person_id, _where(service)] |= roles_of(service)
    people = {person for (person, _at), roles in gone.items() if roles}
    users = {user.person_id: user for user in User.objects.filter(person__in=people)}
    if not users:
        return []
    for service in still:
        gone[service.person_id, _where(service)] -= roles_of(service)
    grants = RoleGrant.objects.valid_on(timezone.localdate()).in_words()
    return [
        grant
        for grant in grants.filter(user__in=users.values()).order_by("pk")
        if grant.role in gone.get((grant.user.person_id or 0, _where(grant)), ())
    ]


def consequences(move: Any, viewer: Any) -> Iterator[Consequence]:
    """The lines of accounts in the preview of a change of people."""
    ended = [ending.service for ending in move.endings]
    begun = [beginning.service for beginning in move.beginnings]
    lost = losing(ended, [*move.staying, *(row for row in begun if row.person_id)])
    for grant in lost:
        text = _("%(person)s: the role %(role)s for %(place)s ends with the confirmation.")
        facts = {
            "person": _name(grant.user),
            "role": grant.get_role_display(),
            "place": where.name if (where := grant.place or grant.base or grant.member_org) else "",
        }
        yield Consequence(text % facts, "ends")
    yield from _left_without_roles(lost)
    yield from _what_is_left_to_do(begun, lost, viewer)


def _name(user: User) -> str:
    return user.person.name if user.person else str(user)


def _left_without_roles(lost: list[RoleGrant]) -> Iterator[Consequence]:
    users = {grant.user_id: grant.user for grant in lost}
    standing = RoleGrant.objects.valid_on(timezone.localdate()).filter(user__in=users)
    kept = set(standing.exclude(pk__in=[grant.pk for grant in lost]).values_list("user", flat=True))
    for key, user in users.items():
        if key not in kept:
            text = _("%(person)s can still sign in, and sees nothing but the own records.")
            yield Consequence(text % {"person": _name(user)}, "stays")


def _what_is_left_to_do(
    begun: list[Affiliation], lost: list[RoleGrant], viewer: Any
) -> Iterator[Consequence]:
    """Who takes up a post and has no account, or not the role."""
    if not may_manage_accounts(viewer):
        return
    accounts = {
        user.person_id: user
        for user in User.objects.filter(person__in={row.person_id for row in begun})
    }
    standing = RoleGrant.objects.valid_on(timezone.localdate()).exclude(
        pk__in=[grant.pk for grant in lost]
    )
    held = {
        (grant.user_id, grant.role, _where(grant))
        for grant in standing.filter(user__in=accounts.values())
    }
    for service in begun:
        role = Role.SECRETARY if service.counts_as_secretary else ROLE_OF.get(service.post)
        if role is None or not may_grant(viewer, role, service.place, service.base, None):
            continue
        where = service.place or service.base
        facts = {
            "person": service.person.name,
            "role": role.label,
            "place": where.name if where else "",
        }
        user = accounts.get(service.person_id) if service.person_id else None
        if user is None:
            text = _("%(person)s has no account yet. An invitation as %(role)s can be sent.")
            yield Consequence(text % facts, "next", _invitation(service, role))
        elif (user.pk, role, _where(service)) not in held:
            text = _("%(person)s has an account, but not the role %(role)s for %(place)s yet.")
            yield Consequence(
                text % facts, "next", reverse("accounts:grant-create", args=[user.pk])
            )


def _invitation(service: Affiliation, role: str) -> str:
    address = reverse("accounts:invitation-create")
    if not service.person_id:
        return address
    return f"{address}?person={service.person.public_id}&role={role}&place={service.place_id or ''}"
