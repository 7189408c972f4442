"""A page of the directory, found by where it begins instead of by its number.

Counting 40,000 people and walking past those of earlier pages would cost more than the page: a page
is asked for by the person before it, and the total is counted up to a limit (docs/adr/0070).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F

from committees.directory import listing
from committees.directory.asking import Wanted, Who
from committees.directory.finding import people
from committees.models import Affiliation, Person, Place
from committees.models.people import READERS, Post
from committees.names import search_key
from core.paging import ROWS
from core.scope import Scope, scope_of

LETTERS = "abcdefghijklmnopqrstuvwxyz"
Anchor = tuple[str, int]
_RANK = {post: rank for rank, post in enumerate(Post.values)}


@dataclass(slots=True)
class Row:
    """A person with the services the reader may know of, the first post first."""

    person: Person
    services: list[Affiliation]

    @property
    def first(self) -> Affiliation | None:
        return self.services[0] if self.services else None


@dataclass(slots=True)
class Page:
    """Rows in the order of pinyin. `before` and `after` name the neighbours' ends, if any;
    `total` stops at COUNTED_TO, and `is_counted` says whether it is the whole."""

    rows: list[Row]
    before: uuid.UUID | None
    after: uuid.UUID | None
    total: int
    is_counted: bool


def page_of(viewer: Any, wanted: Wanted, query: Mapping[str, Any]) -> Page:
    """The page that `query` names by `after`, `before` or `letter`; else the first."""
    found = _Found(viewer, wanted)
    back = query.get("before", "")
    anchor = _anchor(back or query.get("after", ""), query.get("letter", ""))
    rows, before, after = _around(found, anchor, back=bool(back))
    total = found.total() if before or after else len(rows)
    return Page(
        rows=_with_services(viewer, wanted, rows),
        before=rows[0].public_id if before else None,
        after=rows[-1].public_id if after else None,
        total=min(total, listing.COUNTED_TO),
        is_counted=total <= listing.COUNTED_TO,
    )


class _Found:
    """The people of a view, by prepared queries where there are some for it."""

    def __init__(self, viewer: Any, wanted: Wanted) -> None:
        self.viewer, self.wanted = viewer, wanted
        self.few = bool(wanted.q) or _is_small(scope_of(viewer), wanted.place)
        self.prepared = self._for_prepared() if not wanted.chosen else None

    def _for_prepared(self) -> tuple[Any, ...] | None:
        """What the prepared queries are asked with; None when nobody can be meant."""
        text, place = self.wanted.q, self.wanted.place
        letters = search_key(text) if text and text.isascii() else None
        if letters == "":
            return None
        characters = text if text and letters is None else None
        return scope_of(self.viewer), place.path if place else None, characters, letters

    def stretch(self, anchor: Anchor | None, *, back: bool) -> list[Person]:
        """One row more than a page."""
        pinyin, key = anchor or (None, None)
        if self.prepared is not None:
            return list(listing.listed(*self.prepared, self.few, back, pinyin, key))
        found = people(self.viewer, self.wanted)
        return list(listing.stretch(found, self.few, back, pinyin, key))

    def total(self) -> int:
        """How many they are, counted up to one more than the limit."""
        if self.prepared is None:
            found = people(self.viewer, self.wanted).order_by()
            return found[: listing.COUNTED_TO + 1].count()
        text, values = listing.counted(*self.prepared).text()
        with connection.cursor() as cursor:
            # The ORM's own text, its values still apart from it.
            cursor.execute(f"SELECT COUNT(*) FROM ({text}) counted", values)  # noqa: S608
            return int(cursor.fetchone()[0])


def _is_small(scope: Scope, place: Place | None) -> bool:
    """Is the area of a view that of one sub-district or less?"""
    if place is not None:
        return place.level >= Place.Level.SUBDISTRICT
    paths = scope.paths(*READERS)
    # A path names a place of each level: "/1/2/3/4/" is a sub-district.
    return len(paths) == 1 and paths[0].count("/") - 1 >= Place.Level.SUBDISTRICT


def _around(found: _Found, anchor: Anchor | None, *, back: bool) -> tuple[list[Person], bool, bool]:
    """A page of people, and whether there are some before and after them."""
    if anchor is None:
        rows = found.stretch(None, back=False)
        return rows[:ROWS], False, len(rows) > ROWS
    rows = found.stretch(anchor, back=back)
    if back:
        if not rows:  # nobody stands before: this is the first page
            return _around(found, None, back=False)
        return rows[:ROWS][::-1], len(rows) > ROWS, True
    if not rows:  # nobody stands behind: this is the last page
        rows = found.stretch(None, back=True)
        return rows[:ROWS][::-1], len(rows) > ROWS, False
    return rows[:ROWS], True, len(rows) > ROWS


def _anchor(key: str, letter: str) -> Anchor | None:
    """Where the page begins: (pinyin, key) of the person before it. A key of nobody: at the top."""
    if key:
        try:
            return listing.anchor(uuid.UUID(key)).first()
        except ValueError:
            return None
    return (letter, 0) if len(letter) == 1 and letter in LETTERS else None


def _with_services(viewer: Any, wanted: Wanted, rows: list[Person]) -> list[Row]:
    """One query for the posts of all rows; of guests nothing more is shown."""
    shown = {person.pk: Row(person, []) for person in rows}
    if not rows or wanted.who == Who.GUESTS:
        return list(shown.values())
    if wanted.who == Who.FORMER:
        here = scope_of(viewer).under("place__path", *READERS)
        ended = Affiliation.objects.filter(here, person__in=shown, to_on__isnull=False)
        latest = ended.select_related("place").order_by(F("to_on").desc(), "pk")
        for service in latest:
            shown[service.person_id].services.append(service)
        return list(shown.values())
    for service in listing.services(tuple(shown)):
        shown[service.person_id].services.append(service)
    for row in shown.values():
        row.services.sort(key=lambda service: _RANK[service.post])
    return list(shown.values())
