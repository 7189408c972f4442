"""A page of the directory, found by where it begins instead of by its number.

Counting 40,000 people and walking past those of earlier pages would cost more than the page: a page
is asked for by the person before it, and the total is counted up to a limit (docs/adr/0070).
"""

from __future__ import annotations

import datetime
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
from committees.models import Affiliation, Place
from committees.models.people import READERS, Post, particulars_of
from committees.names import search_key, written_name
from core.paging import ROWS
from core.scope import Scope, scope_of
from core.templatetags.rows import choice_labels
from core.words import in_language

LETTERS = "abcdefghijklmnopqrstuvwxyz"
Anchor = tuple[str, int]
_RANK = {post: rank for rank, post in enumerate(Post.values)}


@dataclass(slots=True)
class Row:
    """What a line of the directory says, in the reader's words; "" and None where nothing is said.

    `unit` is where somebody serves, of those who left where they served last; `above` the place
    above it; `posts` those the reader may know of, the first post first, `since` that one's day;
    `until` the end of the last service of those who left.
    """

    public_id: uuid.UUID
    name: str
    mobile: str
    unit: str = ""
    above: str = ""
    posts: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None


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
    rows = _rows_of(viewer, wanted, keys)
    total = found.total() if before or after else len(rows)
    return Page(
        rows=rows,
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


def _anchor(key: str, letter: str) -> Anchor | None:
    """Where the page begins: (pinyin, key) of the person before it. A key of nobody: at the top."""
    if key:
        try:
            return listing.anchor(uuid.UUID(key)).first()
        except ValueError:
            return None
    return (letter, 0) if len(letter) == 1 and letter in LETTERS else None


def _rows_of(viewer: Any, wanted: Wanted, keys: list[int]) -> list[Row]:
    """The lines of a page in the order of its keys; one query more for their posts. Of guests
    nothing more is shown."""
    if not keys:
        return []
    found = {key: _row(*shown) for key, *shown in listing.rows_of(tuple(keys))}
    if wanted.who == Who.FORMER:
        _say_former_posts(viewer, found)
    elif wanted.who != Who.GUESTS:
        _say_posts(found)
    return [found[key] for key in keys if key in found]


def _row(
    public_id: uuid.UUID, name_zh: str, name_en: str, pinyin: str, mobile: str, *places: str | None
) -> Row:
    unit_zh, unit_en, above_zh, above_en = (name or "" for name in places)
    return Row(
        public_id=public_id,
        name=written_name(name_zh, name_en, lambda: pinyin),
        mobile=mobile,
        unit=in_language(unit_zh, unit_en),
        above=in_language(above_zh, above_en),
    )


def _say_posts(rows: Mapping[int, Row]) -> None:
    held: dict[int, list[tuple[Any, ...]]] = {}
    for key, *service in listing.services(tuple(rows)):
        held.setdefault(key, []).append(tuple(service))
    labels = choice_labels(Affiliation, "post")
    for key, services in held.items():
        services.sort(key=lambda service: _RANK[service[0]])
        row = rows[key]
        row.posts = " · ".join(
            labels[post] + particulars_of(in_charge, concurrent)
            for post, in_charge, concurrent, _since in services
        )
        row.since = services[0][-1]


def _say_former_posts(viewer: Any, rows: Mapping[int, Row]) -> None:
    """Of the time in the reader's area only, the last service first."""
    here = scope_of(viewer).under("place__path", *READERS)
    ended = Affiliation.objects.filter(here, person__in=rows, to_on__isnull=False)
    held: dict[int, list[Affiliation]] = {}
    for service in ended.select_related("place").order_by(F("to_on").desc(), "pk"):
        held.setdefault(service.person_id, []).append(service)
    for key, services in held.items():
        row, last = rows[key], services[0]
        row.posts = " · ".join(service.title for service in services)
        row.unit, row.above = last.place.name if last.place else "", ""
        row.until = last.to_on
