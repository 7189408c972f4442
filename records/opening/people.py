"""Whose hours a line speaks of: number and name, or name and committee; never the name alone."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from committees.models import Affiliation, Person, Place
from core import crypto
from core.imports.kinds import ImportContext
from core.imports.rows import Change, Outcome, as_it_stands, row_key
from core.imports.table import ListRow
from core.scope import scope_of
from records.opening.keys import in_the_ledger

BATCH = 500


@dataclass(slots=True)
class Known:
    """People by name and number, and by name with the places where they serve or served."""

    by_number: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    serving: dict[str, set[tuple[int, str]]] = field(default_factory=lambda: defaultdict(set))
    paths: dict[int, str] = field(default_factory=dict)

    def below(self, name: str, place: int) -> set[int]:
        """Who of this name serves or served in a place or below it."""
        path = self.paths.get(place)
        return {pk for pk, at in self.serving[name] if path and at.startswith(path)}


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


def key_of(row: ListRow, public_id: str) -> str:
    """The same line again is the same entry, whichever file brings it."""
    said = row_key(*(row.values[key] for key in ("day", "title", "host", "category", "quarters")))
    return f"paper:{public_id}:{said[:32]}"


def day_of(row: ListRow) -> datetime.date:
    return datetime.date.fromisoformat(row.values["day"])


def _look_up(rows: Sequence[ListRow], context: ImportContext) -> Known:
    """Three queries for a batch of rows: who can be meant, below the place of the list."""
    known = Known()
    names = {row.values["name"] for row in rows}
    numbers = {crypto.mobile_index(row.values["mobile"]) for row in rows if row.values["mobile"]}
    served = Affiliation.objects.filter(
        person__name_zh__in=names, place__path__startswith=context.within.path
    )
    here = set()
    for person, name, path in served.values_list("person", "person__name_zh", "place__path"):
        here.add(person)
        known.serving[name].add((person, path))
    places = {row.values["place"] for row in rows if row.values["place"] is not None}
    known.paths = dict(Place.objects.filter(pk__in=places).values_list("pk", "path"))
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
        found = known.below(name, place)
    if len(found) == 1:
        return next(iter(found)) if _meant(row) else None
    if found:
        message = _("Several people of this name serve or served there; add the mobile number.")
        row.add("H11_several", Outcome.REVIEW, message)
    else:
        message = _("Nobody of this name serves or served there. Bring in the roster first.")
        row.add("H12_nobody", Outcome.ERROR, message)
    return None


def _meant(row: ListRow) -> bool:
    """A name that stands for a whole district alone is asked about; any other names the person."""
    if not row.values.get("name_only"):
        return True
    message = _("The line says no unit; one person of this name serves or served here.")
    row.ask("H14_name_only", message, as_it_stands("H14_name_only"))
    return row.applies()
