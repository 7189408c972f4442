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
from committees.models import Affiliation, Person
from committees.models.people import READERS, AffiliationQuerySet, PersonQuerySet, Post
from core.scope import Scope, scope_of

# The month of today, and the years of birth of those who become 36, 46 and 55 this year.
AgeLimits = tuple[int, ...]


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
    below = wanted.place.path if wanted.place else None
    today = timezone.localdate()
    return serving(
        scope_of(viewer),
        below,
        frozenset(wanted.chosen.items()),
        age_limits(today),
        first_of_the_new(today),
    )


def serving(
    scope: Scope,
    below: str | None,
    chosen: frozenset[tuple[str, str]],
    ages: AgeLimits,
    first_new: datetime.date,
) -> PersonQuerySet:
    """Those who serve in `scope`, below a place path, and answer to the `chosen` filters."""
    found = Person.objects.serving_in_reach_of(scope)
    if below is not None:
        found = found.filter(unit__path__under=below)
    of_services = {}
    for name, value in sorted(chosen):
        if name in ("post", "source", "since"):
            of_services[name] = value
        else:
            found = found.filter(of_person(name, ages)[value])
    if of_services:
        found = found.filter(pk__in=_services(of_services, first_new).values("person"))
    return found


def _services(chosen: Mapping[str, str], first_new: datetime.date) -> AffiliationQuerySet:
    """Open services that are as wanted, all in one service. A secretary's is the one that says
    where she belongs: a second seat elsewhere lists her no second time."""
    rows: AffiliationQuerySet = Affiliation.objects.all()
    post, source, since = (chosen.get(name) for name in ("post", "source", "since"))
    if post == Post.SECRETARY or source:  # only secretaries have a source
        rows = rows.secretaries().filter(place=F("person__unit"))
    if source:
        rows = rows.filter(of_service("source", first_new)[source])
    if post != Post.SECRETARY:
        rows = rows.open().filter(**({"post": post} if post else {}))
    if since:
        rows = rows.filter(of_service("since", first_new)[since])
    return rows


def seats_under(scope: Scope, path: str) -> AffiliationQuerySet:
    """The seats by which the directory lists somebody as secretary below a place path: one a
    person, and as many as `people` finds for that place and post (a test compares)."""
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
def age_limits(today: datetime.date) -> AgeLimits:
    """What `of_person` counts ages by."""
    return (today.month, today.year - 36, today.year - 46, today.year - 55)


def of_person(name: str, ages: AgeLimits, prefix: str = "") -> Mapping[str, Q]:
    """Code of a choice of "sex", "age", "education" or "mobile" -> condition over Person, or over
    what holds one behind `prefix` ("person__")."""
    if name == "age":
        month, *years = ages
        at_36, at_46, at_55 = (_born_by(year, month, prefix) for year in years)
        unknown = Q(**{f"{prefix}birth_year": None})
        return {
            Age.TO_35: ~unknown & ~at_36,
            Age.TO_45: at_36 & ~at_46,
            Age.TO_54: at_46 & ~at_55,
            Age.FROM_55: at_55,
            UNKNOWN: unknown,
        }
    if name == "mobile":
        return {"none": Q(**{f"{prefix}mobile_mask": ""})}
    choices = Person.Sex if name == "sex" else Person.Education
    known: dict[str, Q] = {code: Q(**{f"{prefix}{name}": code}) for code in choices.values}
    return known | {UNKNOWN: Q(**{f"{prefix}{name}": ""})}


def _born_by(year: int, month: int, prefix: str) -> Q:
    """Born in that month of that year or before. Whose month of birth is not known counts by the
    year alone."""
    by_month = Q(**{f"{prefix}birth_month": None}) | Q(**{f"{prefix}birth_month__lte": month})
    before = Q(**{f"{prefix}birth_year__lt": year})
    then = Q(**{f"{prefix}birth_year": year}) & by_month
    # A year that is not known is no age: said here, so that a negation stays true or false.
    return Q(**{f"{prefix}birth_year__isnull": False}) & (before | then)


def of_service(name: str, first_new: datetime.date) -> Mapping[str, Q]:
    """Code of a choice of "source" or "since" -> condition over Affiliation."""
    if name == "source":
        known: dict[str, Q] = {code: Q(source=code) for code in Affiliation.Source.values}
        return known | {UNKNOWN: Q(source="")}
    return {
        Since.NEW: Q(from_on__gte=first_new),
        Since.LONGER: Q(from_on__lt=first_new),
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
