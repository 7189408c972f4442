"""Figures of class hours: one function each, and the rows that make it.

Every figure is the length of its list. Exempt people leave numerator and denominator.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from django.db.models import Q

from committees.rules import after
from records.models import HourCategory
from records.reading.district import Book, Standing, completed_trainings
from records.targets import Service

Services = Mapping[int, Sequence[Service]]
INDUCTION = "induction"
# A secretary is asked for centralised training after so many days in post in the year.
LEAST_DAYS = 90


@dataclass(frozen=True, slots=True)
class Ratio:
    """Part of a whole, exact; `share` None when there is nothing to divide by."""

    part: int
    whole: int

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.part, self.whole) if self.whole else None


# --- Hours ----------------------------------------------------------------------------------------
def owing(book: Book) -> list[Standing]:
    """People with a target on the report day."""
    return [standing for standing in book.standings if standing.owes]


def reached(book: Book) -> list[Standing]:
    return [standing for standing in owing(book) if not standing.gap]


def hour_attainment(book: Book) -> Ratio:
    """People whose verified hours reach their own target / people with a target."""
    return Ratio(len(reached(book)), len(owing(book)))


def missing_hours(book: Book) -> list[Standing]:
    return [standing for standing in book.standings if standing.gap]


def hour_gap(book: Book) -> int:
    """Quarters missing to the targets, over all people."""
    return sum(standing.gap for standing in book.standings)


# --- Centralised training -------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Centralised:
    """A secretary due for centralised training, and how many she completed in the year."""

    standing: Standing
    completed: int
    due: int

    @property
    def done(self) -> bool:
        return self.completed >= self.due


def centralised(book: Book, services: Services) -> list[Centralised]:
    """Secretaries in post on the report day who were in post for 90 days of the year; `services`
    are all they ever had as secretaries."""
    asked = [standing for standing in book.secretaries if not standing.exempt]
    people = [standing.person_id for standing in asked]
    done = completed_trainings(people, Q(year=book.year, category=HourCategory.CENTRALISED))
    return [
        Centralised(standing, len(done.get(standing.person_id, {})), book.rules.centralised_min)
        for standing in asked
        if days_in_post(services.get(standing.person_id, []), book.year, book.on) >= LEAST_DAYS
    ]


def centralised_rate(rows: Sequence[Centralised]) -> Ratio:
    """Secretaries with a completed centralised training of the year / those due for one."""
    return Ratio(sum(row.done for row in rows), len(rows))


def days_in_post(services: Sequence[Service], year: int, until: datetime.date) -> int:
    """Days of `year` up to `until` on which one of `services` stood; a day counts once."""
    first = datetime.date(year, 1, 1)
    days: set[int] = set()
    for service in services:
        begin = max(service.from_on or first, first)
        end = min(service.to_on or until, until)
        days.update(range(begin.toordinal(), end.toordinal() + 1))
    return len(days)


# --- Induction ------------------------------------------------------------------------------------
class Stage(StrEnum):
    IN_TIME = "in_time"
    LATE = "late"
    OVERDUE = "overdue"
    ALERT = "alert"
    INSIDE = "inside"


@dataclass(frozen=True, slots=True)
class Induction:
    """A new secretary: since when, until when training is due, and when it was completed."""

    standing: Standing
    since: datetime.date
    deadline: datetime.date
    completed_on: datetime.date | None
    stage: Stage

    def days_left(self, on: datetime.date) -> int:
        return (self.deadline - on).days


def induction(book: Book, services: Services) -> list[Induction]:
    """New secretaries whose deadline lies in the year of the book or later; of the year before,
    those who wait still."""
    rules, on = book.rules, book.on
    asked = {standing.person_id: standing for standing in book.secretaries if not standing.exempt}
    new: dict[int, tuple[datetime.date, datetime.date]] = {}
    for person_id in asked:
        since = first_day(services.get(person_id, ()))
        if since is None or since > on:
            continue
        deadline = after(since, rules.induction_deadline)
        if deadline.year >= book.year - 1:
            new[person_id] = (since, deadline)
    done = completed_trainings(list(new), Q(training_kind=INDUCTION, session_on__lte=on))
    rows = []
    for person_id, (since, deadline) in new.items():
        days = done.get(person_id, {}).values()
        completed = min(days, default=None)
        stage = _stage(completed, deadline, after(since, rules.induction_alert), on)
        if deadline.year < book.year and completed is not None:
            continue
        rows.append(Induction(asked[person_id], since, deadline, completed, stage))
    return sorted(rows, key=lambda row: (row.deadline, row.standing.order))


def first_day(services: Sequence[Service]) -> datetime.date | None:
    """First day as secretary ever; None when nobody knows it."""
    days = [service.from_on for service in services]
    known = [day for day in days if day is not None]
    return min(known) if known and len(known) == len(days) else None


def _stage(
    completed: datetime.date | None,
    deadline: datetime.date,
    alert: datetime.date,
    on: datetime.date,
) -> Stage:
    if completed is not None:
        return Stage.IN_TIME if completed <= deadline else Stage.LATE
    if on > deadline:
        return Stage.OVERDUE
    return Stage.ALERT if on >= alert else Stage.INSIDE


def passed(rows: Sequence[Induction], book: Book) -> list[Induction]:
    """Those whose deadline lies in the year and has passed."""
    return [row for row in rows if row.deadline.year == book.year and row.deadline < book.on]


def induction_rate(rows: Sequence[Induction], book: Book) -> Ratio:
    """New secretaries trained in time / new secretaries whose six months have passed."""
    due = passed(rows, book)
    return Ratio(sum(row.stage == Stage.IN_TIME for row in due), len(due))


def overdue(rows: Sequence[Induction]) -> list[Induction]:
    """Not trained though the deadline has passed."""
    return [row for row in rows if row.stage == Stage.OVERDUE]


def inside(rows: Sequence[Induction]) -> list[Induction]:
    """Still inside their six months and not trained: counted apart from the rate."""
    return [row for row in rows if row.stage in (Stage.INSIDE, Stage.ALERT)]


# --- Backstop -------------------------------------------------------------------------------------
def backstop(book: Book, trained: Sequence[Centralised]) -> list[Standing]:
    """Secretaries whom no centralised training of the year reached, or who miss hours: for them
    the district gives training of its own."""
    unreached = {row.standing.person_id for row in trained if not row.done}
    return [
        standing
        for standing in book.secretaries
        if not standing.exempt and (standing.person_id in unreached or standing.gap)
    ]
