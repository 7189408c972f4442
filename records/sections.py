"""What a person's page says of class hours."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest
from django.utils import timezone

from committees.models import Person
from core.prepared import prepared
from core.registries import PersonSection
from core.scope import Role, Scope, scope_of
from records.models import HourCategory, HourDecision

# Who reads the ledger of others; each the entries of the units they answered for on that day.
LEDGER_READERS = (Role.DISTRICT, Role.ORGANISER, Role.AUDITOR)


@prepared
def _sums(
    scope: Scope, person_id: int, year: int, whole: bool
) -> QuerySet[HourDecision, tuple[Any, ...]]:
    """(category, quarters) of a year: all of them, or those of units in the scope."""
    seen = Q() if whole else scope.under("entry__unit__path", *LEDGER_READERS)
    kind = HourDecision.Kind.VERIFIED
    verified = HourDecision.objects.filter(seen, account__person=person_id, year=year, kind=kind)
    return verified.order_by().values_list("category").annotate(total=Sum("quarters"))


def _context(request: HttpRequest, person: Person) -> dict[str, Any] | None:
    """Verified hours of this year by category: all of my own and of people who are in my scope
    today, for the target is the person's; of people who have left those of units in my scope."""
    scope = scope_of(request.user)
    own = scope.person_id == person.pk
    if not own and not scope.has(*LEDGER_READERS):
        return None
    year = timezone.localdate().year
    here = person.unit is not None and scope.covers(person.unit.path, *LEDGER_READERS)
    quarters = dict(_sums(scope, person.pk, year, own or here))
    rows = [
        (category.label, quarters[category]) for category in HourCategory if category in quarters
    ]
    return {"year": year, "total": sum(quarters.values()), "hours_by": rows, "own": own}


SECTION = PersonSection("hours", "records/_person_section.html", _context)
