"""What a class must satisfy before it is saved; each refusal names its field."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from courses.errors import NotYourClass, WrongOffering, WrongState
from courses.models import SEATED, Course, Enrolment, Offering, Session
from courses.permissions import can_run_base
from courses.states import PLANNABLE

MOST_SEATS = 2_000
LONGEST = datetime.timedelta(days=366)
FURTHEST = datetime.timedelta(days=3 * 366)


def require_base(actor: Any, base_id: int) -> None:
    """Only the base's own administrators (or the system) plan and run its classes."""
    if actor is not None and not can_run_base(actor, base_id):
        raise NotYourClass(_("Only the training base that holds the class may do this."))


def require_plannable(offering: Offering) -> None:
    if offering.state not in PLANNABLE:
        raise WrongState(_("The class runs or is over; it can no longer be changed."))


def require_dates(offering: Offering, now: datetime.datetime) -> None:
    today = timezone.localdate(now)
    if offering.begins_on > today + FURTHEST:
        raise WrongOffering(
            _("The class begins more than three years from now."), field="begins_on"
        )
    if offering.begins_on.year < 2000:
        raise WrongOffering(_("The class begins too long ago."), field="begins_on")
    if offering.ends_on < offering.begins_on:
        raise WrongOffering(_("The last day lies before the first."), field="ends_on")
    if offering.ends_on - offering.begins_on > LONGEST:
        raise WrongOffering(_("A class lasts a year at most."), field="ends_on")
    until = offering.enrol_until
    if until is not None and timezone.localdate(until) > offering.begins_on:
        raise WrongOffering(_("Enrolment ends before the class begins."), field="enrol_until")


def require_seats(seats: int) -> None:
    if not 1 <= seats <= MOST_SEATS:
        raise WrongOffering(_("A class has between 1 and 2,000 seats."), field="seats")


def require_courses(offering: Offering, courses: Sequence[Course]) -> None:
    if not courses:
        raise WrongOffering(_("Choose at least one course."), field="courses")
    if any(course.base_id != offering.base_id for course in courses):
        raise WrongOffering(_("A course belongs to another training base."), field="courses")


def require_courses_in_use(offering: Offering, courses: Sequence[Course]) -> None:
    used = offering.sessions.exclude(course__in=courses).select_related("course").first()
    if used is not None:
        raise WrongOffering(
            _("A session teaches “%(course)s”, so it stays in the class.")
            % {"course": used.course.title},
            field="courses",
        )


def require_sessions_inside(offering: Offering) -> None:
    outside = [
        session
        for session in offering.sessions.exclude(state=Session.State.CANCELLED)
        if not offering.begins_on <= session.on <= offering.ends_on
    ]
    if outside:
        raise WrongOffering(
            _("%(count)d sessions would lie outside the class. Move them first.")
            % {"count": len(outside)},
            field="begins_on",
        )


def require_same_year(offering: Offering, before: datetime.date) -> None:
    """Figures count by the year of the first day, so a class with people stays in its year."""
    seated = Enrolment.objects.filter(offering=offering, state__in=SEATED)
    if before.year != offering.begins_on.year and seated.exists():
        raise WrongOffering(
            _("People are enrolled for %(year)d: the class stays in that year.")
            % {"year": before.year},
            field="begins_on",
        )
