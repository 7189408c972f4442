"""Reading HTML tables, which many systems send under the name .xls."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from core.sheets.delimited import decode
from core.sheets.gate import MAX_COLUMNS, check_size
from core.sheets.model import Area, RawSheet, Value

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
SILENT = frozenset({"script", "style", "head", "title"})


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


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self.open: list[_Table] = []
        self.cell: list[str] | None = None
        self.span = (1, 1)
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self.silent += 1
        elif tag == "table":
            self._end_cell()
            self.silent = 0
            self.tables.append(_Table())
            self.open.append(self.tables[-1])
        elif tag == "tr" and self.open:
            self._end_cell()
            self.open[-1].begin_row()
        elif tag in ("td", "th") and self.open:
            self._end_cell()
            if not self.open[-1].rows:
                self.open[-1].begin_row()
            given = dict(attrs)
            self.span = (_span(given.get("rowspan"), 65_536), _span(given.get("colspan")))
            self.cell = []
        elif tag in ("br", "p", "div") and self.cell:
            self.cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self.silent = max(self.silent - 1, 0)
        elif tag in ("td", "th", "tr"):
            self._end_cell()
        elif tag == "table" and self.open:
            self._end_cell()
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.cell is not None and not self.silent:
            self.cell.append(data)

    def _end_cell(self) -> None:
        if self.cell is not None and self.open:
            self.open[-1].put("".join(self.cell).strip("\r\n\t "), *self.span)
        self.cell = None

    def close(self) -> None:
        super().close()
        self._end_cell()


def _span(value: str | None, limit: int = MAX_COLUMNS) -> int:
    return min(max(int(value), 1), limit) if value and value.isascii() and value.isdigit() else 1


def read_markup(data: bytes) -> list[RawSheet]:
    """The tables of a page: one has no name, several are numbered. Raises SheetRefused."""
    stated = _CHARSET.search(data[:4096])
    reader = _Reader()
    reader.feed(decode(data, stated[1].decode("ascii") if stated else ""))
    reader.close()
    filled = [table for table in reader.tables if table.width]
    names = [""] if len(filled) == 1 else [str(number + 1) for number in range(len(filled))]
    return [table.sheet(name) for table, name in zip(filled, names, strict=True)]
