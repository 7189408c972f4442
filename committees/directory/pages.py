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
from django.utils import timezone

from committees.directory import listing
from committees.directory.asking import Wanted, Who
from committees.directory.finding import age_limits, first_of_the_new, people
from committees.models import Affiliation, Person, Place
from committees.models.people import READERS, Post
from committees.names import search_key
from core.paging import ROWS
from core.scope import Scope, scope_of
from core.templatetags.rows import label

LETTERS = "abcdefghijklmnopqrstuvwxyz"
Anchor = tuple[str, int]
_RANK = {post: rank for rank, post in enumerate(Post.values)}


@dataclass(slots=True)
class Row:
    """A person with the services the reader may know of, the first post first."""

    person: Person
    services: list[Affiliation]

    @property
    def posts(self) -> str:
        """The posts in words, the first one first."""
        return " · ".join(
            f"{label(service, 'post')}{service.particulars}" for service in self.services
        )

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
    keys, before, after = _around(found, anchor, back=bool(back))
    rows = _rows_of(keys)
    total = found.total() if before or after else len(rows)
    return Page(
        rows=_with_services(viewer, wanted, rows),
        before=rows[0].public_id if before and rows else None,
        after=rows[-1].public_id if after and rows else None,
        total=min(total, listing.COUNTED_TO),
        is_counted=total <= listing.COUNTED_TO,
    )


class _Found:
    """The people of a view, by prepared queries where there are some for it."""

    def __init__(self, viewer: Any, wanted: Wanted) -> None:
        self.viewer, self.wanted = viewer, wanted
        self.few = _are_few(viewer, wanted)
        self.prepared = None if wanted.who else self._for_prepared()
        # Known when everybody had to be met for the first page anyway.
        self.known_total: int | None = None

    def _for_prepared(self) -> tuple[Any, ...] | None:
        """What the prepared queries are asked with; None when nobody can be meant."""
        text, place = self.wanted.q, self.wanted.place
        letters = search_key(text) if text and text.isascii() else None
        if letters == "":
            return None
        characters = text if text and letters is None else None
        today = timezone.localdate()
        return (
            scope_of(self.viewer),
            place.path if place else None,
            characters,
            letters,
            frozenset(self.wanted.chosen.items()),
            age_limits(today),
            first_of_the_new(today),
        )

    def keys(self, anchor: Anchor | None, *, back: bool) -> list[int]:
        """One more than a page."""
        pinyin, key = anchor or (None, None)
        if self.prepared is not None:
            found = list(listing.listed(*self.prepared, self.few, back, pinyin, key))
        else:
            everybody = people(self.viewer, self.wanted)
            found = list(listing.stretch(everybody, self.few, back, pinyin, key))
        if found and len(found[0]) > 1:
            self.known_total = found[0][1]
        return [row[0] for row in found]

    def total(self) -> int:
        """How many they are; at least one more than the limit where there are more."""
        if self.known_total is not None:
            return self.known_total
        if self.prepared is None:
            found = people(self.viewer, self.wanted).order_by()
            return found[: listing.COUNTED_TO + 1].count()
        text, values = listing.counted(*self.prepared).text()
        with connection.cursor() as cursor:
            # The ORM's own text, its values still apart from it.
            cursor.execute(f"SELECT COUNT(*) FROM ({text}) counted", values)  # noqa: S608
            return int(cursor.fetchone()[0])


def _are_few(viewer: Any, wanted: Wanted) -> bool:
    """Are the people of a view found sooner than they would be met in the order of the list? By
    name, in a small area, and as secretaries: their seats have an index."""
    if wanted.q or wanted.post == Post.SECRETARY or wanted.source:
        return True
    return _is_small(scope_of(viewer), wanted.place)


def _is_small(scope: Scope, place: Place | None) -> bool:
    """Is the area of a view that of one sub-district or less?"""
    if place is not None:
        return place.level >= Place.Level.SUBDISTRICT
    paths = scope.paths(*READERS)
    # A path names a place of each level: "/1/2/3/4/" is a sub-district.
    return len(paths) == 1 and paths[0].count("/") - 1 >= Place.Level.SUBDISTRICT


def _around(found: _Found, anchor: Anchor | None, *, back: bool) -> tuple[list[int], bool, bool]:
    """The keys of a page of people, and whether there are some before and after them."""
    if anchor is None:
        keys = found.keys(None, back=False)
        return keys[:ROWS], False, len(keys) > ROWS
    keys = found.keys(anchor, back=back)
    if back:
        if not keys:  # nobody stands before: this is the first page
            return _around(found, None, back=False)
        return keys[:ROWS][::-1], len(keys) > ROWS, True
    if not keys:  # nobody stands behind: this is the last page
        keys = found.keys(None, back=True)
        return keys[:ROWS][::-1], len(keys) > ROWS, False
    return keys[:ROWS], True, len(keys) > ROWS


def _rows_of(keys: list[int]) -> list[Person]:
    """The people of a page in the order of their keys."""
    if not keys:
        return []
    found = {person.pk: person for person in listing.rows_of(tuple(keys))}
    return [found[key] for key in keys if key in found]


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
