"""The class-hour register as a kind of list: posted as it stands, taken back as a whole."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committees.models import Person, Place
from committees.services.units import units_on
from core.imports.kinds import ImportContext, ImportKind
from core.imports.rows import Change, Write
from core.imports.table import ListRow, pack, unpack
from core.imports.undoing import created
from core.scope import Role
from core.templatetags.house import hours
from records.models import HourEntry
from records.opening.fields import FIELDS
from records.opening.keys import evidence_of, free_key, in_the_ledger
from records.opening.people import day_of, key_of, resolve
from records.opening.reading import plan
from records.services.posting import Posting, post_all, reverse_hours

SOURCE = "paper"


def apply(rows: Sequence[ListRow], context: ImportContext) -> None:
    """Post what is not posted yet. A line that was taken back before is posted under a key of its
    own: the ledger never forgets that it stood, and was withdrawn."""
    resolve(rows, context)
    due = [row for row in rows if row.change is Change.CREATED and row.pk]
    people = Person.objects.in_bulk({row.pk for row in due if row.pk})
    units = _units(due, people)
    used, _standing = in_the_ledger(key_of(row, _public(people, row)) for row in due)
    postings = [
        Posting(
            person=people[row.pk],
            unit=units.get((row.pk, day_of(row))),
            session_on=day_of(row),
            category=row.values["category"],
            quarters=row.values["quarters"],
            title_zh=row.values["title"],
            source=SOURCE,
            source_ref=context.source[:120],
            key=free_key(key_of(row, _public(people, row)), used),
            evidence=evidence_of(row),
            from_paper=True,
        )
        for row in due
        if row.pk
    ]
    entries = post_all(actor=context.actor, postings=postings, verified=True)
    decided = {
        entry.pk: entry.decision
        for entry in HourEntry.objects.filter(pk__in=[one.pk for one in entries]).select_related(
            "decision"
        )
        if hasattr(entry, "decision")
    }
    for row, entry in zip(due, entries, strict=True):
        row.writes.append(created(entry))
        if entry.pk in decided:
            row.writes.append(created(decided[entry.pk]))


def _units(
    rows: Sequence[ListRow], people: dict[int, Person]
) -> dict[tuple[int, datetime.date], Place]:
    """The unit of each person on each day: one look-up for each day."""
    by_day: dict[datetime.date, set[int]] = defaultdict(set)
    for row in rows:
        by_day[day_of(row)].add(row.pk or 0)
    return {
        (person, day): place
        for day, keys in by_day.items()
        for person, place in units_on([people[key] for key in keys], day).items()
    }


def _public(people: dict[int, Person], row: ListRow) -> str:
    return str(people[row.pk or 0].public_id)


def revert(write: Write, obj: Any, context: ImportContext) -> None:
    """An entry is reversed, never removed; its decision stays with it."""
    if isinstance(obj, HourEntry):
        reverse_hours(
            actor=context.actor, entry=obj, reason=_("The import of the register was undone")
        )


def review(rows: Sequence[ListRow], context: ImportContext) -> None:
    for row in rows:
        row.settle()
    resolve(rows, context)


def shown(row: ListRow) -> list[tuple[str, str]]:
    lines = [
        (str(one.label), row.found[one.key])
        for one in FIELDS
        if one.key not in ("name", "phone") and row.found.get(one.key)
    ]
    if row.values.get("quarters"):
        lines.append((_("taken over as"), hours(row.values["quarters"])))
    return lines


def title(row: ListRow) -> str:
    return row.found.get("name", "")


OPENING = ImportKind(
    key="hours",
    label=gettext_lazy("Class-hour register on paper"),
    about=gettext_lazy("Class hours of this and former years, taken over as the register says."),
    icon="journal-text",
    fields=FIELDS,
    samples=(
        {
            "name": "样例甲", "street": "样例街道", "committee": "样例一居委会", "year": "2025",
            "day": "2025-03-18", "title": "基层党组织书记集中轮训", "host": "区委党校",
            "category": "集中培训", "hours": "24", "evidence": "2025-018",
        },
        {
            "name": "样例乙", "street": "样例街道", "committee": "样例二居委会", "year": "2025",
            "day": "2025-06-05", "title": "社区治理网络课程", "category": "网络学习",
            "hours": "2.5",
        },
    ),
    roles=frozenset({Role.DISTRICT, Role.ORGANISER}),
    levels=frozenset({Place.Level.DISTRICT, Place.Level.SUBDISTRICT, Place.Level.COMMITTEE}),
    plan=plan,
    apply=apply,
    pack=pack,
    unpack=unpack,
    shown=shown,
    title=title,
    review=review,
    revert=revert,
    order=30,
)  # fmt: skip
