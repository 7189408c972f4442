"""What a person's page says of certificates, and the way to the training file."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from committees.models import Person
from core.registries import PersonSection
from core.scope import scope_of
from records.models import Certificate
from records.permissions import can_read_hours

SHOWN = 5


def _context(request: HttpRequest, person: Person) -> dict[str, Any] | None:
    """The latest certificates that the reader may see. One query."""
    rows = Certificate.objects.visible_to(request.user).filter(account__person=person)
    certificates = list(rows.select_related("revocation").order_by("-issued_at", "-pk")[:SHOWN])
    may_take = can_read_hours(request.user, person)
    if not certificates and not may_take:
        return None
    return {
        "certificates": certificates,
        "person": person,
        "may_take": may_take,
        "own": scope_of(request.user).person_id == person.pk,
    }


SECTION = PersonSection("certificates", "records/_person_certificates.html", _context)
