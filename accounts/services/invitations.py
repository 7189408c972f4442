"""Invitations: a link shown once, used once, for seven days."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import permissions, throttle
from accounts.models import Invitation, User
from accounts.services.accounts import AccountRefused, create_account, set_password
from accounts.services.grants import GrantRefused, check_place_of_role, grant_role
from committees.models import Person
from core import audit
from core.errors import DomainError

if TYPE_CHECKING:
    from committees.models import MemberOrganisation, Place, TrainingBase

VALID_FOR = datetime.timedelta(days=7)
PER_DAY = 200


class InvitationRefused(DomainError):
    code = "invitation_refused"


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def invite(
    *,
    actor: User,
    role: str,
    person: Person | None = None,
    for_name: str = "",
    place: Place | None = None,
    base: TrainingBase | None = None,
    member_org: MemberOrganisation | None = None,
) -> tuple[Invitation, str]:
    """Invite somebody to make an account with one role; returns the row and the token, once.

    An open invitation of the same person is withdrawn. Raises DomainError when the role or place is
    beyond the actor's reach or the person has an account.
    """
    check_place_of_role(role, place=place, base=base, member_org=member_org)
    if not permissions.may_grant(actor, role, place, base, member_org):
        raise GrantRefused(_("You cannot give this role here."), field="role", code="not_yours")
    if person is None and not for_name.strip():
        raise InvitationRefused(_("Please say whom you invite."), field="for_name")
    if person is not None:
        _refuse_person(actor, person)
    with transaction.atomic():
        if person is not None:
            _withdraw_open(person=person)
        return _make(
            actor,
            person=person,
            for_name="" if person else for_name.strip()[:80],
            role=role,
            place=place,
            base=base,
            member_org=member_org,
        )


def renew_access(*, actor: Any, user: User) -> tuple[Invitation, str]:
    """A link with which the owner of `user` sets a new password; returns the row and the token."""
    if not user.is_active:
        raise AccountRefused(_("This account is closed."))
    with transaction.atomic():
        _withdraw_open(user=user)
        return _make(actor, user=user)


def _refuse_person(actor: User, person: Person) -> None:
    if not Person.objects.present_to(actor).filter(pk=person.pk).exists():
        raise InvitationRefused(_("This person does not belong to your units."), field="person")
    if User.objects.filter(person=person).exists():
        raise AccountRefused(_("This person already has an account."), field="person")


def _withdraw_open(**whose: Any) -> None:
    Invitation.objects.filter(accepted_at=None, withdrawn_at=None, **whose).update(
        withdrawn_at=timezone.now()
    )


def _make(actor: User, **fields: Any) -> tuple[Invitation, str]:
    _not_too_many(actor)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        token_hash=hash_of(token),
        invited_by=actor,
        expires_at=timezone.now() + VALID_FOR,
        **fields,
    )
    place = fields.get("place")
    audit.record(
        actor=actor,
        action="invitation.create",
        obj=invitation,
        after={"role": invitation.role, "expires": invitation.expires_at},
        on_behalf=invitation.person or invitation.user,
        unit_id=place.pk if place else None,
    )
    return invitation, token


def _not_too_many(actor: User) -> None:
    since = timezone.now() - datetime.timedelta(days=1)
    if Invitation.objects.filter(invited_by=actor, created_at__gt=since).count() >= PER_DAY:
        raise InvitationRefused(
            _("%(count)d invitations within a day is the most allowed. Please continue tomorrow.")
            % {"count": PER_DAY},
            code="too_many",
        )


def find_invitation(token: str) -> Invitation | None:
    """The invitation behind a token, used or not; None for a forged one."""
    rows = Invitation.objects.select_related("person", "user", "place", "base", "member_org")
    return rows.filter(token_hash=hash_of(token)).first()


def accept_invitation(*, token: str, password: str, username: str = "", mobile: str = "") -> User:
    """Use a link once: make the account with its role, or set the new password.

    Raises DomainError when it was used, withdrawn or has run out, and for what is wrong with the
    name or the password (the link then stays usable).
    """
    with transaction.atomic():
        row = (
            Invitation.objects.select_for_update(of=("self",))
            .select_related("person", "user", "invited_by")
            .filter(token_hash=hash_of(token))
            .first()
        )
        if row is None or not row.is_open:
            raise InvitationRefused(_("This link can no longer be used."), code="gone")
        if row.user is not None:
            user = row.user
            _require_still_managing(row.invited_by, user)
            set_password(actor=user, user=user, password=password)
        else:
            user = _open_account(row, username, password, mobile)
        row.accepted_at, row.accepted_by = timezone.now(), user
        row.save(update_fields=["accepted_at", "accepted_by"])
        audit.record(actor=user, action="invitation.accept", obj=row)
    throttle.give_back(f"account:{user.pk}")
    return user


def _require_still_managing(maker: User, user: User) -> None:
    """A link for a new password opens an account only while its maker may look after it: the
    account may have been given wider rights since."""
    maker.__dict__.pop("scope", None)
    if not maker.is_active or not user.is_active or not permissions.may_manage(maker, user):
        raise InvitationRefused(_("This link can no longer be used."), code="gone")


def _open_account(row: Invitation, username: str, password: str, mobile: str) -> User:
    inviter = row.invited_by
    inviter.__dict__.pop("scope", None)
    reach = (row.role, row.place, row.base, row.member_org)
    if not inviter.is_active or not permissions.may_grant(inviter, *reach):
        raise InvitationRefused(_("This link can no longer be used."), code="gone")
    user = create_account(
        actor=inviter, username=username, person=row.person, password=password, mobile=mobile
    )
    grant_role(
        actor=inviter,
        user=user,
        role=row.role,
        place=row.place,
        base=row.base,
        member_org=row.member_org,
    )
    return user


def withdraw_invitation(*, actor: User, invitation: Invitation) -> Invitation:
    """Make an unused link unusable."""
    with transaction.atomic():
        row = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
        if row.accepted_at or row.withdrawn_at:
            raise InvitationRefused(_("This link has been used or withdrawn already."))
        row.withdrawn_at = timezone.now()
        row.save(update_fields=["withdrawn_at"])
        audit.record(actor=actor, action="invitation.withdraw", obj=row)
    return row
