"""What a person's page says of tutoring."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from committees.models import Person
from core.registries import PersonSection
from tutors.models import Pairing

SHOWN = 8


def _context(request: HttpRequest, person: Person) -> dict[str, Any] | None:
    """Pairings of the person that the reader sees, the latest first, with the other side."""
    mine = Q(tutor=person) | Q(pupil=person)
    rows = Pairing.objects.visible_to(request.user).filter(mine)
    rows = rows.select_related("tutor", "pupil", "tutor_unit", "pupil_unit")
    pairings = list(rows.order_by("-from_on", "-pk")[:SHOWN])
    return {"pairings": pairings, "of": person} if pairings else None


SECTION = PersonSection("tutoring", "tutors/_person_section.html", _context)
