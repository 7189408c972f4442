"""`manage.py import_hours FILE --within CODE [--dry-run] [--report out.csv]`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from django.core.management.base import CommandError

from committees.imports.console import ListCommand, content_of, place_of
from core.imports.kinds import ImportContext
from core.imports.rows import Outcome, Plan
from core.imports.table import ListRow
from core.sheets.errors import SheetRefused
from core.sheets.export import write_csv
from core.templatetags.house import hours
from records.opening.ledger_kind import kind_of

COLUMNS = (
    *("sheet", "row", "outcome", "name", "phone", "street", "committee"),
    *("day", "category", "hours", "title", "participants", "evidence", "message"),
)


class Command(ListCommand):
    help = (
        "Take class hours over from paper, as an office sheet: a register of people (学时台账), "
        "or a ledger of classes (培训台账)."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        file, dry = options["file"], options["dry_run"]
        within = place_of(options["within"])
        context = ImportContext(within, source=file.name)
        data = content_of(file)
        try:
            kind = kind_of(data)
            plan = kind.plan(data, context)
        except SheetRefused as exc:
            raise CommandError(exc.message) from exc
        if not dry and not plan.foreign:
            self.write(plan, kind.apply, context)
        if options["report"]:
            with options["report"].open("w", encoding="utf-8", newline="") as out:
                write_report(out, plan)
        self.finish(plan, within=within, dry=dry)


def write_report(file: IO[str], plan: Plan[ListRow]) -> None:
    """One line for every row of the sheet."""
    write_csv(file, COLUMNS, (tuple(_line(row)) for row in plan.rows))


def _line(row: ListRow) -> Iterator[object]:
    yield from (row.sheet, row.number, row.outcome)
    if row.outcome is Outcome.SKIP:
        yield from [""] * 10
    else:
        said, read = row.found.get, row.values.get
        yield from (said("name", ""), said("phone", ""), said("street", ""), said("committee", ""))
        yield from (read("day") or "", read("category") or "")
        yield hours(read("quarters")) if read("quarters") else ""
        yield from (said("title", ""), said("people", ""), said("evidence", ""))
    yield row.message
