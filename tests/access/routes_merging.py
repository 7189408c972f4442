"""Possible duplicates and merges of people."""

from __future__ import annotations

from typing import Any

from committees.services.merging import merge_people
from tests.access.spec import REST, Route, Visit
from tests.access.world import World
from tests.factories.committees import PersonFactory

KEEPS_RECORDS = {200: "district organiser", 403: REST}
KEEPS_PAIR = {200: "district organiser", 404: REST}


def build(world: World) -> None:
    """Two records that may be one person, and two that were merged, on each side."""
    for side in world.sides:
        people = [PersonFactory(unit=side.committee) for _ in range(4)]
        side.things["two"] = people[:2]
        side.things["merge"] = merge_people(actor=None, kept=people[2], gone=people[3])


def pair(visit: Visit) -> dict[str, Any]:
    one, two = visit.side.things["two"]
    return {"one": one.public_id, "two": two.public_id}


def merged(visit: Visit) -> dict[str, Any]:
    return {"public_id": visit.side.things["merge"].public_id}


def two_ids(visit: Visit) -> dict[str, Any]:
    return {name: str(key) for name, key in pair(visit).items()}


def kept_and_gone(visit: Visit) -> dict[str, Any]:
    one, two = visit.side.things["two"]
    return {"kept": str(one.public_id), "gone": str(two.public_id)}


ROUTES = {
    "committees:duplicate-list": Route(get=KEEPS_RECORDS),
    "committees:person-compare": Route(get=KEEPS_PAIR, args=pair),
    "committees:merge-preview": Route(post=KEEPS_PAIR, args=pair),
    "committees:merge-do": Route(post={302: "district organiser", 404: REST}, args=pair),
    "committees:note-two": Route(post={302: "district organiser", 404: REST}, args=pair),
    "committees:note-withdraw": Route(post={302: "district organiser", 404: REST}, args=pair),
    "committees:merge-list": Route(get=KEEPS_RECORDS),
    "committees:merge-detail": Route(get=KEEPS_PAIR, args=merged),
    "committees:merge-undo": Route(post={302: "district organiser", 404: REST}, args=merged),
    "api:list_duplicates": Route(get=KEEPS_RECORDS, token=True),
    "api:note_two_people": Route(
        post={204: "district organiser", 404: REST},
        data=two_ids,
        token=True,
    ),
    "api:merge_records": Route(
        post={200: "district organiser", 404: REST},
        data=kept_and_gone,
        token=True,
    ),
}
