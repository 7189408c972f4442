"""What the pages of places show: one query for each kind of fact, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q

from committees.models import Affiliation, Person, Place
from committees.models.people import Post
from core.scope import scope_of

SUBDISTRICT, COMMITTEE = Place.Level.SUBDISTRICT, Place.Level.COMMITTEE


@dataclass(slots=True)
class PlaceRow:
    """A place in a list. `committees` and `vacant` are None where they are not counted.

    `secretary`: of a committee, the person where the reader may see people, else None;
    `filled`: somebody holds the post.
    """

    place: Place
    committees: int | None = None
    vacant: int | None = None
    secretary: Person | None = None
    filled: bool = False


def place_rows(viewer: Any, places: Iterable[Place]) -> list[PlaceRow]:
    """Rows for places of any level; two queries for committees, two for what stands above them."""
    rows = {place.pk: PlaceRow(place) for place in places}
    _add_secretaries(viewer, rows)
    _add_counts(rows)
    return list(rows.values())


def _add_secretaries(viewer: Any, rows: dict[int, PlaceRow]) -> None:
    keys = [key for key, row in rows.items() if row.place.level == COMMITTEE]
    if not keys:
        return
    services = Affiliation.objects.secretaries().filter(place__in=keys)
    seen = Person.objects.visible_to(viewer).filter(affiliations__in=services)
    visible = {person.pk: person for person in seen}
    for service in services:
        row = rows[service.place_id or 0]
        row.filled = True
        row.secretary = visible.get(service.person_id)


def _add_counts(rows: dict[int, PlaceRow]) -> None:
    """Committees and vacant posts below sub-districts and districts; not counted further up."""
    for level, field in ((SUBDISTRICT, "parent"), (Place.Level.DISTRICT, "parent__parent")):
        keys = [key for key, row in rows.items() if row.place.level == level]
        if not keys:
            continue
        filled = Q(affiliations__post=Post.SECRETARY, affiliations__to_on=None)
        filled &= Q(affiliations__isnull=False)
        counted = (
            Place.objects.standing()
            .filter(level=COMMITTEE, **{f"{field}__in": keys})
            .values(above=F(field))
            .annotate(
                committees=Count("pk", distinct=True),
                filled=Count("pk", filter=filled, distinct=True),
            )
            .order_by()
        )
        for key in keys:
            rows[key].committees = rows[key].vacant = 0
        for count in counted:
            row = rows[count["above"]]
            row.committees = count["committees"]
            row.vacant = count["committees"] - count["filled"]


def top_places(viewer: Any) -> list[Place]:
    """Where browsing begins: the places granted to the viewer, the provinces for who sees all."""
    visible = Place.objects.visible_to(viewer).standing()
    paths = scope_of(viewer).paths()
    tops = visible.filter(path__in=paths) if paths else visible.filter(level=Place.Level.PROVINCE)
    return list(tops.select_related("parent").order_by("level", "pinyin", "pk")[:100])


def line_above(place: Place) -> list[Place]:
    """The places above, from the top; hidden rows are left out. `parent` must be loaded."""
    line = []
    above = place.parent
    while above is not None:
        if not above.hidden:
            line.append(above)
        above = above.parent
    return line[::-1]


def people_serving(viewer: Any, place: Place) -> list[Affiliation]:
    """Open services in `place` of people the viewer may see, secretary first."""
    order = {post: rank for rank, post in enumerate(Post.values)}
    rows = (
        Affiliation.objects.open()
        .filter(place=place, person__in=Person.objects.visible_to(viewer))
        .select_related("person")
        .order_by("person__pinyin", "pk")[:200]
    )
    return sorted(rows, key=lambda row: order[row.post])
