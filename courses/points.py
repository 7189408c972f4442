"""What of classes is to be settled at the end of a year."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from core.registries import OpenPoint, year_end_points
from core.words import in_language
from courses.models import ATTENDED, Attendance, Offering, Session
from records.models import HourEntry

State = Offering.State
NAMES = ("enrolment__unit__name_zh", "enrolment__unit__name_en")


def classes(district_id: int, path: str, year: int) -> list[OpenPoint]:
    """Classes that end in the year and are neither completed nor cancelled, of bases that serve the
    district; each stands at the place of its base. One query."""
    rows = (
        Offering.objects.filter(ends_on__year=year, base__districts=district_id, historical=False)
        .filter(state__in=(State.OPEN, State.CLOSED, State.RUNNING))
        .select_related("base__host")
        .order_by("ends_on", "pk")
    )
    return [
        OpenPoint(
            row.base.name,
            row.base.host.path,
            row.title,
            1,
            reverse("courses:offering-detail", args=[row.public_id]),
        )
        for row in rows
    ]


def unposted(district_id: int, path: str, year: int) -> list[OpenPoint]:
    """Marks of closed sessions without posted hours, by unit of the trainee. One query."""
    posted = HourEntry.objects.filter(
        session_ref=OuterRef("session__public_id"),
        account__person=OuterRef("enrolment__person"),
    )
    rows = (
        Attendance.objects.filter(
            Q(session__offering__isnull=False),
            mark__in=ATTENDED,
            session__state=Session.State.CLOSED,
            session__starts_at__year=year,
            enrolment__unit__path__under=path,
        )
        .filter(~Exists(posted))
        .values_list("enrolment__unit__path", *NAMES)
        .annotate(count=Count("pk"))
        .order_by("enrolment__unit__path")
    )
    return [OpenPoint(in_language(zh, en), unit, "", count) for unit, zh, en, count in rows]


def register() -> None:
    """Called once at start-up."""
    year_end_points.add("classes", classes, order=20)
    year_end_points.add("unposted", unposted, order=30)
