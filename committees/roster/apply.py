"""Writing a plan, chunk by chunk: each stands or falls, the next run goes on where this ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, transaction

from committees.models import Person, Place
from committees.roster.outcomes import Change, Outcome, Plan, PlannedRow
from committees.roster.people import SEXES
from committees.roster.resolve import blanks, resolve
from committees.services.bulk import NewPerson, NewService, appoint_all, create_people, fill_blanks
from core.errors import DomainError

# Rows of a chunk. On SQLite it keeps every other writer waiting, for less than 0.2 s.
CHUNKS = {"sqlite": 50}
CHUNK = 300


def apply_plan(
    plan: Plan,
    *,
    actor: Any,
    source: str = "",
    progress: Callable[[int], Any] = lambda rows: None,
) -> None:
    """Write the rows of `plan` that can be written; rows that meanwhile cannot turn to review.

    Whoever kills this loses at most the chunk under way. The plan is made anew for the next run,
    which finds the rows that are done unchanged.
    """
    rows = plan.applicable()
    size = CHUNKS.get(connection.vendor, CHUNK)
    for start in range(0, len(rows), size):
        chunk = rows[start : start + size]
        try:
            _apply(chunk, actor, source)
        except DomainError:
            _one_by_one(chunk, actor, source)
        progress(len(chunk))


def _one_by_one(rows: Sequence[PlannedRow], actor: Any, source: str) -> None:
    """A service refused one of the rows: find it, write the others."""
    for row in rows:
        try:
            _apply([row], actor, source)
        except DomainError as exc:
            row.change = None
            row.add(exc.code, Outcome.REVIEW, exc.message)


def _apply(rows: Sequence[PlannedRow], actor: Any, source: str) -> None:
    with transaction.atomic():
        places = {row.place.pk for row in rows if row.place}
        list(Place.objects.select_for_update(no_key=True).filter(pk__in=places).order_by("pk"))
        resolve(rows)  # again, now that nobody else can fill these posts
        due = [row for row in rows if row.applies() and row.change is not Change.UNCHANGED]
        if not due:
            return
        people = _people(due, actor, source)
        services = [
            NewService(
                person=person,
                post=post,
                place_id=row.place.pk,
                from_on=row.appointed.first_day() if row.appointed else None,
                note_zh=row.position[:200],
                in_charge=row.in_charge and post == row.seat,
                concurrent=row.concurrent and post == row.seat,
            )
            for row, person in zip(due, people, strict=True)
            if row.place
            for post in row.beginning
        ]
        if services:
            appoint_all(actor=actor, services=services)


def _people(rows: Sequence[PlannedRow], actor: Any, source: str) -> list[Person]:
    """The person of each row: new ones made, known ones completed."""
    new = [row for row in rows if row.change is Change.CREATED]
    made = create_people(actor=actor, people=[_new_person(row, source) for row in new])
    known = Person.objects.in_bulk([row.person_id for row in rows if row.person_id is not None])
    created = dict(zip((id(row) for row in new), made, strict=True))
    found = []
    for row in rows:
        person = created.get(id(row))
        if person is None:
            person = known[row.person_id or 0]
            if blank := blanks(row, person):
                person = fill_blanks(actor=actor, person=person, **blank)  # type: ignore[arg-type]
        row.person_id = person.pk
        found.append(person)
    return found


def _new_person(row: PlannedRow, source: str) -> NewPerson:
    return NewPerson(
        name_zh=row.name,
        sex=SEXES.get(row.sex, ""),
        birth_year=row.birth.year if row.birth else None,
        birth_month=row.birth.month if row.birth else None,
        education=row.education,
        is_party_member=row.is_party_member,
        mobile=row.mobile,
        source=source[:200],
    )
