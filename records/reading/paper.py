"""Classes from paper in figures, and since when the hours of a place are complete."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Subquery, Sum, Value

from committees.models import Place
from committees.policies import place_ids
from records.models import CompleteSince, HourEntry, PaperClass
from records.reading.district import people_serving


@dataclass(frozen=True, slots=True)
class PaperFigures:
    """Classes that ledgers report without names: how many, their hours, their participants."""

    classes: int
    quarters: int
    people: int


def paper_figures(place: Place, year: int) -> PaperFigures:
    """Of a place and all below it. One query."""
    found = PaperClass.objects.held_in(place, year).aggregate(
        classes=Count("pk"), quarters=Sum("quarters"), people=Sum("people")
    )
    return PaperFigures(found["classes"], found["quarters"] or 0, found["people"] or 0)


@dataclass(frozen=True, slots=True)
class Completeness:
    """Since when all hours of a place are in the portal. `since` None: nothing is entered yet.

    `said_by`: who said so; nobody where it is the day of the first entry. `later`: a part of the
    place began after the rest, and that day is the one that holds for the whole.
    """

    since: datetime.date | None
    said_by: str = ""
    said: bool = False
    later: bool = False

    def covers(self, year: int) -> bool:
        """Whether figures of `year` miss nothing for want of entries."""
        return self.since is not None and self.since <= datetime.date(year, 1, 1)


def complete_since(place: Place, on: datetime.date) -> Completeness:
    """What holds for a place: its own word, else that of the next place above, else the day of the
    first entry; and never before the last word of a part of it. One query, two without a word."""
    words = _last_words(place)
    first = None
    if _own(place, words) is None:
        entries = _entries(place, on)
        first = entries.aggregate(first=Min("session_on"))["first"]
    return _what_holds(place, words, first)


def known_from_paper(
    place: Place, year: int, on: datetime.date
) -> tuple[PaperFigures, Completeness]:
    """`paper_figures` and `complete_since` for a page that shows both. Two queries."""
    words = _last_words(place)
    held = PaperClass.objects.held_in(place, year)
    asked: dict[str, Any] = {
        "paper_classes": _total(held, Count("pk")),
        "paper_quarters": _total(held, Sum("quarters")),
        "paper_people": _total(held, Sum("people")),
    }
    if _own(place, words) is None:
        asked["first_entry"] = _total(_entries(place, on), Min("session_on"))
    found: dict[str, Any] = dict(Place.objects.filter(pk=place.pk).values(**asked).get())
    figures = PaperFigures(
        found["paper_classes"] or 0, found["paper_quarters"] or 0, found["paper_people"] or 0
    )
    return figures, _what_holds(place, words, found.get("first_entry"))


def _total(rows: QuerySet[Any], total: Any) -> Subquery:
    """One figure over all of `rows`, as a part of another query."""
    one = rows.order_by().annotate(all_of_them=Value(1)).values("all_of_them")
    return Subquery(one.annotate(total=total).values("total"))


def _last_words(place: Place) -> dict[int, CompleteSince]:
    """What was said last of each place above and below this one, and of itself."""
    rows = CompleteSince.objects.filter(
        Q(place__in=place_ids(place)) | Q(place__path__under=place.path)
    )
    return {row.place_id: row for row in rows.order_by("said_at", "pk")}


def _own(place: Place, words: dict[int, CompleteSince]) -> CompleteSince | None:
    """The word on the place itself, else on the next one above."""
    return next((words[pk] for pk in reversed(place_ids(place)) if pk in words), None)


def _what_holds(
    place: Place, words: dict[int, CompleteSince], first: datetime.date | None
) -> Completeness:
    own, above = _own(place, words), set(place_ids(place))
    since = own.since if own else first
    below = [row for pk, row in words.items() if pk not in above]
    latest = max(below, key=lambda row: (row.since, row.pk), default=None)
    if latest is not None and (since is None or latest.since > since):
        return Completeness(latest.since, latest.actor_label, said=True, later=True)
    return Completeness(since, own.actor_label if own else "", said=own is not None)


def _entries(place: Place, on: datetime.date) -> QuerySet[HourEntry]:
    """Of those who serve there: the index of accounts finds them."""
    return HourEntry.objects.filter(account__person__in=people_serving(place, on))
