"""Writing a plan, chunk by chunk: each stands or falls, the next run goes on where this ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils import timezone

from committees.models import Affiliation, Person, Place
from committees.roster.leaving import end_left
from committees.roster.outcomes import Change, Plan, PlannedRow
from committees.roster.people import SEXES
from committees.roster.resolve import blanks, resolve
from committees.services.appointments import end_appointment
from committees.services.bulk import NewPerson, NewService, appoint_all, create_people, fill_blanks
from core.imports.applying import apply_chunks
from core.imports.kinds import ImportContext
from core.imports.undoing import changed, created

# A mobile is compared by its index; the cipher of the same number differs each time.
PERSON_KEPT_UP = frozenset({"unit_id", "mobile_cipher", "mobile_mask"})
SERVICE_KEPT_UP = frozenset({"concurrent"})  # settled by the services of appointments


def apply_plan(
    plan: Plan[PlannedRow],
    *,
    context: ImportContext,
    progress: Callable[[int], Any] = lambda rows: None,
) -> None:
    """Write the rows of `plan` that can be written; rows that meanwhile cannot turn to review.

    Whoever kills this loses at most the chunk under way. The plan is made anew for the next run,
    which finds the rows that are done unchanged.
    """
    for rows in apply_chunks(apply_rows, plan.applicable(), context):
        progress(len(rows))


def apply_rows(rows: Sequence[PlannedRow], context: ImportContext) -> None:
    """Write one chunk in the caller's transaction; sets `change` and `writes` of its rows."""
    places = {row.place.pk for row in rows if row.place}
    list(Place.objects.select_for_update(no_key=True).filter(pk__in=places).order_by("pk"))
    end_left([row for row in rows if not row.number], context)
    rows = [row for row in rows if row.number]
    resolve(rows, context)  # again, now that nobody else can fill these posts
    due = [row for row in rows if row.applies() and row.change is not Change.UNCHANGED]
    if not due:
        return
    _end_others(due, context)
    people = _people(due, context)
    begun = [
        (row, _service(row, post, person, context))
        for row, person in zip(due, people, strict=True)
        if row.place
        for post in row.beginning
    ]
    if begun:
        made = appoint_all(actor=context.actor, services=[service for _row, service in begun])
        for (row, _new), service in zip(begun, made, strict=True):
            row.writes.append(created(service, leave_out=SERVICE_KEPT_UP))


def _service(row: PlannedRow, post: str, person: Person, context: ImportContext) -> NewService:
    assert row.place is not None
    first = row.appointed.first_day() if row.appointed else None
    if post in row.again:
        first = context.on  # the first day in the row is that of the service that ended
    return NewService(
        person=person,
        post=post,
        place_id=row.place.pk,
        from_on=first,
        note_zh=row.position[:200],
        in_charge=row.in_charge and post == row.seat,
        concurrent=(row.concurrent or row.second) and post == row.seat,
    )


def _end_others(rows: Sequence[PlannedRow], context: ImportContext) -> None:
    """End the services that rows take over or leave behind, each once."""
    wanted = {pk: row for row in rows for pk in row.ending}
    if not wanted:
        return
    last = context.ends_on or context.on or timezone.localdate()
    for service in Affiliation.objects.open().filter(pk__in=wanted).order_by("pk"):
        ended = end_appointment(actor=context.actor, affiliation=service, to_on=last)
        wanted[service.pk].writes.append(changed(ended, {"to_on": None}))


def _people(rows: Sequence[PlannedRow], context: ImportContext) -> list[Person]:
    """The person of each row: new ones made, known ones completed."""
    new = [row for row in rows if row.change is Change.CREATED]
    made = create_people(
        actor=context.actor, people=[_new_person(row, context.source) for row in new]
    )
    known = Person.objects.in_bulk([row.person_id for row in rows if row.person_id is not None])
    fresh = dict(zip((id(row) for row in new), made, strict=True))
    found = []
    for row in rows:
        person = fresh.get(id(row))
        if person is None:
            person = _completed(row, known[row.person_id or 0], context)
        else:
            row.writes.append(created(person, leave_out=PERSON_KEPT_UP))
        row.person_id = person.pk
        found.append(person)
    return found


def _completed(row: PlannedRow, person: Person, context: ImportContext) -> Person:
    blank = blanks(row, person)
    if not blank:
        return person
    before = {key: getattr(person, key) for key in blank if key != "mobile"}
    if "mobile" in blank:
        before |= {"mobile_index": "", "mobile_cipher": "", "mobile_mask": ""}
    person = fill_blanks(actor=context.actor, person=person, **blank)  # type: ignore[arg-type]
    row.writes.append(changed(person, before))
    return person


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
