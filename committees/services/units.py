"""Where a person belonged on a day: records keep the unit of their own day, not today's."""

from __future__ import annotations

import datetime
from collections.abc import Collection

from django.db.models import F, Q

from committees.models import Affiliation, Person, Place
from committees.models.people import Post
from committees.services.appointments import UNIT_ORDER


def unit_on(person: Person, day: datetime.date) -> Place | None:
    """The unit of `person` on `day`; see `units_on`."""
    return units_on([person], day).get(person.pk)


def units_on(people: Collection[Person], day: datetime.date) -> dict[int, Place]:
    """Units by person: from the services that covered `day`, the first post of UNIT_ORDER and the
    latest of these; without one, the unit of today. Who never had one is left out. Two queries."""
    ranks = {post: rank for rank, post in enumerate(UNIT_ORDER)}
    served = (
        Affiliation.objects.filter(person__in=people, post__in=UNIT_ORDER, place__isnull=False)
        .filter(Q(from_on=None) | Q(from_on__lte=day))
        .filter(Q(to_on=None) | Q(to_on__gte=day))
        .select_related("place")
        .order_by(F("from_on").asc(nulls_first=True), "pk")
    )
    best: dict[int, tuple[tuple[bool, int], Place]] = {}
    for row in served:
        rank = (row.concurrent, ranks[Post(row.post)])
        if row.place and (row.person_id not in best or rank <= best[row.person_id][0]):
            best[row.person_id] = rank, row.place
    units = {key: place for key, (_rank, place) in best.items()}
    missing = {person.pk: person.unit_id for person in people if person.pk not in units}
    places = Place.objects.in_bulk([unit for unit in missing.values() if unit is not None])
    return units | {key: places[unit] for key, unit in missing.items() if unit is not None}
