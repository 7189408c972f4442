"""What an import gives back on paper: the file with its problems, a report, an empty template.

Only workers call these: they load the library that writes sheets.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from committees.imports.staging import rows_of
from committees.imports.work import file_of, run_of
from committees.models import ImportRun
from core import files, jobs
from core.documents.outline import Column, SheetOut
from core.files import CSV, XLSX
from core.imports.kinds import ImportKind
from core.imports.rows import Outcome
from core.imports.table import learned
from core.models import Job, StoredFile
from core.registries import Step, import_kinds
from core.sheets.export import write_csv
from core.sheets.model import RowKind, Sheet
from core.sheets.reading import read_workbook

PROBLEM = frozenset({Outcome.REVIEW, Outcome.ERROR, Outcome.DUPLICATE})
# Identity numbers are not kept by the portal, and not given back either.
_IDENTITY = re.compile(r"\d{6}(?:19|20)\d{9}[\dXx]")


def problems(job: Job) -> Step:
    """The sheets as they were read, with a red column that says what is to be done."""
    run, _actor = run_of(job)
    said = {
        (row.sheet, row.number): " ".join(
            one.message for one in row.findings if one.outcome in PROBLEM
        )
        for _staged, row in rows_of(run)
        if row.outcome in PROBLEM
    }
    book = read_workbook(file_of(run), learned(run.rule.fields, run.columns))
    sheets = [
        SheetOut(
            title=sheet.name or _("List"),
            columns=[*_titles(sheet), Column("问题", width=56, marked=True)],
            rows=_lines(sheet, said),
        )
        for sheet in book.sheets
        if sheet.columns
    ]
    name = f"{run.name.rsplit('.', 1)[0]}_问题.xlsx"
    return Step(1, 1, finished=True, file=_workbook(job, name, sheets))


def _titles(sheet: Sheet) -> list[Column]:
    """The row's number, then every column of the sheet from A on."""
    known = {column.index: column.title for column in sheet.columns}
    width = max(known) + 1
    return [Column("行号", width=6), *(Column(known.get(place, "")) for place in range(width))]


def _lines(sheet: Sheet, said: dict[tuple[str, int], str]) -> Iterator[Sequence[str]]:
    width = max(column.index for column in sheet.columns) + 1
    for row in sheet.rows:
        if row.kind is RowKind.DATA:
            cells = [_IDENTITY.sub("****", row.cell(place).text) for place in range(width)]
            yield [str(row.number), *cells, said.get((sheet.name, row.number), "")]


def report(job: Job) -> Step:
    """One line for every row: outcome, what was read (numbers masked), what is to be done."""
    run, _actor = run_of(job)
    out = io.StringIO(newline="")
    columns = ("sheet", "row", "outcome", "change", "name", "content", "message")
    write_csv(out, columns, _report_lines(run))
    file = files.keep(
        actor=jobs.actor_of(job),
        kind="made",
        name=f"{run.name.rsplit('.', 1)[0]}_report.csv",
        content_type=CSV,
        data=out.getvalue().encode(),
    )
    return Step(1, 1, finished=True, file=file)


def _report_lines(run: ImportRun) -> Iterator[Sequence[object]]:
    kind: ImportKind = run.rule
    for staged, row in rows_of(run):
        said = "；".join(f"{label}: {text}" for label, text in kind.shown(row))
        message = " ".join([*row.sentences, staged.undo_message]).strip()
        yield (row.sheet, row.number, row.outcome, staged.change, kind.title(row), said, message)


def template(job: Job) -> Step:
    """An empty list with two invented rows."""
    kind: ImportKind = import_kinds.get(job.facts["kind"])
    fields = [one for one in kind.fields if any(one.key in sample for sample in kind.samples)]
    sheet = SheetOut(
        title=_("List"),
        columns=[Column(one.title, width=18) for one in fields],
        rows=[[sample.get(one.key, "") for one in fields] for sample in kind.samples],
    )
    file = _workbook(job, _("Template: %(list)s") % {"list": kind.label} + ".xlsx", [sheet])
    return Step(1, 1, finished=True, file=file)


def _workbook(job: Job, name: str, sheets: Sequence[SheetOut]) -> StoredFile:
    from core.documents.xlsx import write_xlsx  # workers only

    out = io.BytesIO()
    write_xlsx(out, sheets)
    return files.keep(
        actor=jobs.actor_of(job),
        kind="made",
        name=name.replace(":", "").replace("：", ""),
        content_type=XLSX,
        data=out.getvalue(),
    )
