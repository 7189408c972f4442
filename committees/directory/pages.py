"""A page of the directory, found by where it begins instead of by its number.

Counting 40,000 people and walking past those of earlier pages would cost more than the page: a page
is asked for by the person before it, and the total is counted up to a limit (docs/adr/0070).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, Func, Q

from committees.directory.asking import Wanted, Who
from committees.directory.finding import people
from committees.models import Affiliation, Person, Place
from committees.models.people import READERS, PersonQuerySet, Post
from core.paging import ROWS
from core.scope import scope_of

COUNTED_TO = 1_000
LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Columns of a row; a person and two places have forty more.
SHOWN = (
    *("public_id", "name_zh", "name_en", "pinyin", "mobile_mask"),
    *("unit__path", "unit__name_zh", "unit__name_en"),
    *("unit__parent__name_zh", "unit__parent__name_en"),
)
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
    found = people(viewer, wanted)
    back = query.get("before", "")
    anchor = _anchor(back or query.get("after", ""), query.get("letter", ""))
    few = bool(wanted.q) or _is_small(viewer, wanted)
    rows, before, after = _around(_Order(found, few), anchor, back=bool(back))
    whole = not (before or after)
    total = len(rows) if whole else found.order_by()[: COUNTED_TO + 1].count()
    return Page(
        rows=_with_services(viewer, wanted, rows),
        before=rows[0].public_id if before else None,
        after=rows[-1].public_id if after else None,
        total=min(total, COUNTED_TO),
        is_counted=total <= COUNTED_TO,
    )


def _is_small(viewer: Any, wanted: Wanted) -> bool:
    """Is the area of the view that of one sub-district or less?"""
    if wanted.place is not None:
        return wanted.place.level >= Place.Level.SUBDISTRICT
    scope = scope_of(viewer)
    paths = scope.paths(*READERS)
    # A path names a place of each level: "/1/2/3/4/" is a sub-district.
    depth = min((path.count("/") - 1 for path in paths), default=0)
    return len(paths) == 1 and depth >= Place.Level.SUBDISTRICT


@dataclass(frozen=True, slots=True)
class _Order:
    """People in the order of pinyin. `few`: they are found first and sorted then; else the index
    is walked until the page is full. PostgreSQL would walk it for a handful of people, too, and
    meet everybody on the way: an expression in the order leaves it no index to walk."""

    found: PersonQuerySet
    few: bool

    def keys(self, *, back: bool) -> tuple[Any, ...]:
        if not self.few:
            return ("-pinyin", "-pk") if back else ("pinyin", "pk")
        pinyin = Func(F("pinyin"), template="(%(expressions)s || '')", output_field=CharField())
        return (pinyin.desc(), "-pk") if back else (pinyin.asc(), "pk")


def _around(
    found: _Order, anchor: tuple[str, int] | None, *, back: bool
) -> tuple[list[Person], bool, bool]:
    """A page of people, and whether there are some before and after them."""
    if anchor is None:
        rows = _stretch(found, None, back=False)
        return rows[:ROWS], False, len(rows) > ROWS
    rows = _stretch(found, anchor, back=back)
    if back:
        if not rows:  # nobody stands before: this is the first page
            return _around(found, None, back=False)
        return rows[:ROWS][::-1], len(rows) > ROWS, True
    if not rows:  # nobody stands behind: this is the last page
        rows = _stretch(found, None, back=True)
        return rows[:ROWS][::-1], len(rows) > ROWS, False
    return rows[:ROWS], True, len(rows) > ROWS


def _anchor(key: str, letter: str) -> tuple[str, int] | None:
    """Where the page begins: (pinyin, key) of the person before it. A key of nobody: at the top."""
    if key:
        try:
            wanted = uuid.UUID(key)
        except ValueError:
            return None
        return Person.objects.filter(public_id=wanted).values_list("pinyin", "pk").first()
    return (letter, 0) if len(letter) == 1 and letter in LETTERS else None


def _stretch(found: _Order, anchor: tuple[str, int] | None, *, back: bool) -> list[Person]:
    """One row more than a page, from the anchor on or, going back, up to it."""
    rows = found.found.select_related("unit__parent").only(*SHOWN)
    rows = rows.order_by(*found.keys(back=back))
    if anchor is not None:
        pinyin, key = anchor
        # The first condition is what an index can begin at; the second is exact.
        if back:
            rows = rows.filter(pinyin__lte=pinyin).filter(Q(pinyin__lt=pinyin) | Q(pk__lt=key))
        else:
            rows = rows.filter(pinyin__gte=pinyin).filter(Q(pinyin__gt=pinyin) | Q(pk__gt=key))
    return list(rows[: ROWS + 1])


def _with_services(viewer: Any, wanted: Wanted, rows: list[Person]) -> list[Row]:
    """One query for the posts of all rows; of guests nothing more is shown."""
    shown = {person.pk: Row(person, []) for person in rows}
    if rows and wanted.who != Who.GUESTS:
        services = Affiliation.objects.filter(person__in=shown)
        if wanted.who == Who.FORMER:
            here = scope_of(viewer).under("place__path", *READERS)
            services = services.filter(here, to_on__isnull=False).select_related("place")
            services = services.order_by(F("to_on").desc(), "pk")
        else:
            services = services.open().order_by("pk")
        for service in services:
            shown[service.person_id].services.append(service)
        if wanted.who == Who.SERVING:
            for row in shown.values():
                row.services.sort(key=lambda service: _RANK[service.post])
    return list(shown.values())
