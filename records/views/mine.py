"""My hours, and the same page of somebody I am responsible for."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from committees.models import Affiliation, Person
from core.prepared import prepared
from core.scope import scope_of
from records import saying
from records.explaining import Count, count
from records.models import HourExemption
from records.permissions import LEARNERS, can_exempt, can_read_hours
from records.reading import person_year, verified_of, years_of
from records.reading.services import FIELDS, holding, service_of
from records.rules import rules_at
from records.targets import target_on

EARLIEST = 2000


@prepared
def _reader(person_id: int | None) -> QuerySet[Person]:
    return Person.objects.select_related("unit").filter(pk=person_id or 0)[:1]


@require_safe
def my_hours(request: HttpRequest) -> HttpResponse:
    """Ring, what is missing, what still counts, and every line of the year with its evidence."""
    person = _reader(scope_of(request.user).person_id).first()
    if person is None:
        return render(request, "records/my_hours.html", {"person": None})
    return _page(request, person, own=True)


@require_safe
def person_hours(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Why this person has so many hours: the page she sees herself, for those responsible."""
    people = Person.objects.visible_to(request.user).select_related("unit")
    person = get_object_or_404(people, public_id=public_id)
    if not can_read_hours(request.user, person):
        raise PermissionDenied(_("The hours of this person are not part of your work."))
    return _page(request, person, own=False)


def _page(request: HttpRequest, person: Person, *, own: bool) -> HttpResponse:
    today = timezone.localdate()
    year = asked_year(request, today.year)
    shown = person_year(person, year, today)
    context = {
        "person": person,
        "own": own,
        "year": year,
        "years": sorted({today.year, year, *years_of(person)}, reverse=True),
        "shown": shown,
        "told": shown.told,
        "entries": saying.entries(shown),
        "categories": saying.categories(shown),
        "parts": saying.parts(shown),
        "why_target": shown.rules.answers.get(shown.target.basis.value),
        "may_exempt": not own and can_exempt(request.user, person),
    }
    return render(request, "records/my_hours.html", context)


def asked_year(request: HttpRequest, this_year: int) -> int:
    """The year asked for, when it is one that can hold hours."""
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else this_year
    return year if EARLIEST <= year <= this_year + 1 else this_year


# --- Today ----------------------------------------------------------------------------------------
def hours_tile(request: HttpRequest) -> dict[str, Any] | None:
    """The ring of the Today page; nothing for those who owe no hours. Four queries."""
    scope = scope_of(request.user)
    if scope.person_id is None or not scope.has(*LEARNERS):
        return None
    today = timezone.localdate()
    counted = _count(scope.person_id, today)
    if counted is None or not counted.target:
        return None
    return {
        "total": counted.total,
        "target_quarters": counted.target,
        "gap": counted.gap,
        "year": today.year,
    }


def _count(person_id: int, today: datetime.date) -> Count | None:
    """The year of a person in sums; None for somebody exempt."""
    person: Any = _with_exemption(person_id, today).first()
    if person is None or person.spared:
        return None
    services = [service_of(row) for row in _serving(person_id, today)]
    rules = rules_at(person.unit, today)
    target = target_on(services, bool(person.is_party_member), rules, today)
    return count(dict(verified_of(person_id, today.year)), rules, target.quarters)


@prepared
def _with_exemption(person_id: int, today: datetime.date) -> QuerySet[Person]:
    """A person, her unit, and whether she is `spared` on the day."""
    spared = HourExemption.objects.on(today).filter(person=OuterRef("pk"))
    people = Person.objects.select_related("unit").annotate(spared=Exists(spared))
    return people.filter(pk=person_id)[:1]


@prepared
def _serving(person_id: int, today: datetime.date) -> QuerySet[Affiliation, tuple[Any, ...]]:
    rows = Affiliation.objects.filter(holding(today), person=person_id, place__isnull=False)
    return rows.values_list(*FIELDS)
