"""My hours: what counts, against which target, and where each figure comes from."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from committees.models import Affiliation, Person
from committees.policies import PolicyAnswer, policy
from core.scope import Role, scope_of
from records.models import HourCategory, HourEntry

EARLIEST = 2000
# Whose hours are counted against a target.
LEARNERS = (Role.SECRETARY, Role.MEMBER)
# A person with `is_secretary` and `total`, as `_me` reads it.
Learner = Any


@require_safe
def my_hours(request: HttpRequest) -> HttpResponse:
    """Ring, bars by category, and every line of the year with its evidence."""
    today = timezone.localdate()
    year = _year(request, today.year)
    person = _me(request, year)
    entries: list[HourEntry] = []
    years: list[int] = [today.year]
    target: PolicyAnswer | None = None
    if person is not None:
        ledger = HourEntry.objects.filter(account__person=person)
        entries = list(
            ledger.filter(year=year)
            .select_related("unit", "reversal")
            .order_by("-session_on", "-pk")
        )
        years = sorted({today.year, year, *ledger.values_list("year", flat=True).distinct()})[::-1]
        target = target_of(person, today.replace(month=1, day=1) if year != today.year else today)
    context = {
        "year": year,
        "years": years,
        "person": person,
        "entries": entries,
        "total": person.total if person else 0,
        "by_category": by_category(entries),
        "target": target,
        "target_quarters": int(target.value) * 4 if target else 0,
    }
    return render(request, "records/my_hours.html", context)


def _me(request: HttpRequest, year: int) -> Learner | None:
    """The reader with what the ring needs. One query."""
    person_id = scope_of(request.user).person_id
    serves = Affiliation.objects.secretaries().filter(person=OuterRef("pk"))
    ledger = HourEntry.objects.filter(account__person=OuterRef("pk"), year=year)
    people = Person.objects.select_related("unit").annotate(
        is_secretary=Exists(serves),
        total=Coalesce(
            Subquery(ledger.values("year").annotate(sum=Sum("quarters")).values("sum")), 0
        ),
    )
    return people.filter(pk=person_id or 0).first()


def _year(request: HttpRequest, this_year: int) -> int:
    """The year asked for, when it is one that can hold hours."""
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else this_year
    return year if EARLIEST <= year <= this_year + 1 else this_year


def target_of(person: Learner, on: datetime.date) -> PolicyAnswer | None:
    """The target of the year: a secretary's, else that of a Party member; None when neither."""
    if person.is_secretary:
        return policy("hours.secretary_year", person.unit, on)
    if person.is_party_member:
        return policy("hours.party_member_year", person.unit, on)
    return None


def by_category(entries: list[HourEntry]) -> list[dict[str, Any]]:
    """Quarters by category, largest first, without those that came to nothing."""
    sums: dict[str, int] = {}
    for entry in entries:
        sums[entry.category] = sums.get(entry.category, 0) + entry.quarters
    return [
        {"category": HourCategory(key).label, "quarters": quarters}
        for key, quarters in sorted(sums.items(), key=lambda item: (-item[1], item[0]))
        if quarters
    ]


def hours_tile(request: HttpRequest) -> dict[str, Any] | None:
    """The ring of the Today page; nothing for those who owe no hours. Two queries."""
    scope = scope_of(request.user)
    if scope.person_id is None:
        return None
    today = timezone.localdate()
    person = _me(request, today.year)
    if person is None or not (person.total or scope.has(*LEARNERS)):
        return None
    target = target_of(person, today)
    if target is None:
        return None
    return {
        "total": person.total,
        "target_quarters": int(target.value) * 4,
        "year": today.year,
    }
