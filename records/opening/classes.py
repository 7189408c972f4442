"""Lines of a class ledger without names: kept as classes from paper, taken back as a whole."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from core.imports.kinds import ImportContext
from core.imports.rows import Change, row_key
from core.imports.table import ListRow
from core.imports.undoing import created
from records.models import PaperClass
from records.opening.keys import evidence_of, free_key, in_the_ledger
from records.services.paper import NewClass, keep_classes

SAID = ("day", "ends", "title", "host", "category", "quarters", "people")


def key_of(row: ListRow) -> str:
    """The same line of the same unit again is the same class, whichever file brings it."""
    said = row_key(row.values["place"], *(row.values[key] for key in SAID))
    return f"paper-class:{said[:40]}"


def resolve(rows: Sequence[ListRow]) -> None:
    """Say of every line that can be kept whether it stands already."""
    due = [row for row in rows if row.applies()]
    _used, standing = in_the_ledger((key_of(row) for row in due), PaperClass, "withdrawal")
    for row in rows:
        row.change = None
    for row in due:
        row.change = Change.UNCHANGED if key_of(row) in standing else Change.CREATED


def apply(rows: Sequence[ListRow], context: ImportContext) -> None:
    """Keep what is not kept yet."""
    resolve(rows)
    due = [row for row in rows if row.change is Change.CREATED]
    used, _standing = in_the_ledger((key_of(row) for row in due), PaperClass, "withdrawal")
    facts = [_new(row, context, used) for row in due]
    for row, (kept, new) in zip(due, keep_classes(actor=context.actor, classes=facts), strict=True):
        if new:
            row.writes.append(created(kept))
        else:
            row.change = Change.UNCHANGED


def _new(row: ListRow, context: ImportContext, used: set[str]) -> NewClass:
    values = row.values
    return NewClass(
        unit_id=values["place"],
        begins_on=datetime.date.fromisoformat(values["day"]),
        ends_on=datetime.date.fromisoformat(values["ends"]),
        title=values["title"],
        host=values["host"],
        venue=values["venue"],
        lecturers=values["lecturers"],
        category=values["category"],
        quarters=values["quarters"],
        people=values["people"],
        evidence=evidence_of(row),
        source_ref=context.source[:120],
        key=free_key(key_of(row), used),
    )
