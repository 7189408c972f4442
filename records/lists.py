"""Lists of people in a year: each figure of class hours with the rows that make it.

A page shows a part of a list, an export the whole of it; both are made here, from the same rows.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committees.models import Affiliation, Person, Place
from core.templatetags.house import full_day, hours
from records import metrics
from records.metrics import Centralised, Induction, Stage
from records.reading.district import Book, Standing, book, named_people, secretarial_services
from records.targets import Service

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

STAGES: Mapping[str, _StrOrPromise] = {
    Stage.IN_TIME: gettext_lazy("trained in time"),
    Stage.LATE: gettext_lazy("trained after the deadline"),
    Stage.OVERDUE: gettext_lazy("deadline passed"),
    Stage.ALERT: gettext_lazy("deadline is near"),
    Stage.INSIDE: gettext_lazy("deadline to come"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A person in a list: the standing, and the cells after name, unit and post."""

    standing: Standing
    cells: tuple[str, ...]
    figures: tuple[int | str | datetime.date, ...] = ()


class Year:
    """A book, and the trainings of its secretaries, each read when a list asks for it."""

    def __init__(self, book: Book) -> None:
        self.book = book

    @cached_property
    def services(self) -> Mapping[int, Sequence[Service]]:
        people = [standing.person_id for standing in self.book.secretaries]
        return secretarial_services(people)

    @cached_property
    def centralised(self) -> Sequence[Centralised]:
        return metrics.centralised(self.book, self.services)

    @cached_property
    def induction(self) -> Sequence[Induction]:
        return metrics.induction(self.book, self.services)


@dataclass(frozen=True, slots=True)
class ListKind:
    """A list: its name, what it means, its own columns and its rows."""

    key: str
    label: _StrOrPromise
    definition: _StrOrPromise
    columns: tuple[_StrOrPromise, ...]
    rows: Callable[[Year], list[Row]]
    nobody: tuple[_StrOrPromise, _StrOrPromise]  # heading and text of an empty list


def read_year(place: Place, year: int, today: datetime.date) -> Year:
    """Everybody with a post in `place`. The same queries for any size."""
    return Year(book(place, year, today))


# --- Rows -----------------------------------------------------------------------------------------
def _hours_cells(standing: Standing) -> tuple[str, ...]:
    total, target = standing.counted.total, standing.target
    return hours(total), hours(target), hours(standing.gap)


def _of(standings: Sequence[Standing]) -> list[Row]:
    return [Row(standing, _hours_cells(standing)) for standing in standings]


def _gap(year: Year) -> list[Row]:
    return _of(metrics.missing_hours(year.book))


def _gap_secretaries(year: Year) -> list[Row]:
    return _of([standing for standing in year.book.secretaries if standing.gap])


def _reached(year: Year) -> list[Row]:
    return _of(metrics.reached(year.book))


def _owing(year: Year) -> list[Row]:
    return _of(metrics.owing(year.book))


def _untrained(year: Year) -> list[Row]:
    return [
        Row(row.standing, (*_hours_cells(row.standing), f"{row.completed}/{row.due}"))
        for row in year.centralised
        if not row.done
    ]


def _inductions(rows: Sequence[Induction], on: datetime.date) -> list[Row]:
    return [
        Row(
            row.standing,
            (
                full_day(row.since),
                full_day(row.deadline),
                _days(row, on),
                str(STAGES[row.stage]),
            ),
        )
        for row in rows
    ]


def _days(row: Induction, on: datetime.date) -> str:
    """Days that are left, or have passed, without blame."""
    left = row.days_left(on)
    if left >= 0:
        return _("%(days)d days left") % {"days": left}
    return _("%(days)d days past") % {"days": -left}


def _overdue(year: Year) -> list[Row]:
    return _inductions(metrics.overdue(year.induction), year.book.on)


def _inside(year: Year) -> list[Row]:
    return _inductions(metrics.inside(year.induction), year.book.on)


def _backstop(year: Year) -> list[Row]:
    trained = {row.standing.person_id: row for row in year.centralised}
    rows = []
    for standing in metrics.backstop(year.book, year.centralised):
        row = trained.get(standing.person_id)
        done = f"{row.completed}/{row.due}" if row else "—"
        rows.append(Row(standing, (*_hours_cells(standing), done)))
    return rows


