"""Who answers to a view of the directory.

The figures of the roster count with the same conditions, so a figure and the list behind it are
one thing said twice.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from committees.directory.asking import NEW_YEARS, UNKNOWN, Age, Since, Wanted, Who
from committees.models import Affiliation, Person, Place
from committees.models.people import READERS, AffiliationQuerySet, PersonQuerySet, Post
from core.scope import Scope, scope_of


def people(viewer: Any, wanted: Wanted) -> PersonQuerySet:
    """The people of a view, in no order."""
    if wanted.who == Who.FORMER:
        found = _former(viewer, wanted)
    elif wanted.who == Who.GUESTS:
        here = scope_of(viewer).under("unit__path", *READERS)
        found = Person.objects.present_to(viewer).exclude(here)
        if wanted.place is not None:
            found = found.filter(unit__path__under=wanted.place.path)
    else:
        found = _serving(viewer, wanted)
    return found.named(wanted.q)


def _serving(viewer: Any, wanted: Wanted) -> PersonQuerySet:
    found = Person.objects.serving_in_reach_of(viewer)
    if wanted.place is not None:
        found = found.filter(unit__path__under=wanted.place.path)
    today = timezone.localdate()
    for name in ("sex", "age", "education", "mobile"):
        if value := getattr(wanted, name):
            found = found.filter(of_person(name, today)[value])
    if wanted.post or wanted.source or wanted.since:
        found = found.filter(Exists(_services(wanted, today)))
    return found


def _services(wanted: Wanted, today: datetime.date) -> AffiliationQuerySet:
    """Open services of the outer person that are as wanted, all in one service. A secretary's is
    the one that says where she belongs: a second seat elsewhere lists her no second time."""
    rows = Affiliation.objects.filter(person=OuterRef("pk"))
    if wanted.post == Post.SECRETARY or wanted.source:  # only secretaries have a source
        rows = rows.secretaries().filter(place=OuterRef("unit"))
    if wanted.source:
        rows = rows.filter(of_service("source", today)[wanted.source])
    if wanted.post != Post.SECRETARY:
        rows = rows.open().filter(**({"post": wanted.post} if wanted.post else {}))
    if wanted.since:
        rows = rows.filter(of_service("since", today)[wanted.since])
    return rows


def secretaries_of(viewer: Any, place: Place) -> AffiliationQuerySet:
    """The seats by which the directory lists somebody as secretary in `place`: one a person, and
    as many as `people` finds for that place and post (a test compares)."""
    return seats_under(scope_of(viewer), place.path)


def seats_under(scope: Scope, path: str) -> AffiliationQuerySet:
    """The same for what a prepared query knows: the reader's scope and the path of the place."""
    here = scope.under("place__path", *READERS)
    seats = Affiliation.objects.secretaries().filter(here, place=F("person__unit"))
    return seats.filter(place__path__under=path)


def _former(viewer: Any, wanted: Wanted) -> PersonQuerySet:
    """Those who served in the area and serve there no more."""
    here = scope_of(viewer).under("place__path", *READERS)
    if wanted.place is not None:
        here &= Q(place__path__under=wanted.place.path)
    services = Affiliation.objects.filter(here, person=OuterRef("pk"))
    ended = services.filter(to_on__isnull=False)
    if wanted.post:
        ended = ended.filter(post=wanted.post)
    return Person.objects.visible_to(viewer).filter(Exists(ended), ~Exists(services.open()))


# --- Conditions, one for each choice ------------------------------------------------------------
def of_person(name: str, today: datetime.date, prefix: str = "") -> Mapping[str, Q]:
    """Code of a choice of "sex", "age", "education" or "mobile" -> condition over Person, or over
    what holds one behind `prefix` ("person__")."""
    if name == "age":
        older = {years: _at_least(years, today, prefix) for years in (36, 46, 55)}
        unknown = Q(**{f"{prefix}birth_year": None})
        return {
            Age.TO_35: ~unknown & ~older[36],
            Age.TO_45: older[36] & ~older[46],
            Age.TO_54: older[46] & ~older[55],
            Age.FROM_55: older[55],
            UNKNOWN: unknown,
        }
    if name == "mobile":
        return {"none": Q(**{f"{prefix}mobile_mask": ""})}
    choices = Person.Sex if name == "sex" else Person.Education
    known: dict[str, Q] = {code: Q(**{f"{prefix}{name}": code}) for code in choices.values}
    return known | {UNKNOWN: Q(**{f"{prefix}{name}": ""})}


def _at_least(years: int, today: datetime.date, prefix: str) -> Q:
    """So old today. Whose month of birth is not known counts by the year alone."""
    year = today.year - years
    by_month = Q(**{f"{prefix}birth_month": None})
    by_month |= Q(**{f"{prefix}birth_month__lte": today.month})
    before = Q(**{f"{prefix}birth_year__lt": year})
    then = Q(**{f"{prefix}birth_year": year}) & by_month
    # A year that is not known is no age: said here, so that a negation stays true or false.
    return Q(**{f"{prefix}birth_year__isnull": False}) & (before | then)


def of_service(name: str, today: datetime.date) -> Mapping[str, Q]:
    """Code of a choice of "source" or "since" -> condition over Affiliation."""
    if name == "source":
        known: dict[str, Q] = {code: Q(source=code) for code in Affiliation.Source.values}
        return known | {UNKNOWN: Q(source="")}
    first = first_of_the_new(today)
    return {
        Since.NEW: Q(from_on__gte=first),
        Since.LONGER: Q(from_on__lt=first),
        UNKNOWN: Q(from_on=None),
    }


def first_of_the_new(today: datetime.date) -> datetime.date:
    """Whoever came into post on this day or later is new."""
    return _years_before(today, NEW_YEARS)


def _years_before(day: datetime.date, years: int) -> datetime.date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)
