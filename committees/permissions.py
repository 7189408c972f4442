"""Who may do what with places and people (domain page 4)."""

from __future__ import annotations

from typing import Any

from committees.models import Closure, Person, Place
from committees.models.people import KEEPERS, READERS
from core.scope import Role, scope_of


def can_edit_profile(viewer: Any, place: Place) -> bool:
    """The district department, and the organiser in the own sub-district."""
    return scope_of(viewer).covers(place.path, Role.DISTRICT, Role.ORGANISER)


def can_edit_words(viewer: Any, district: Place) -> bool:
    """The district department chooses the words of its district."""
    return district.level == Place.Level.DISTRICT and scope_of(viewer).covers(
        district.path, Role.DISTRICT
    )


def can_see_key_support(viewer: Any, place: Place) -> bool:
    """Only the district department and the sub-district's own organiser."""
    return scope_of(viewer).covers(place.path, Role.DISTRICT, Role.ORGANISER)


def can_appoint(viewer: Any, place: Place) -> bool:
    """The sub-district's own organiser, and the district department."""
    return scope_of(viewer).covers(place.path, Role.ORGANISER, Role.DISTRICT)


def can_reveal_mobile(viewer: Any, person: Person) -> bool:
    """The person, and whoever organises or runs training where the person serves."""
    scope = scope_of(viewer)
    if scope.person_id == person.pk:
        return True
    return person.unit is not None and scope.covers(
        person.unit.path, Role.DISTRICT, Role.ORGANISER, Role.BASE_ADMIN
    )


def is_guest(viewer: Any, person: Person) -> bool:
    """Somebody from elsewhere who takes part in what the viewer's base runs: the base sees name,
    unit and masked number, and nothing else of her."""
    scope = scope_of(viewer)
    if scope.person_id == person.pk or not scope.has(Role.BASE_ADMIN):
        return False
    sees = (Role.DISTRICT, Role.ORGANISER, Role.BASE_ADMIN, Role.AUDITOR)
    if scope.everywhere(Role.AUDITOR):
        return False
    return person.unit is None or not scope.covers(person.unit.path, *sees)


def is_former(viewer: Any, person: Person) -> bool:
    """Somebody whom the viewer sees only for having served in the viewer's area before: name and
    that time are shown, neither the number nor where she is today. At most one query."""
    scope = scope_of(viewer)
    if scope.person_id == person.pk or scope.everywhere(Role.AUDITOR):
        return False
    if person.unit is not None and scope.covers(person.unit.path, *READERS):
        return False
    if not scope.has(*KEEPERS):
        return False
    return not Person.objects.present_to(viewer).filter(pk=person.pk).exists()


def can_merge(viewer: Any) -> bool:
    """The district department and the organiser keep the records of their people."""
    return scope_of(viewer).has(Role.DISTRICT, Role.ORGANISER)


def can_list_people(viewer: Any) -> bool:
    """Those whose work is with people; others find their own page only."""
    return scope_of(viewer).has(*READERS)


def can_read_registers(viewer: Any) -> bool:
    """Those who work with the tree of places."""
    return scope_of(viewer).has(*READERS, Role.SYSTEM_ADMIN)


def can_decide_closure(viewer: Any, closure: Closure) -> bool:
    """The district department for its places, a system administrator for all."""
    scope = scope_of(viewer)
    return scope.everywhere(Role.SYSTEM_ADMIN) or scope.covers(closure.place.path, Role.DISTRICT)


# Who may take a list of people out of the portal, each of the own area (domain page 4).
EXPORTERS = (Role.DISTRICT, Role.ORGANISER)


def can_export_people(viewer: Any) -> bool:
    return scope_of(viewer).has(*EXPORTERS)


def sees_facts(viewer: Any, person: Person) -> bool:
    """Sex, age, education and mask are for the person, and where the person serves today; whoever
    looked after her before keeps what was written then, and learns nothing new."""
    scope = scope_of(viewer)
    if scope.person_id == person.pk:
        return True
    return person.unit is not None and scope.covers(person.unit.path, *READERS)


def can_see_roster(viewer: Any, place: Place) -> bool:
    """Figures about secretaries are for the overseeing department, the organiser, the base that
    trains them and auditors."""
    in_between = Place.Level.DISTRICT <= place.level <= Place.Level.SUBDISTRICT
    return in_between and scope_of(viewer).covers(place.path, *READERS)


def can_set_policy(viewer: Any, district: Place | None) -> bool:
    """The district department its own district's rules; the system administrator the defaults."""
    scope = scope_of(viewer)
    if district is None:
        return scope.everywhere(Role.SYSTEM_ADMIN)
    return district.level == Place.Level.DISTRICT and scope.covers(district.path, Role.DISTRICT)
