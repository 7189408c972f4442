"""Whom to call: the organiser who looks after the reader's place, for Today in large text."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from accounts.models import RoleGrant
from core.crypto import decrypt
from core.scope import Role, scope_of


def organiser_of(request: HttpRequest) -> dict[str, str] | None:
    """Name, duty and mobile of the nearest organiser above the reader's places; None without one.

    Organisers are the reader's own point of contact, so their number is shown unmasked, to people
    below them only. One query.
    """
    scope = scope_of(request.user)
    above = {
        "/" + "/".join(parts[:depth]) + "/"
        for path in scope.paths(Role.SECRETARY, Role.MEMBER, Role.TUTOR)
        if (parts := path.strip("/").split("/"))
        for depth in range(1, len(parts) + 1)
    }
    grants = (
        RoleGrant.objects.valid_on(timezone.localdate())
        .filter(role=Role.ORGANISER, place__path__in=above, user__is_active=True)
        .exclude(user__person=None)
        .exclude(user__person__mobile_cipher="")
        .select_related("user__person", "place")
    )
    nearest = max(grants, key=_nearness, default=None)
    if nearest is None:
        return None
    person = nearest.user.person
    assert person is not None  # the filter asks for one
    return {
        "name": person.name,
        "duty": str(Role.ORGANISER.label),
        "phone": decrypt(person.mobile_cipher),
    }


def _nearness(grant: RoleGrant) -> tuple[int, int]:
    """Longest path first; of two organisers of one place the earlier one."""
    return (len(grant.place.path) if grant.place else 0, -grant.pk)
