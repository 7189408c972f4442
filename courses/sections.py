"""What a person's page says of classes."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from committees.models import Person
from core.prepared import prepared
from core.registries import PersonSection
from core.scope import Scope, scope_of
from courses.models import Enrolment, Offering

SHOWN = 8


@prepared
def _latest(scope: Scope, person_id: int) -> QuerySet[Enrolment]:
    rows = Enrolment.objects.visible_to(scope).filter(person=person_id).select_related("offering")
    opens = Offering.objects.visible_to(scope).filter(pk=OuterRef("offering"))
    return rows.annotate(opens=Exists(opens)).order_by("-offering__begins_on", "-pk")[: SHOWN + 1]


def _context(request: HttpRequest, person: Person) -> dict[str, Any] | None:
    """The latest classes; None where the reader sees none of them."""
    enrolments = list(_latest(scope_of(request.user), person.pk))
    if not enrolments:
        return None
    return {"enrolments": enrolments[:SHOWN], "more": len(enrolments) > SHOWN}


SECTION = PersonSection("classes", "courses/_person_section.html", _context)
