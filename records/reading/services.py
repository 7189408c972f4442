"""Services of people as targets ask for them."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Q, QuerySet

from committees.models import Affiliation
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


def in_year(year: int) -> Q:
    """Services of which some day lies in `year`."""
    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    return (Q(from_on=None) | Q(from_on__lte=last)) & (Q(to_on=None) | Q(to_on__gte=first))


def services_in(year: int, **who: Any) -> QuerySet[Affiliation]:
    return Affiliation.objects.filter(in_year(year), **who).order_by("from_on", "pk")


def report_day(year: int, today: datetime.date) -> datetime.date:
    """The day a year is told for: today, for a past year its last day."""
    return min(today, datetime.date(year, 12, 31))
