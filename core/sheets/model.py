"""What reading a file gives: a workbook of sheets of rows of cells, all of them frozen."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

Value = str | int | float | bool | datetime.date | datetime.datetime | datetime.time | None
Area = tuple[int, int, int, int]  # first row, first column, last row, last column; from 0


class Note(StrEnum):
    """What was done to a cell's content so that it can be compared."""

    SPACES = "spaces"
    INVISIBLE = "invisible"
    FULL_WIDTH = "full_width"
    NUMBER = "number"
    LOST_DIGITS = "lost_digits"
    DATE = "date"
    MERGED = "merged"


class Problem(StrEnum):
    """Why a cell has no content that could be used."""

    ERROR = "error"  # #REF!, #N/A
    NO_VALUE = "no_value"  # a formula that was never calculated


class RowKind(StrEnum):
    HEADER = "header"  # title rows above, the header itself, a header printed again
    DATA = "data"
    SECTION = "section"  # a caption between the rows
    TOTAL = "total"
    FOOTER = "footer"
    NUMBERED = "numbered"  # an empty line of the form: nothing but its number
    OTHER = "other"  # a row of a sheet that holds something else


@dataclass(frozen=True, slots=True)
class RawSheet:
    """Cells as the file holds them, row 0 being the first row of the sheet."""

    name: str
    rows: tuple[tuple[Value, ...], ...]
    merged: tuple[Area, ...] = ()
    problems: dict[tuple[int, int], Problem] | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """`text` is what to compare, `raw` what the file holds."""

    text: str = ""
    raw: Value = None
    notes: frozenset[Note] = frozenset()
    problem: Problem | None = None


EMPTY = Cell()


@dataclass(frozen=True, slots=True)
class Row:
    """`number` is the one a person sees beside the row."""

    number: int
    cells: tuple[Cell, ...]
    kind: RowKind = RowKind.DATA

    def cell(self, index: int | None) -> Cell:
        """The cell of a column; empty where there is none."""
        return EMPTY if index is None or index >= len(self.cells) else self.cells[index]


@dataclass(frozen=True, slots=True)
class Column:
    """`title` is the lowest header cell, `group` what stands above it (联系方式 over 手机)."""

    index: int
    title: str
    group: str = ""

    @property
    def letter(self) -> str:
        """A, B … AA as spreadsheets count."""
        number, letters = self.index + 1, ""
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(65 + rest) + letters
        return letters


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows in the file's order without the empty ones. `skipped` says why a sheet is not read."""

    name: str
    rows: tuple[Row, ...]
    columns: tuple[Column, ...] = ()
    header_rows: tuple[int, ...] = ()
    hidden: bool = False
    skipped: str = ""

    def data(self) -> Iterator[Row]:
        """Rows that hold something to take."""
        return (row for row in self.rows if row.kind is RowKind.DATA)

    def heading(self) -> str:
        """Texts above the columns: title, reporting unit."""
        first = self.header_rows[0] if self.header_rows else 0
        return " ".join(
            cell.text for row in self.rows if row.number < first for cell in row.cells if cell.text
        )


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file that was read. `kind`: xlsx, xls, csv or html."""

    kind: str
    sheets: tuple[Sheet, ...]
    date1904: bool = False
