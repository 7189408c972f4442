"""The report of an import: one line for every row of the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from committees.roster.outcomes import Outcome, Plan, PlannedRow
from core.sheets.export import write_csv

COLUMNS = (
    "sheet",
    "row",
    "outcome",
    "name",
    "gender",
    "birth_month",
    "phone",
    "district",
    "street",
    "committee_code",
    "committee",
    "position",
    "appointed",
    "message",
)


def write_report(file: IO[str], plan: Plan) -> None:
    """Write the report as CSV."""
    write_csv(file, COLUMNS, (tuple(line(row)) for row in plan.rows))


def line(row: PlannedRow) -> Iterator[object]:
    """The cells of a row's line; a skipped row names only itself and why."""
    yield from (row.sheet, row.number, row.outcome)
    if row.outcome is Outcome.SKIP:
        yield from [""] * 10
    else:
        yield from (row.name, row.sex, row.birth.month_text() if row.birth else "", row.mobile)
        yield from (row.district, row.street, row.place.code if row.place else "", row.committee)
        yield from (row.position, row.appointed or "")
    yield row.message
