"""Who may see what, as plain data.

A `Scope` is what a signed-in person may reach today: role grants with the places, bases or member
organisations they hold for. `accounts` computes it once per request as `user.scope`; every other
app filters by it in `visible_to(user)` and never imports `accounts`.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """Roles of domain page 4. A person may hold several; rights are their union."""

    SYSTEM_ADMIN = "system_admin", _("System administrator")
    BASE_ADMIN = "base_admin", _("Base administrator")
    DISTRICT = "district", _("District department")
    ORGANISER = "organiser", _("Sub-district organiser")
    SECRETARY = "secretary", _("Party secretary")
    MEMBER = "member", _("Two-committee member")
    TUTOR = "tutor", _("Tutor")
    LECTURER = "lecturer", _("Lecturer")
    OBSERVER = "observer", _("Observer")
    PANEL = "panel", _("Panel seat")
    MEMBER_ORG = "member_org", _("Member organisation")
    AUDITOR = "auditor", _("Auditor")


@dataclass(frozen=True, slots=True)
class Grant:
    """One role within one scope, valid today.

    `paths` are place paths whose subtrees the grant covers: the granted place itself, or the
    districts a granted training base serves.
    """

    role: str
    place_id: int | None = None
    base_id: int | None = None
    member_org_id: int | None = None
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything a person may reach on a day. An empty scope reaches nothing."""

    user_id: int | None = None
    person_id: int | None = None
    label: str = ""
    on: datetime.date = field(default_factory=datetime.date.today)
    grants: tuple[Grant, ...] = ()

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(grant.role for grant in self.grants)

    def has(self, *roles: str) -> bool:
        """Does the person hold one of `roles` anywhere?"""
        return bool(self.roles.intersection(roles))

    def paths(self, *roles: str) -> tuple[str, ...]:
        """Place paths covered by grants of `roles` (all roles when none is named)."""
        return tuple(
            path
            for grant in self.grants
            if not roles or grant.role in roles
            for path in grant.paths
        )

    def base_ids(self, *roles: str) -> tuple[int, ...]:
        """Training bases granted to `roles` (all roles when none is named)."""
        return tuple(
            grant.base_id
            for grant in self.grants
            if grant.base_id is not None and (not roles or grant.role in roles)
        )

    def place_ids(self, *roles: str) -> tuple[int, ...]:
        """Places granted to `roles` (all roles when none is named)."""
        return tuple(
            grant.place_id
            for grant in self.grants
            if grant.place_id is not None and (not roles or grant.role in roles)
        )

    def line_ids(self, *roles: str) -> tuple[int, ...]:
        """The places covered by grants of `roles` and those above them, from the root down."""
        return tuple(
            int(part) for path in self.paths(*roles) for part in path.strip("/").split("/")
        )

    def root_ids(self, *roles: str) -> tuple[int, ...]:
        """The places whose subtrees grants of `roles` cover: the last step of each path."""
        return tuple(int(path.rstrip("/").rpartition("/")[2]) for path in self.paths(*roles))

    def everywhere(self, *roles: str) -> bool:
        """Is one of `roles` held without a place, a base or an organisation?"""
        return any(
            grant.role in roles
            and grant.place_id is None
            and grant.base_id is None
            and grant.member_org_id is None
            for grant in self.grants
        )

    def covers(self, path: str, *roles: str) -> bool:
        """Does a grant of `roles` reach the place at `path`? An auditor of no place: all."""
        if Role.AUDITOR in roles and self.everywhere(Role.AUDITOR):
            return True
        return any(path.startswith(prefix) for prefix in self.paths(*roles))

    def under(self, path_field: str, *roles: str) -> Q:
        """Filter: the place behind `path_field` (e.g. "unit__path") lies in the scope of `roles`.

        Where auditors are named, one who is bound to no place reads everywhere.
        """
        if Role.AUDITOR in roles and self.everywhere(Role.AUDITOR):
            return ~nothing()
        condition = nothing()
        for path in self.paths(*roles):
            condition |= Q(**{f"{path_field}__under": path})
        return condition


NOBODY = Scope()


class Viewer(Protocol):
    """Anyone with a scope: a user, or a stand-in in a command."""

    @property
    def scope(self) -> Scope: ...


def scope_of(viewer: Any) -> Scope:
    """The viewer's scope; somebody not signed in has an empty one. A scope speaks for itself."""
    if isinstance(viewer, Scope):
        return viewer
    return getattr(viewer, "scope", NOBODY)


def nothing() -> Q:
    """A filter that no row meets; the neutral element of `|`."""
    return Q(pk__in=())
