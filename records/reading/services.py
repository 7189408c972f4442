"""Services of people as targets ask for them."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Q, QuerySet

from committees.models import Affiliation
from core.prepared import prepared
from records.targets import Service

FIELDS = ("post", "in_charge", "from_on", "to_on", "place_id", "place__path")


def service_of(row: tuple[Any, ...]) -> Service:
    """From values in the order of `FIELDS`."""
    post, in_charge, from_on, to_on, place_id, path = row
    secretary = in_charge or post == "secretary"
    return Service(post, secretary, from_on, to_on, place_id, path or "")


def holding(day: datetime.date) -> Q:
    """Services that stood on `day`."""
    began = Q(from_on=None) | Q(from_on__lte=day)
    return began & (Q(to_on=None) | Q(to_on__gte=day))


def services_in(year: int, person_id: int) -> list[Service]:
    """Services of a person of which some day lies in `year`, in the order of their beginning."""
    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    return [service_of(row) for row in _between(person_id, first, last)]


@prepared
def _between(
    person_id: int, first: datetime.date, last: datetime.date
) -> QuerySet[Affiliation, tuple[Any, ...]]:
    began, stood = Q(from_on=None) | Q(from_on__lte=last), Q(to_on=None) | Q(to_on__gte=first)
    rows = Affiliation.objects.filter(began, stood, person=person_id)
    return rows.order_by("from_on", "pk").values_list(*FIELDS)


def report_day(year: int, today: datetime.date) -> datetime.date:
    """The day a year is told for: today, for a past year its last day."""
    return min(today, datetime.date(year, 12, 31))
