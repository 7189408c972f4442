"""The tiles of a district's or sub-district's page: each opens the list it counts."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from committees.directory import Wanted
from committees.directory.asking import Since
from committees.directory.finding import first_of_the_new, seats_under
from committees.models import Affiliation, Place
from committees.models.people import Post
from core.prepared import compiled
from core.scope import Scope, scope_of


@dataclass(frozen=True, slots=True)
class Tile:
    label: Promise | str
    value: int
    url: str
    note: Promise | str = ""


def tiles_of(viewer: Any, place: Place, *, with_people: bool) -> list[Tile]:
    """Committees and vacant posts; secretaries and new ones where the reader's work is with people.
    Two queries."""
    committees, vacant = _committees(place.path).first() or (0, 0)
    places = f"{reverse('committees:place-list')}?place={place.pk}"
    # Where no committee is known, nothing is said of its posts.
    filled = _("every known post is filled") if committees else ""
    note = _("awaiting a Party secretary") if vacant else filled
    tiles = [
        Tile(_("Committees"), committees, f"{places}&level=5"),
        Tile(_("Vacant posts"), vacant, f"{places}&vacant=1", note),
    ]
    return [*_of_people(viewer, place), *tiles] if with_people else tiles


def _of_people(viewer: Any, place: Place) -> list[Tile]:
    first = first_of_the_new(timezone.localdate())
    secretaries, new = _secretaries(scope_of(viewer), place.path, first).first() or (0, 0)
    listed = f"{reverse('committees:person-list')}?"
    all_of_them = Wanted(place=place, post=Post.SECRETARY)
    newly = Wanted(place=place, post=Post.SECRETARY, since=Since.NEW)
    return [
        Tile(_("Secretaries in post"), secretaries, listed + all_of_them.query),
        Tile(_("New secretaries"), new, listed + newly.query, _("3 years or less")),
    ]


@compiled
def _committees(path: str) -> QuerySet[Place, tuple[int, int]]:
    """How many committees stand below a place, and how many of them are vacant; nothing when
    there is none."""
    vacant = Q(pk__in=Place.objects.vacant().filter(path__under=path).values("pk"))
    below = Place.objects.standing().filter(path__under=path, level=Place.Level.COMMITTEE)
    counts = below.values("level").annotate(n=Count("pk"), vacant=Count("pk", filter=vacant))
    return counts.order_by().values_list("n", "vacant")


@compiled
def _secretaries(
    scope: Scope, path: str, first: datetime.date
) -> QuerySet[Affiliation, tuple[int, int]]:
    """How many people the directory lists as secretaries below a place, and how many of them since
    `first` or later."""
    seats = seats_under(scope, path).values("to_on")  # open ones only: one group
    new = Count("pk", filter=Q(from_on__gte=first))
    return seats.annotate(n=Count("pk"), new=new).order_by().values_list("n", "new")
