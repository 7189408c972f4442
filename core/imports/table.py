"""Lists that are one row after the other: what most kinds need to read a file into rows."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from core.imports.kinds import Columns, ImportContext
from core.imports.packing import pack_common, unpack_common
from core.imports.rows import ImportRow, Outcome, Plan, row_key
from core.sheets.columns import Field, map_columns, title_key
from core.sheets.dates import NotADate, read_when
from core.sheets.errors import SheetRefused
from core.sheets.model import EMPTY, Cell, Column, Note, Problem, Row, RowKind, Sheet
from core.sheets.reading import read_workbook
from core.sheets.text import close_up

MOST_ROWS = 20_000  # rows of one import; no list of a city is longer


def learned(fields: Sequence[Field], columns: Columns) -> list[Field]:
    """`fields` that also know the titles that a person named."""
    more: dict[str, set[str]] = {}
    for chosen in columns.values():
        for key, title in chosen.items():
            more.setdefault(key, set()).add(title_key(title))
    return [
        replace(one, synonyms=one.synonyms | more[one.key]) if one.key in more else one
        for one in fields
    ]


def sheet_columns(
    sheet: Sheet,
    fields: Sequence[Field],
    context: ImportContext,
    chosen: Mapping[str, str] | None = None,
) -> dict[str, Column]:
    """Field key -> column, as a person named them for this sheet, else guessed.

    Raises SheetRefused as `map_columns` does.
    """
    if sheet.name in context.columns:
        return map_columns(sheet.columns, fields, context.columns[sheet.name], guess=False)
    return map_columns(sheet.columns, fields, chosen)


def check_count(rows: Sequence[ImportRow]) -> None:
    """Raises SheetRefused for more rows than one import takes."""
    if len(rows) > MOST_ROWS:
        raise SheetRefused(
            _("The file has %(count)s rows; one import takes %(most)s. Send it in parts.")
            % {"count": len(rows), "most": MOST_ROWS},
            code="too_many_rows",
        )


def skip_reason(kind: RowKind) -> str:
    return {
        RowKind.HEADER: _("Title or header."),
        RowKind.SECTION: _("A caption between the rows."),
        RowKind.TOTAL: _("A total."),
        RowKind.FOOTER: _("A line below the list."),
        RowKind.NUMBERED: _("An empty line of the form."),
    }.get(kind, "")


@dataclass(slots=True)
class ListRow(ImportRow):
    """`found`: texts of the cells by field. `values`: what they mean, as plain data. `pk`: the
    row of the portal that is meant."""

    found: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    pk: int | None = None


def pack(row: ListRow) -> dict[str, Any]:
    return pack_common(row) | {"found": row.found, "values": row.values, "pk": row.pk}


def unpack(data: dict[str, Any]) -> ListRow:
    row = ListRow("", 0, found=data["found"], values=data["values"], pk=data["pk"])
    unpack_common(row, data)
    return row


@dataclass(slots=True)
class Cells:
    """The cells of one row by field, with readings that say in the row what is wrong."""

    row: ListRow
    source: Row
    columns: Mapping[str, Column]
    labels: Mapping[str, str]
    date1904: bool = False

    def cell(self, key: str) -> Cell:
        column = self.columns.get(key)
        return self.source.cell(column.index) if column else EMPTY

    def text(self, key: str, *, required: bool = False, most: int = 0) -> str:
        """The text of a cell. An error cell, a text missing or too long make the row an error."""
        cell = self.cell(key)
        facts = {"what": self.labels[key], "most": most}
        if cell.problem is not None:
            sentence = {
                Problem.ERROR: _("%(what)s: the cell shows an error."),
                Problem.NO_VALUE: _(
                    "%(what)s: the formula has no value; open the file and save it once."
                ),
            }[cell.problem]
            self.row.add("formula", Outcome.ERROR, sentence % facts)
            return ""
        text = close_up(cell.text)
        self.row.found[key] = text
        if required and not text:
            self.row.add("missing", Outcome.ERROR, _("%(what)s is missing.") % facts)
        elif most and len(text) > most:
            message = _("%(what)s: at most %(most)s characters.")
            self.row.add("too_long", Outcome.ERROR, message % facts)
        elif text.startswith(("=", "+", "-", "@")):
            message = _("%(what)s: this is a formula, not a text.")
            self.row.add("formula_injection", Outcome.ERROR, message % facts)
        elif text != cell.text or cell.notes & {Note.SPACES, Note.INVISIBLE, Note.FULL_WIDTH}:
            message = _("%(what)s: written as usual.")
            self.row.add("written", Outcome.NORMALISE, message % facts)
        return text

    def day(self, key: str) -> datetime.date | None:
        """The day in a cell; a month or a year is taken from its first day, and said so."""
        cell = self.cell(key)
        if not self.text_of(key) and cell.raw in (None, ""):
            return None
        self.row.found[key] = cell.text
        facts = {"what": self.labels[key], "text": cell.text}
        try:
            when = read_when(cell, date1904=self.date1904)
        except NotADate:
            message = _("%(what)s: “%(text)s” is no day.")
            self.row.add("bad_date", Outcome.ERROR, message % facts)
            return None
        if when.day is None:
            message = _("%(what)s: taken from the first day.")
            self.row.add("date_format", Outcome.NORMALISE, message % facts)
        elif not when.usual:
            message = _("%(what)s: written as usual.")
            self.row.add("date_format", Outcome.NORMALISE, message % facts)
        return when.first_day()

    def text_of(self, key: str) -> str:
        return self.cell(key).text

    def choice(self, key: str, words: Mapping[str, str]) -> str:
        """The value that a word means; a word that means nothing here makes the row an error."""
        text = self.text(key)
        if not text:
            return ""
        value = words.get(title_key(text))
        if value is None:
            allowed = _(", ").join(dict.fromkeys(words))
            message = _("%(what)s: “%(text)s” is none of %(allowed)s.")
            facts = {"what": self.labels[key], "text": text, "allowed": allowed}
            self.row.add("unknown_choice", Outcome.ERROR, message % facts)
            return ""
        return value


def read_list(
    data: bytes,
    fields: Sequence[Field],
    context: ImportContext,
    read: Callable[[ListRow, Cells], None],
) -> Plan[ListRow]:
    """Rows of a file, each read by `read`; rows that hold nothing are skipped with the reason.

    Earlier decisions are taken into the rows. Raises SheetRefused for a file that cannot be read.
    """
    book = read_workbook(data, learned(fields, context.columns))
    labels = {one.key: str(one.label) for one in fields}
    rows: list[ListRow] = []
    for sheet in book.sheets:
        columns = {} if sheet.skipped else sheet_columns(sheet, fields, context)
        for source, row in _list_rows(sheet):
            rows.append(row)
            if row.outcome is not Outcome.SKIP:
                read(row, Cells(row, source, columns, labels, book.date1904))
                row.key = row_key(*sorted(row.found.items()))
                row.answers = dict(context.decided.get(row.key, {}))
                row.settle()
    check_count(rows)
    return Plan(rows, [], book.sheets)


def _list_rows(sheet: Sheet) -> Iterator[tuple[Row, ListRow]]:
    for source in sheet.rows:
        row = ListRow(sheet.name, source.number)
        if source.kind is not RowKind.DATA:
            row.add(source.kind, Outcome.SKIP, sheet.skipped or skip_reason(source.kind))
        yield source, row


def mark_duplicates(rows: Sequence[ListRow], same: Callable[[ListRow], object]) -> None:
    """Rows that say the same thing as an earlier one: one of them is enough.

    `same` names what a row is about. An equal row is a duplicate; one that says something else
    about the same thing is an error in both, because nobody knows which holds.
    """
    first: dict[object, ListRow] = {}
    for row in rows:
        if row.outcome in (Outcome.SKIP, Outcome.ERROR):
            continue
        earlier = first.setdefault(same(row), row)
        if earlier is row:
            continue
        if earlier.values == row.values:
            message = _("The same as row %(row)s.") % {"row": earlier.number}
            row.add("duplicate", Outcome.DUPLICATE, message)
            continue
        for one, other in ((row, earlier), (earlier, row)):
            message = _("Row %(row)s says something else about the same.") % {"row": other.number}
            one.add("contradiction", Outcome.ERROR, message)
