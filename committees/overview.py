"""The tiles of a district's or sub-district's page: each opens the list it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from committees.directory import Wanted
from committees.directory.asking import Since
from committees.directory.finding import of_service, secretaries_of
from committees.models import Place
from committees.models.people import Post


@dataclass(frozen=True, slots=True)
class Tile:
    label: Promise | str
    value: int
    url: str
    note: Promise | str = ""


def tiles_of(viewer: Any, place: Place, *, with_people: bool) -> list[Tile]:
    """Committees and vacant posts; secretaries and new ones where the reader's work is with people.
    Two queries."""
    below = Place.objects.standing().under(place).filter(level=Place.Level.COMMITTEE)
    vacant = Q(pk__in=Place.objects.vacant().under(place).values("pk"))
    counts = below.aggregate(committees=Count("pk"), vacant=Count("pk", filter=vacant))
    places = f"{reverse('committees:place-list')}?place={place.pk}"
    note = _("awaiting a Party secretary") if counts["vacant"] else _("every known post is filled")
    tiles = [
        Tile(_("Committees"), counts["committees"], f"{places}&level=5"),
        Tile(_("Vacant posts"), counts["vacant"], f"{places}&vacant=1", note),
    ]
    return [*_of_people(viewer, place), *tiles] if with_people else tiles


def _of_people(viewer: Any, place: Place) -> list[Tile]:
    new = of_service("since", timezone.localdate())[Since.NEW]
    counts = secretaries_of(viewer, place).aggregate(
        secretaries=Count("pk"), new=Count("pk", filter=new)
    )
    listed = f"{reverse('committees:person-list')}?"
    secretaries = Wanted(place=place, post=Post.SECRETARY)
    newly = Wanted(place=place, post=Post.SECRETARY, since=Since.NEW)
    return [
        Tile(_("Secretaries in post"), counts["secretaries"], listed + secretaries.query),
        Tile(_("New secretaries"), counts["new"], listed + newly.query, _("3 years or less")),
    ]
