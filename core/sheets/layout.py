"""Finding the list in a sheet: title rows, header of one or two levels, rows, totals, footers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from core.sheets.columns import Field, field_of, title_key
from core.sheets.gate import check_size
from core.sheets.model import EMPTY, Area, Cell, Column, Note, RawSheet, Row, RowKind, Sheet
from core.sheets.text import cell_of, close_up

HEADER_WITHIN = 40  # rows in which a header is looked for
ENOUGH = 2  # fields a header row must name
_TOTAL = re.compile(r"(合\s*计|小\s*计|总\s*计|共\s*计|汇\s*总|总\s*人\s*数)(\s|[:：（(\d]|$)")
_FOOTER = re.compile(
    r"(填表|制表|填报|审核|复核|经办|统计|负责|联系|单位负责|分管|报送)(人|人员|单位|领导|日期|时间)?"
    r"\s*(（[^）]*）|\([^)]*\))?\s*[:：]|(备\s*注|说\s*明|注|附注|填表说明)\s*[:：]|(注|说明)\d*[、.：:]"
)
_SERIAL = frozenset({"序号", "编号", "序", "no", "num", "行号", "排序", "serial"})
_NUMBER = re.compile(r"\d{1,6}[.、]?")


@dataclass(frozen=True, slots=True)
class _Header:
    top: int
    low: int
    columns: tuple[Column, ...]


def lay_out(raw: RawSheet, fields: Sequence[Field]) -> Sheet:
    """A sheet with its header found by `fields`; without one it is skipped with the reason."""
    grid = _grid(raw)
    header = _find_header(grid, raw.merged, fields)
    if header is None:
        return _skipped(raw, grid, _("No header row was found in this sheet."))
    required = {field.key for field in fields if field.required}
    found = {field.key for column in header.columns if (field := field_of(column, fields))}
    if missing := required - found:
        labels = [str(field.label) for field in fields if field.key in missing]
        return replace(
            _skipped(
                raw,
                grid,
                _("This sheet is another list: no column says %(fields)s.")
                % {"fields": _(", ").join(labels)},
            ),
            columns=header.columns,
        )
    return Sheet(
        name=raw.name,
        rows=tuple(_rows(raw, grid, header, fields)),
        columns=header.columns,
        header_rows=tuple(range(header.top + 1, header.low + 2)),
        hidden=raw.hidden,
    )


def _grid(raw: RawSheet) -> list[list[Cell]]:
    """Cells up to the last row that holds something."""
    problems = raw.problems or {}
    grid = []
    last = -1
    for number, values in enumerate(raw.rows):
        cells = [cell_of(value) for value in values]
        grid.append(cells)
        if any(cell.text for cell in cells):
            last = number
    for (row, column), problem in problems.items():
        if row >= len(grid):
            continue
        grid[row] += [EMPTY] * (column + 1 - len(grid[row]))
        grid[row][column] = cell_of(None, problem)
        last = max(last, row)
    check_size(last + 1, max((len(row) for row in grid), default=0))
    return grid[: last + 1]


def _skipped(raw: RawSheet, grid: list[list[Cell]], reason: str) -> Sheet:
    rows = tuple(
        Row(number + 1, tuple(cells), RowKind.OTHER)
        for number, cells in enumerate(grid)
        if _filled(cells)
    )
    return Sheet(name=raw.name, rows=rows, hidden=raw.hidden, skipped=reason)


def _filled(cells: Sequence[Cell]) -> bool:
    return any(cell.text or cell.problem for cell in cells)


def _find_header(
    grid: list[list[Cell]], merged: Sequence[Area], fields: Sequence[Field]
) -> _Header | None:
    """The block of rows that names most fields; of equals the first."""
    best, best_score = None, ENOUGH - 1
    for number in range(min(HEADER_WITHIN, len(grid))):
        if not _filled(grid[number]):
            continue
        header = _header_at(grid, merged, number)
        named = {field.key for column in header.columns if (field := field_of(column, fields))}
        if len(named) > best_score:
            best, best_score = header, len(named)
    return best


def _header_at(grid: list[list[Cell]], merged: Sequence[Area], row: int) -> _Header:
    """The header of which `row` is the lowest line; merged cells say what belongs above it."""
    width = max(len(cells) for cells in grid)
    top = row
    for first, _left, last, _right in merged:
        if first < row <= last and row - first <= 2:
            top = min(top, first)
    if top == row and row and _has_groups(grid, merged, row, width):
        top = row - 1
    columns = []
    for column in range(width):
        texts: list[str] = []
        for line in range(top, row + 1):
            text = close_up(_header_text(grid, merged, line, column))
            if text and text not in texts:
                texts.append(text)
        if texts:
            columns.append(Column(column, texts[-1], "/".join(texts[:-1])))
    return _Header(top, row, tuple(columns))


def _has_groups(grid: list[list[Cell]], merged: Sequence[Area], row: int, width: int) -> bool:
    """Whether the line above spans some, but not all, columns of `row`."""
    used = sum(1 for cell in grid[row] if cell.text)
    return any(
        first == last == row - 1
        and 1 < right - left + 1 < min(width, max(used, 2))
        and all(_text(grid, row, column) for column in range(left, right + 1))
        for first, left, last, right in merged
    )


def _text(grid: list[list[Cell]], row: int, column: int) -> str:
    return grid[row][column].text if row < len(grid) and column < len(grid[row]) else ""


def _header_text(grid: list[list[Cell]], merged: Sequence[Area], row: int, column: int) -> str:
    if text := _text(grid, row, column):
        return text
    for first, left, last, right in merged:
        if first <= row <= last and left <= column <= right:
            return _text(grid, first, left)
    return ""


def _rows(
    raw: RawSheet, grid: list[list[Cell]], header: _Header, fields: Sequence[Field]
) -> list[Row]:
    width = max(column.index for column in header.columns) + 1
    grid = [cells + [EMPTY] * (width - len(cells)) for cells in grid]
    wide = {first for first, left, _l, right in raw.merged if right - left + 1 > width / 2}
    filled = _fill_down(grid, raw.merged, header.low)
    keys = {column.index: title_key(column.title) for column in header.columns}
    serials = {index for index, key in keys.items() if key in _SERIAL}
    known = {column.index for column in header.columns if field_of(column, fields)}
    rows = []
    for number, own in enumerate(grid):
        if not _filled(own) and not (number > header.low and _filled(filled[number])):
            continue
        kind = RowKind.HEADER
        if number > header.low:
            kind = _kind(own, keys, serials, known, number in wide)
        cells = filled[number] if kind is RowKind.DATA else own
        rows.append(Row(number + 1, tuple(cells), kind))
    return rows


def _fill_down(grid: list[list[Cell]], merged: Sequence[Area], header_low: int) -> list[list[Cell]]:
    """Cells merged over several rows hold for each of them."""
    filled = [list(cells) for cells in grid]
    for first, left, last, _right in merged:
        if (
            first <= header_low
            or first == last
            or left >= len(grid[first] if first < len(grid) else ())
        ):
            continue
        top = grid[first][left]
        if not top.text:
            continue
        for row in range(first, min(last + 1, len(grid))):
            if not grid[row][left].text or row == first:
                filled[row][left] = replace(top, notes=top.notes | {Note.MERGED})
    return filled


def _kind(
    own: Sequence[Cell],
    keys: dict[int, str],
    serials: set[int],
    known: set[int],
    wide: bool,
) -> RowKind:
    """What a row below the header is, by what it holds itself (merged cells not filled)."""
    texts = {index: cell.text for index, cell in enumerate(own) if cell.text or cell.problem}
    first = close_up(next(iter(texts.values()), ""))
    same = sum(1 for index, text in texts.items() if keys.get(index) == title_key(text))
    if same >= ENOUGH and same * 2 > len(texts):
        return RowKind.HEADER
    content = {index: text for index, text in texts.items() if index not in serials}
    if not content and (not first or _NUMBER.fullmatch(first)):
        return RowKind.NUMBERED
    if _TOTAL.match(first) and len(texts) * 2 <= len(keys) + 1:
        return RowKind.TOTAL
    if _FOOTER.match(first) and len(texts) <= 4:
        return RowKind.FOOTER
    alone = len(texts) == 1
    if alone and (wide or not set(content) & known):
        return RowKind.SECTION
    return RowKind.DATA
