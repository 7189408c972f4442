"""What a person's page says of class hours."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, Sum
from django.http import HttpRequest
from django.utils import timezone

from committees.models import Person
from core.registries import PersonSection
from core.scope import Role, scope_of
from records.models import HourCategory, HourDecision

# Who reads the ledger of others; each the entries of the units they answered for on that day.
LEDGER_READERS = (Role.DISTRICT, Role.ORGANISER, Role.AUDITOR)


def _context(request: HttpRequest, person: Person) -> dict[str, Any] | None:
    """Verified hours of this year by category: all of my own, else those of units in my scope."""
    scope = scope_of(request.user)
    own = scope.person_id == person.pk
    if not own and not scope.has(*LEDGER_READERS):
        return None
    year = timezone.localdate().year
    seen = Q() if own else scope.under("entry__unit__path", *LEDGER_READERS)
    verified = HourDecision.objects.filter(
        seen, account__person=person, year=year, kind=HourDecision.Kind.VERIFIED
    )
    sums = verified.order_by().values_list("category").annotate(total=Sum("quarters"))
    quarters = dict(sums)
    rows = [
        (category.label, quarters[category]) for category in HourCategory if category in quarters
    ]
    return {"year": year, "total": sum(quarters.values()), "hours_by": rows, "own": own}


SECTION = PersonSection("hours", "records/_person_section.html", _context)
