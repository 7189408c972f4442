"""What classes tell the ledger of class hours: where a line leads, and which hours are planned."""

from __future__ import annotations

import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.prepared import prepared
from core.registries import HourSource, PlannedHours, hour_forecasts, hour_sources
from courses.models import ACTIVE, ATTENDED, Attendance, Offering, Session


def class_page(reference: str) -> str:
    """`reference`: the public key of the class."""
    return reverse("courses:offering-detail", args=[reference])


@prepared
def _to_come(
    person_id: int, first: datetime.datetime, following: datetime.datetime
) -> QuerySet[Session]:
    """Sessions between two moments of classes a person has a seat in, without those she missed."""
    sessions = Session.objects.filter(
        offering__enrolments__person=person_id,
        offering__enrolments__state__in=ACTIVE,
        offering__state__in=(Offering.State.OPEN, Offering.State.CLOSED, Offering.State.RUNNING),
        starts_at__gte=first,
        starts_at__lt=following,
    ).exclude(state=Session.State.CANCELLED)
    missed = Attendance.objects.exclude(mark__in=ATTENDED).filter(enrolment__person=person_id)
    sessions = sessions.exclude(pk__in=missed.values("session"))
    return sessions.select_related("offering", "course").order_by("starts_at", "pk")


def planned(person_id: int, year: int, today: datetime.date) -> list[PlannedHours]:
    """Sessions of the year that are still to be entered, of classes the person has a seat in.
    One query."""
    if year < today.year:
        return []
    first, following = (
        timezone.make_aware(datetime.datetime(of, 1, 1))  # noqa: DTZ001 -- made aware right here
        for of in (year, year + 1)
    )
    now = timezone.now()
    return [
        PlannedHours(
            session.on,
            session.category,
            session.quarters,
            session.course.title,
            class_page(str(session.offering.public_id)),
            session.starts_at,
            session.ends_at,
            held=session.ends_at <= now,
        )
        for session in _to_come(person_id, first, following)
        if session.offering is not None
    ]


def register() -> None:
    """Called once by CoursesConfig.ready."""
    hour_sources.add("session", HourSource(_("Roll call of a class"), class_page))
    hour_forecasts.add("classes", planned)
