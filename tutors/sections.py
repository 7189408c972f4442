"""What a person's page says of tutoring."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from committees.models import Person
from core.prepared import prepared
from core.registries import PersonSection
from core.scope import Scope, scope_of
from tutors.models import Pairing

SHOWN = 8


@prepared
def _latest(scope: Scope, person_id: int) -> QuerySet[Pairing]:
    mine = Q(tutor=person_id) | Q(pupil=person_id)
    rows = Pairing.objects.visible_to(scope).filter(mine)
    rows = rows.select_related("tutor", "pupil", "tutor_unit", "pupil_unit")
    return rows.order_by("-from_on", "-pk")[:SHOWN]


def _context(request: HttpRequest, person: Person) -> dict[str, Any] | None:
    """Pairings of the person that the reader sees, the latest first, with the other side."""
    pairings = list(_latest(scope_of(request.user), person.pk))
    return {"pairings": pairings, "of": person} if pairings else None


SECTION = PersonSection("tutoring", "tutors/_person_section.html", _context)
