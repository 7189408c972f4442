"""Places that an edition names no more: closed at once, their successors proposed to a person."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence

from committees.matching import canonical, stems
from committees.models import Closure, Place, Successor
from committees.register.recoding import LEVELS, Row, gone_rows
from committees.register.staging import STAGE, ask
from core import summaries

MOST_OF_A_KIND = 5
ALIKE = 2  # hanzi at the beginning that make two names similar


def close_gone(tops: Sequence[Place], year: int, created: Iterable[int]) -> list[Closure]:
    """Close what the file no longer names below `tops`, and propose who may have followed.

    A place above committees is closed only when nothing below it stands any more. `created`: keys
    of the places that this edition brought.
    """
    closures: list[Closure] = []
    for level in reversed(LEVELS):
        rows = gone_rows(tops, level)
        if level != Place.Level.COMMITTEE and rows:
            carrying = set(
                Place.objects.standing()
                .filter(parent__in=[row.pk for row in rows])
                .values_list("parent_id", flat=True)
            )
            rows = [row for row in rows if row.pk not in carrying]
        closures += _close(rows, year)
    _propose(closures, set(created))
    return closures


def _close(rows: Sequence[Row], year: int) -> list[Closure]:
    if not rows:
        return []
    on = datetime.date(year, 1, 1)
    counted = _namesakes({row.name for row in rows})
    Place.objects.filter(pk__in=[row.pk for row in rows]).update(closed_on=on)
    made = Closure.objects.bulk_create(
        [
            Closure(
                place_id=row.pk,
                edition=year,
                closed_on=on,
                finding={0: Closure.Finding.NOWHERE, 1: Closure.Finding.ONCE}.get(
                    counted[row.name], Closure.Finding.SEVERAL
                ),
            )
            for row in rows
        ]
    )
    for closure in Closure.objects.filter(pk__in=[one.pk for one in made]).select_related("place"):
        if closure.place.level == Place.Level.COMMITTEE:
            summaries.add("committees", place_id=closure.place_id, amount=-1)
    return list(Closure.objects.filter(pk__in=[one.pk for one in made]).select_related("place"))


def _namesakes(names: set[str]) -> Counter[str]:
    """How often each name stands in the file."""
    found: Counter[str] = Counter()
    wanted = sorted(names)
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        marks = ", ".join(["%s"] * len(some))
        query = f"SELECT name, COUNT(*) FROM {STAGE} WHERE name IN ({marks}) GROUP BY name"  # noqa: S608
        found.update(dict(ask(query, some)))
    return found


def _propose(closures: Sequence[Closure], created: set[int]) -> None:
    """Namesakes, places that are new beside it, and neighbours of a similar name."""
    parents = {closure.place.parent_id for closure in closures}
    beside: dict[int | None, list[Place]] = {parent: [] for parent in parents}
    for place in Place.objects.standing().filter(parent__in=parents).order_by("code", "pk"):
        beside[place.parent_id].append(place)
    named: dict[tuple[str, int], list[Place]] = {}
    names = {closure.place.name_zh for closure in closures}
    for place in Place.objects.standing().filter(name_zh__in=names).order_by("code", "pk"):
        named.setdefault((place.name_zh, place.level), []).append(place)
    rows = []
    for closure in closures:
        gone = closure.place
        neighbours = beside[gone.parent_id]
        found = {
            Successor.Why.NAMESAKE: _nearest(gone, named.get((gone.name_zh, gone.level), [])),
            Successor.Why.ALIKE: [place for place in neighbours if similar(gone, place)],
            Successor.Why.NEW: [place for place in neighbours if place.pk in created],
        }
        seen: set[int] = set()
        for why, places in found.items():
            for place in [one for one in places if one.pk not in seen][:MOST_OF_A_KIND]:
                seen.add(place.pk)
                rows.append(Successor(closure=closure, place=place, why=why))
    Successor.objects.bulk_create(rows, batch_size=500)


def _nearest(gone: Place, places: Iterable[Place]) -> list[Place]:
    """Those of the same district before others."""
    district = (gone.code or "")[:6]
    return sorted(places, key=lambda place: (place.code or "")[:6] != district)


def similar(one: Place, other: Place) -> bool:
    """Do the names, without the words for a committee, begin alike?"""
    first, second = (_stem(place.name_zh) for place in (one, other))
    return first[:ALIKE] == second[:ALIKE] and len(first) >= ALIKE


def _stem(name: str) -> str:
    plain = canonical(name)
    return min(stems(plain), key=len, default=plain)
