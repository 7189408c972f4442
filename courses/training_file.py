"""What the training file of a person says of classes."""

from __future__ import annotations

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from committees.models import Person
from core.documents.outline import Column, Kind, SheetOut
from core.registries import training_file_parts
from courses.models import ATTENDED, ENDED, Enrolment


def classes(person: Person, year: int) -> SheetOut:
    """Classes of the year that the person was in, with the sessions attended."""
    rows = (
        Enrolment.objects.filter(person=person, offering__begins_on__year=year)
        .exclude(state__in=ENDED)
        .select_related("offering__base")
        .annotate(attended=Count("marks", filter=Q(marks__mark__in=ATTENDED)), due=Count("marks"))
        .order_by("offering__begins_on", "pk")
    )
    return SheetOut(
        title=_("Classes"),
        columns=[
            Column(_("Class"), 36),
            Column(_("Training base"), 22),
            Column(_("From"), 12, Kind.DAY),
            Column(_("Until"), 12, Kind.DAY),
            Column(_("Sessions attended"), 12),
            Column(_("State"), 10),
        ],
        rows=[
            (
                row.offering.title,
                row.offering.base.name,
                row.offering.begins_on,
                row.offering.ends_on,
                f"{row.attended} / {row.due}",
                str(row.get_state_display()),
            )
            for row in rows
        ],
        landscape=False,
    )


def register() -> None:
    """Called once at start-up."""
    training_file_parts.add("classes", classes, order=40)
