"""Who may do what with hours (domain page 4)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from committees.models import Person, Place
from core.scope import Role, Scope, nothing, scope_of
from records.models import HourEntry

# Whose work is with other people's hours.
READERS = (Role.DISTRICT, Role.ORGANISER, Role.BASE_ADMIN, Role.AUDITOR)
DECIDERS = (Role.ORGANISER, Role.DISTRICT)
# Whose hours are counted against a target.
LEARNERS = (Role.SECRETARY, Role.MEMBER)


def can_read_hours(viewer: Any, person: Person) -> bool:
    """Every line of somebody's ledger: the person, and those responsible for the person's unit."""
    scope = scope_of(viewer)
    if scope.person_id == person.pk:
        return True
    if person.unit is None:
        return scope.everywhere(Role.AUDITOR)
    return scope.covers(person.unit.path, *READERS)


def can_read_lists(viewer: Any, place: Place) -> bool:
    """Lists of who has how many hours in `place`."""
    return scope_of(viewer).covers(place.path, *READERS)


def can_export(viewer: Any, place: Place) -> bool:
    """A list with names leaves the portal: the district, and the organiser for the own part."""
    return scope_of(viewer).covers(place.path, *DECIDERS)


def can_exempt(viewer: Any, person: Person) -> bool:
    """The organiser of the person's unit; nobody exempts themselves."""
    scope = scope_of(viewer)
    if person.unit is None or scope.person_id == person.pk:
        return False
    return scope.covers(person.unit.path, Role.ORGANISER)


def can_check_rules(viewer: Any) -> bool:
    """Which sources are still to be compared is the work of those who set rules, and is read by
    those who audit them."""
    return scope_of(viewer).has(Role.DISTRICT, Role.SYSTEM_ADMIN, Role.AUDITOR)


def is_decider(viewer: Any) -> bool:
    return scope_of(viewer).has(*DECIDERS)


def decidable(scope: Scope) -> Q:
    """Entries the viewer may verify or return: of units in the own scope, and never one's own. The
    district decides on the hours of its organisers."""
    if not scope.has(*DECIDERS):
        return nothing()
    # An account without a person is nobody's own.
    return scope.under("unit__path", *DECIDERS) & ~Q(account__person=scope.person_id or 0)


def can_decide(viewer: Any, entry: HourEntry) -> bool:
    return HourEntry.objects.filter(decidable(scope_of(viewer)), pk=entry.pk).exists()
