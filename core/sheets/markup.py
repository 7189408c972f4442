"""Reading HTML tables, which many systems send under the name .xls."""

from __future__ import annotations

import html
import re

from django.utils.translation import gettext as _

from core.sheets.delimited import decode
from core.sheets.errors import SheetRefused
from core.sheets.gate import MAX_COLUMNS, MAX_ROWS, check_size
from core.sheets.model import Area, RawSheet, Value

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_MARK = re.compile(r"<[A-Za-z/!?]")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:]{0,30})")
_SPAN = re.compile(r"\b(rowspan|colspan)\s*=\s*[\"']?\s*(\d{1,9})", re.IGNORECASE)
MAX_MARKS, MAX_TABLES = 1_000_000, 100
SILENT = frozenset({"script", "style", "title"})
_SILENCE_ENDS = re.compile(r"</(?:script|style|title)", re.IGNORECASE)


class _Table:
    """One table while it is read: cells find their place around those that span."""

    def __init__(self) -> None:
        self.rows: list[dict[int, str]] = []
        self.merged: list[Area] = []
        self.taken: dict[int, int] = {}  # column -> first row below a span
        self.column = 0
        self.width = 0

    def begin_row(self) -> None:
        self.rows.append({})
        self.column = 0

    def put(self, text: str, down: int, across: int) -> None:
        row = len(self.rows) - 1
        while self.taken.get(self.column, 0) > row:
            self.column += 1
        left, right = self.column, self.column + across - 1
        self.rows[row][left] = text
        self.width = max(self.width, right + 1)
        check_size(len(self.rows), self.width)
        if down > 1 or across > 1:
            self.merged.append((row, left, row + down - 1, right))
            self.taken.update(dict.fromkeys(range(left, right + 1), row + down))
        self.column = right + 1

    def sheet(self, name: str) -> RawSheet:
        rows: list[tuple[Value, ...]] = [
            tuple(row.get(place, "") for place in range(self.width)) for row in self.rows
        ]
        last = len(rows) - 1
        merged = [(top, left, min(low, last), right) for top, left, low, right in self.merged]
        return RawSheet(name=name, rows=tuple(rows), merged=tuple(merged))


class _Reader:
    """Collects the tables of a page; a table inside a cell is a table of its own."""

    def __init__(self) -> None:
        self.tables: list[_Table] = []
        self.open: list[_Table] = []
        self.cell: list[str] | None = None
        self.span = (1, 1)

    def tag(self, name: str, closing: bool, attributes: str) -> None:
        if name in ("br", "p", "div") and self.cell:
            self.cell.append("\n")
        if name not in ("table", "tr", "td", "th"):
            return
        self._end_cell()
        if name == "table" and not closing:
            if len(self.tables) == MAX_TABLES:
                raise SheetRefused(_("The page holds too many tables. Send the list alone."))
            self.tables.append(_Table())
            self.open.append(self.tables[-1])
        elif name == "table" and self.open:
            self.open.pop()
        elif self.open and not closing:
            self._begin(name, attributes)

    def _begin(self, name: str, attributes: str) -> None:
        table = self.open[-1]
        if name == "tr" or not table.rows:
            table.begin_row()
        if name != "tr":
            spans = {key.lower(): int(value) for key, value in _SPAN.findall(attributes)}
            down, across = spans.get("rowspan", 1), spans.get("colspan", 1)
            self.span = (min(max(down, 1), MAX_ROWS), min(max(across, 1), MAX_COLUMNS))
            self.cell = []

    def text(self, text: str) -> None:
        if self.cell is not None:
            self.cell.append(text)

    def _end_cell(self) -> None:
        if self.cell is not None and self.open:
            text = html.unescape("".join(self.cell)).strip("\r\n\t ")
            self.open[-1].put(text, *self.span)
        self.cell = None

    def read(self, page: str) -> list[_Table]:
        """Walk the page once. The library's parser takes hours for comments that never end."""
        if page.count("<") > MAX_MARKS:
            raise SheetRefused(_("The file is larger than any list here. Send it in parts."))
        place = 0
        while (start := page.find("<", place)) >= 0:
            self.text(page[place:start])
            place = self._mark(page, start)
        self.text(page[place:])
        self._end_cell()
        return [table for table in self.tables if table.width]

    def _mark(self, page: str, start: int) -> int:
        """Take the mark at `start`; returns where the page goes on."""
        if page.startswith("<!--", start):
            return _behind(page, "-->", start + 4)
        if not _MARK.match(page, start):
            self.text("<")  # a sign, not a mark: age < 60
            return start + 1
        end = _behind(page, ">", start)
        if found := _TAG.match(page, start, end):
            name = found[2].lower()
            self.tag(name, bool(found[1]), page[found.end() : end - 1])
            if name in SILENT and not found[1]:
                silence = _SILENCE_ENDS.search(page, end)
                return silence.start() if silence else len(page)
        return end


def _behind(page: str, sign: str, start: int) -> int:
    end = page.find(sign, start)
    return end + len(sign) if end >= 0 else len(page)


def read_markup(data: bytes) -> list[RawSheet]:
    """The tables of a page: one has no name, several are numbered. Raises SheetRefused."""
    stated = _CHARSET.search(data[:4096])
    tables = _Reader().read(decode(data, stated[1].decode("ascii") if stated else ""))
    names = [""] if len(tables) == 1 else [str(number + 1) for number in range(len(tables))]
    return [table.sheet(name) for table, name in zip(tables, names, strict=True)]
