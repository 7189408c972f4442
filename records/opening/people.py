"""Whose hours a line speaks of: number and name, or name and committee; never the name alone."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from committees.models import Affiliation, Person
from core import crypto
from core.imports.kinds import ImportContext
from core.imports.rows import Change, Outcome, row_key
from core.imports.table import ListRow
from core.scope import scope_of
from records.models import HourEntry

BATCH = 500


@dataclass(slots=True)
class Known:
    """People by name and number, and by name and a committee they serve or served."""

    by_number: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    by_place: dict[tuple[str, int], set[int]] = field(default_factory=lambda: defaultdict(set))
    posted: set[str] = field(default_factory=set)


def resolve(rows: Sequence[ListRow], context: ImportContext) -> None:
    """Set `pk` (the person) and `change` of rows that can be posted, or say why not."""
    own = scope_of(context.actor).person_id  # nobody verifies own hours, on paper either
    fresh = []
    for row in rows:
        row.findings = [one for one in row.findings if not one.code.startswith("H1")]
        row.change = row.pk = None
        if row.applies():
            fresh.append(row)
    for start in range(0, len(fresh), BATCH):
        batch = fresh[start : start + BATCH]
        known = _look_up(batch, context)
        for row in batch:
            row.pk = _person(row, known)
            if row.pk is not None and row.pk == own:
                row.pk = None
                row.add("H13_own", Outcome.ERROR, _("Somebody else has to enter your own hours."))
        people = Person.objects.filter(pk__in=[row.pk for row in batch if row.pk])
        public = {person.pk: str(person.public_id) for person in people}
        keys = {id(row): key_of(row, public[row.pk]) for row in batch if row.pk}
        _used, standing = in_the_ledger(keys.values())
        for row in batch:
            if row.pk and row.applies():
                here = keys[id(row)] in standing
                row.change = Change.UNCHANGED if here else Change.CREATED


def in_the_ledger(keys: Iterable[str]) -> tuple[set[str], set[str]]:
    """What the ledger holds of these lines: every key used for them, and the lines that stand.

    A line that was taken back and brought in again has the key of the line with a number.
    """
    waiting = {key: key for key in keys}
    used: set[str] = set()
    standing: set[str] = set()
    number = 1
    while waiting:
        rows = HourEntry.objects.filter(key__in=waiting).values_list("key", "reversal")
        held = dict(rows)
        used |= held.keys()
        standing |= {waiting[key] for key, reversal in held.items() if reversal is None}
        number += 1
        waiting = {f"{waiting[key]}#{number}": waiting[key] for key in held}
    return used, standing


def key_of(row: ListRow, public_id: str) -> str:
    """The same line again is the same entry, whichever file brings it."""
    said = row_key(*(row.values[key] for key in ("day", "title", "host", "category", "quarters")))
    return f"paper:{public_id}:{said[:32]}"


def day_of(row: ListRow) -> datetime.date:
    return datetime.date.fromisoformat(row.values["day"])


def _look_up(rows: Sequence[ListRow], context: ImportContext) -> Known:
    """Two queries for a batch of rows: who can be meant, below the place of the list."""
    known = Known()
    names = {row.values["name"] for row in rows}
    numbers = {crypto.mobile_index(row.values["mobile"]) for row in rows if row.values["mobile"]}
    served = Affiliation.objects.filter(
        person__name_zh__in=names, place__path__startswith=context.within.path
    )
    here = set()
    for person, name, place in served.values_list("person", "person__name_zh", "place"):
        here.add(person)
        if place is not None:
            known.by_place[name, place].add(person)
    people: Any = Person.objects.filter(name_zh__in=names, mobile_index__in=numbers)
    for pk, name, number in people.values_list("pk", "name_zh", "mobile_index"):
        if pk in here:
            known.by_number[name, number].add(pk)
    return known


def _person(row: ListRow, known: Known) -> int | None:
    name, mobile, place = (row.values[key] for key in ("name", "mobile", "place"))
    found: set[int] = set()
    if mobile:
        found = known.by_number[name, crypto.mobile_index(mobile)]
    if not found and place is not None:
        found = known.by_place[name, place]
    if len(found) == 1:
        return next(iter(found))
    if found:
        message = _("Several people of this name serve or served there; add the mobile number.")
        row.add("H11_several", Outcome.REVIEW, message)
    else:
        message = _("Nobody of this name serves or served there. Bring in the roster first.")
        row.add("H12_nobody", Outcome.ERROR, message)
    return None
