"""Who may do what with classes (domain page 4)."""

from __future__ import annotations

from typing import Any

from committees.models import Person
from core.scope import Role, scope_of
from courses.models import Enrolment, Offering

LEARNERS = (Role.SECRETARY, Role.MEMBER)


def can_run_base(viewer: Any, base_id: int) -> bool:
    """Those who administer the training base."""
    return base_id in scope_of(viewer).base_ids(Role.BASE_ADMIN)


def can_run(viewer: Any, offering: Offering) -> bool:
    return can_run_base(viewer, offering.base_id)


def is_class_head(viewer: Any, offering: Offering) -> bool:
    """Whoever heads the class reads and prints what its people receive; the base issues it."""
    person = scope_of(viewer).person_id
    return person is not None and offering.class_head_id == person


def can_create(viewer: Any) -> bool:
    return bool(scope_of(viewer).base_ids(Role.BASE_ADMIN))


def can_enrol_self(viewer: Any) -> bool:
    """Secretaries and two-committee members who are known as a person."""
    scope = scope_of(viewer)
    return scope.person_id is not None and scope.has(*LEARNERS)


def can_enrol_others(viewer: Any, offering: Offering) -> bool:
    """Organisers, for the people of their units; the base that holds the class."""
    return scope_of(viewer).has(Role.ORGANISER) or can_run(viewer, offering)


def can_enrol(viewer: Any, offering: Offering, person: Person) -> bool:
    """Herself; an organiser people of her units; the base that holds the class those it sees."""
    scope = scope_of(viewer)
    if scope.person_id == person.pk and can_enrol_self(viewer):
        return True
    if person.unit is not None and scope.covers(person.unit.path, Role.ORGANISER):
        return True
    return (
        can_run(viewer, offering)
        and Person.objects.present_to(viewer).filter(pk=person.pk).exists()
    )


def can_cancel(viewer: Any, enrolment: Enrolment) -> bool:
    """Whoever may enrol; but who was assigned asks the organiser, and does not cancel herself."""
    scope = scope_of(viewer)
    if scope.person_id == enrolment.person_id and enrolment.channel == Enrolment.Channel.SELF:
        return True
    return scope.covers(enrolment.unit.path, Role.ORGANISER) or can_run(viewer, enrolment.offering)


def can_list_enrolments(viewer: Any, offering: Offering) -> bool:
    """The base sees all; district department and organiser see their people in the list."""
    return can_run(viewer, offering) or scope_of(viewer).has(
        Role.ORGANISER, Role.DISTRICT, Role.AUDITOR
    )
