"""Role grants."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import RoleGrant, User
from accounts.permissions import may_grant
from committees.models import Place
from core import audit
from core.errors import DomainError
from core.scope import Role

if TYPE_CHECKING:
    from committees.models import MemberOrganisation, TrainingBase

REVIEW_AFTER = datetime.timedelta(days=365)
FURTHEST = datetime.timedelta(days=3 * 366)
EVERYWHERE = {Role.SYSTEM_ADMIN, Role.AUDITOR}
# Where a role can be held (domain page 4); a lecturer, observer or tutor belongs to either.
AT_BASE = {Role.BASE_ADMIN}
AT_PLACE = {Role.DISTRICT, Role.ORGANISER, Role.SECRETARY, Role.MEMBER}
AT_ORGANISATION = {Role.MEMBER_ORG}
# A role reaches everything below its place, so the level of the place is part of the right.
LEVEL_OF = {
    Role.DISTRICT: Place.Level.DISTRICT,
    Role.ORGANISER: Place.Level.SUBDISTRICT,
    Role.SECRETARY: Place.Level.COMMITTEE,
    Role.MEMBER: Place.Level.COMMITTEE,
}


class GrantRefused(DomainError):
    code = "grant_refused"


def grant_role(
    *,
    actor: Any,
    user: User,
    role: str,
    place: Place | None = None,
    base: TrainingBase | None = None,
    member_org: MemberOrganisation | None = None,
    from_on: datetime.date | None = None,
    to_on: datetime.date | None = None,
    review_on: datetime.date | None = None,
) -> RoleGrant:
    """Give `role` within one place, base or member organisation. `actor` None: the system itself.

    Without an end the grant is reviewed after a year. Raises DomainError for a scope that does not
    fit the role, for a grant beyond the actor's own reach, and for one that stands already.
    """
    from_on = from_on or timezone.localdate()
    if from_on > timezone.localdate() + FURTHEST:
        raise GrantRefused(_("A role begins within the next three years."), field="from_on")
    if to_on is None and review_on is None:
        review_on = from_on + REVIEW_AFTER
    check_place_of_role(role, place=place, base=base, member_org=member_org)
    if to_on is not None and to_on < from_on:
        raise GrantRefused(_("The end lies before the start."), field="to_on")
    if actor is not None and not may_grant(actor, role, place, base, member_org):
        raise GrantRefused(_("You cannot give this role here."), field="role", code="not_yours")
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        same = RoleGrant.objects.filter(
            user=user, role=role, place=place, base=base, member_org=member_org
        )
        if same.filter(Q(to_on=None) | Q(to_on__gte=from_on)).exists():
            raise GrantRefused(_("This account holds the role here already."), field="role")
        grant = RoleGrant.objects.create(
            user=user,
            role=role,
            place=place,
            base=base,
            member_org=member_org,
            from_on=from_on,
            to_on=to_on,
            review_on=review_on,
        )
        audit.record(
            actor=actor,
            action="grant.create",
            obj=grant,
            after={"role": role, "from": from_on, "to": to_on, **_where(grant)},
            on_behalf=user,
            unit_id=grant.place_id,
        )
    user.__dict__.pop("scope", None)
    return grant


def check_place_of_role(role: str, *, place: Any, base: Any, member_org: Any) -> None:
    """Raises GrantRefused when `role` is not held in a scope of this kind."""
    given = [kind for kind in (place, base, member_org) if kind is not None]
    if role not in Role.values:
        raise GrantRefused(_("This role is not known."), field="role")
    if len(given) > 1:
        raise GrantRefused(_("A role is held in one place only."), field="role")
    if role in EVERYWHERE and not given:
        return
    if role == Role.SYSTEM_ADMIN:
        raise GrantRefused(_("This role is not bound to a place."), field="role")
    if not given:
        raise GrantRefused(_("Please say where the role is held."), field="place")
    for roles, where, field, sentence in (
        (AT_BASE, base, "base", _("This role is held at a training base.")),
        (AT_PLACE, place, "place", _("This role is held in a place.")),
        (AT_ORGANISATION, member_org, "member_org", _("This role is held for an organisation.")),
    ):
        if role in roles and where is None:
            raise GrantRefused(sentence, field=field)
    _check_level(role, place)


def _check_level(role: str, place: Place | None) -> None:
    level = LEVEL_OF.get(Role(role))
    if place is not None and level is not None and place.level != level:
        raise GrantRefused(
            _("This role is held at one level of places only: %(level)s.") % {"level": level.label},
            field="place",
        )


def _where(grant: RoleGrant) -> dict[str, int]:
    pairs = {"place": grant.place_id, "base": grant.base_id, "member_org": grant.member_org_id}
    return {name: key for name, key in pairs.items() if key is not None}


def revoke_grant(*, actor: Any, grant: RoleGrant, to_on: datetime.date | None = None) -> RoleGrant:
    """End a grant: from today on by default (its last day was yesterday), or after `to_on`."""
    if actor is not None and not may_grant(
        actor, grant.role, grant.place, grant.base, grant.member_org
    ):
        raise GrantRefused(_("You cannot end this role."), code="not_yours")
    return end_grant(actor=actor, grant=grant, to_on=to_on)


def end_grant(
    *, actor: Any, grant: RoleGrant, to_on: datetime.date | None = None, reason: str = ""
) -> RoleGrant:
    """`revoke_grant` without asking for reach: what a change of post entails for its holder."""
    today = timezone.localdate()
    last_day = to_on if to_on is not None else today - datetime.timedelta(days=1)
    with transaction.atomic():
        row = RoleGrant.objects.select_for_update().get(pk=grant.pk)
        if row.to_on is not None and row.to_on < today:
            raise GrantRefused(_("This role has already ended."))
        before = row.to_on
        if last_day < row.from_on:
            # It never took effect, or began today: nothing of it remains but the audit rows.
            audit.record(
                actor=actor,
                action="grant.remove",
                obj=row,
                before=_where(row),
                reason=reason,
                on_behalf=row.user,
            )
            row.delete()
            return grant
        row.to_on = last_day
        row.save(update_fields=["to_on"])
        audit.record(
            actor=actor,
            action="grant.end",
            obj=row,
            before={"to": before},
            after={"to": last_day},
            reason=reason,
            on_behalf=row.user,
            unit_id=row.place_id,
        )
    return row
