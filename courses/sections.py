"""What a person's page says of classes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from committees.models import Person
from core.registries import PersonSection
from courses.models import Enrolment

SHOWN = 8


def _context(request: HttpRequest, person: Person) -> dict[str, Any] | None:
    """The latest classes; None where the reader sees none of them."""
    rows = Enrolment.objects.visible_to(request.user).filter(person=person)
    latest = rows.select_related("offering").order_by("-offering__begins_on", "-pk")
    enrolments = list(latest[: SHOWN + 1])
    if not enrolments:
        return None
    return {"enrolments": enrolments[:SHOWN], "more": len(enrolments) > SHOWN}


SECTION = PersonSection("classes", "courses/_person_section.html", _context)