NOBODY_BEHIND = (
    gettext_lazy("Nobody has hours missing"),
    gettext_lazy("Everybody with a target has reached it, or nobody here has one."),
)
NOBODY_UNTRAINED = (
    gettext_lazy("Nobody is without training"),
    gettext_lazy("No secretary here is waiting for the centralised training of the year."),
)
NOBODY_OVERDUE = (
    gettext_lazy("No deadline has passed"),
    gettext_lazy("Every new secretary here is trained or still has time."),
)
NOBODY_NEW = (
    gettext_lazy("Nobody is to be trained"),
    gettext_lazy("No new secretary here has induction training ahead."),
)
NOBODY_REACHED = (
    gettext_lazy("Nobody has reached the target yet"),
    gettext_lazy("Names appear here as soon as enough class hours are verified."),
)
NOBODY_OWING = (
    gettext_lazy("Nobody has a target"),
    gettext_lazy("Targets come from the posts entered here and from the rules of the district."),
)
NOBODY_BACKSTOP = (
    gettext_lazy("Nobody needs backstop training"),
    gettext_lazy("Every secretary here was reached by a training and has the hours of the year."),
)
HOURS = (gettext_lazy("Counted"), gettext_lazy("Target"), gettext_lazy("Missing"))
CENTRALISED = gettext_lazy("Centralised training")
INDUCTION = (
    gettext_lazy("In this post since"),
    gettext_lazy("Induction training by"),
    gettext_lazy("Time left"),
    gettext_lazy("State"),
)
KINDS: Mapping[str, ListKind] = {
    kind.key: kind
    for kind in (
        ListKind(
            "gap-secretaries",
            gettext_lazy("Secretaries with hours still missing"),
            gettext_lazy("Secretaries whose verified hours do not reach the target of the year."),
            HOURS,
            _gap_secretaries,
            NOBODY_BEHIND,
        ),
        ListKind(
            "untrained",
            gettext_lazy("Secretaries without centralised training"),
            gettext_lazy(
                "Secretaries in post for 90 days of the year or more who have not completed the "
                "centralised training of the year."
            ),
            (*HOURS, CENTRALISED),
            _untrained,
            NOBODY_UNTRAINED,
        ),
        ListKind(
            "overdue",
            gettext_lazy("New secretaries past the deadline of induction training"),
            gettext_lazy(
                "Secretaries for the first time, not yet trained, whose deadline has passed."
            ),
            INDUCTION,
            _overdue,
            NOBODY_OVERDUE,
        ),
        ListKind(
            "induction",
            gettext_lazy("New secretaries still to be trained"),
            gettext_lazy("Secretaries for the first time whose deadline is still to come."),
            INDUCTION,
            _inside,
            NOBODY_NEW,
        ),
        ListKind(
            "gap",
            gettext_lazy("People with hours still missing"),
            gettext_lazy(
                "Everybody whose verified hours do not yet reach their own target of the year."
            ),
            HOURS,
            _gap,
            NOBODY_BEHIND,
        ),
        ListKind(
            "reached",
            gettext_lazy("People who reached their target"),
            gettext_lazy("People whose verified hours reach their own target of the year."),
            HOURS,
            _reached,
            NOBODY_REACHED,
        ),
        ListKind(
            "owing",
            gettext_lazy("People with a target"),
            gettext_lazy("People with a target on the report day; exempt people are left out."),
            HOURS,
            _owing,
            NOBODY_OWING,
        ),
        ListKind(
            "backstop",
            gettext_lazy("Backstop list"),
            gettext_lazy(
                "Secretaries whom no centralised training of the year reached, or who miss hours: "
                "for them the district gives training of its own."
            ),
            (*HOURS, CENTRALISED),
            _backstop,
            NOBODY_BACKSTOP,
        ),
    )
}
TILES = ("gap-secretaries", "untrained", "overdue", "induction", "gap", "backstop")


# --- Figures --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Tile:
    """A figure with its list."""

    key: str
    label: _StrOrPromise
    definition: _StrOrPromise
    value: int
    note: str
    url: str


def tiles(year: Year) -> list[Tile]:
    """The figures of a place; each is the length of its list."""
    found = []
    for key in TILES:
        kind = KINDS[key]
        url = reverse("records:hour-list", args=[year.book.place.pk, key])
        found.append(
            Tile(
                key=key,
                label=kind.label,
                definition=kind.definition,
                value=len(kind.rows(year)),
                note=_note(key, year),
                url=f"{url}?year={year.book.year}",
            )
        )
    return found


def _note(key: str, year: Year) -> str:
    """The rate that belongs to a figure, in words."""
    if key == "gap-secretaries":
        return _("of %(count)d secretaries in post") % {"count": len(year.book.secretaries)}
    if key == "untrained":
        return _rate(metrics.centralised_rate(year.centralised), _("%(share)s trained (%(of)s)"))
    if key == "overdue":
        rate = metrics.induction_rate(year.induction, year.book)
        return _rate(rate, _("%(share)s trained in time (%(of)s)"))
    if key == "gap":
        rate = metrics.hour_attainment(year.book)
        return _rate(rate, _("%(share)s reached the target (%(of)s)"))
    if key == "backstop":
        total = sum(row.standing.gap for row in _backstop(year))
        return _("%(hours)s class hours missing") % {"hours": hours(total)}
    return ""


def _rate(rate: metrics.Ratio, sentence: str) -> str:
    if rate.share is None:
        return _("nobody is due yet")
    share = f"{float(rate.share) * 100:.1f}%".replace(".0%", "%")
    return sentence % {"share": share, "of": f"{rate.part}/{rate.whole}"}


# --- People of a page -----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Shown:
    """A row with the person and the place it speaks of."""

    row: Row
    person: Person
    place: Place


def named(rows: Sequence[Row], text: str) -> list[Row]:
    """Rows of people whose name sounds like `text`."""
    if not text.strip():
        return list(rows)
    found = named_people([row.standing.person_id for row in rows], text)
    return [row for row in rows if row.standing.person_id in found]


def with_people(rows: Sequence[Row]) -> list[Shown]:
    """`rows` with names. One query: the services that brought the people onto the list."""
    found = Affiliation.objects.filter(
        person__in={row.standing.person_id for row in rows},
        place__in={row.standing.place_id for row in rows},
    ).select_related("person", "place__parent")
    people: dict[tuple[int, int], tuple[Person, Place]] = {
        (one.person_id, one.place_id): (one.person, one.place)
        for one in found
        if one.place_id is not None and one.place is not None
    }
    return [Shown(row, *people[row.standing.person_id, row.standing.place_id]) for row in rows]
