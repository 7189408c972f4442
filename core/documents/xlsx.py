"""Sheets for offices: a cover, then tables with a head that stays, ready for A4.

Text is written as text, whatever it looks like: no formula, no link, no number that lost its zeros.
Rows are written as they come (`constant_memory`), so a hundred thousand of them need no more memory
than one. The same content gives the same bytes.
"""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from core.documents.errors import TooMuch
from core.documents.outline import Column, Cover, Kind, SheetOut

__all__ = ["Column", "Cover", "Kind", "SheetOut", "write_xlsx"]

A4 = 9
MOST_ROWS = 1_048_576
MOST_SIGNS = 32_767  # of one cell; the library drops a longer text without a word
MOST_IN_TITLE = 31
FORBIDDEN_IN_TITLE = re.compile(r"[\[\]:*?/\\]")
FONT = "宋体"
RED = "#B3261E"


NUMBER_FORMATS = {
    Kind.TEXT: "@",
    Kind.WHOLE: "0",
    # "0.##" shows a point behind a whole number.
    Kind.NUMBER: "General",
    Kind.QUARTERS: "General",
    Kind.DAY: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm",
}


def write_xlsx(
    target: str | os.PathLike[str] | IO[bytes],
    sheets: Sequence[SheetOut],
    cover: Cover | None = None,
    *,
    made_on: datetime.date | None = None,
) -> None:
    """Write `sheets` behind `cover`. `made_on` is the day in the file's properties.

    Raises TooMuch for more rows than a sheet holds.
    """
    book = xlsxwriter.Workbook(
        os.fspath(target) if isinstance(target, os.PathLike) else target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": {"font_name": FONT, "font_size": 11},
        },
    )
    day = made_on or (cover.on if cover and cover.on else timezone.localdate())
    book.set_properties({"created": datetime.datetime.combine(day, datetime.time())})
    try:
        taken: set[str] = set()
        if cover is not None:
            _write_cover(book, cover, _title(_("Cover"), taken))
        for sheet in sheets:
            _write_sheet(book, sheet, _title(sheet.title, taken))
    finally:
        book.close()


def _title(wanted: str, taken: set[str]) -> str:
    """A name that the format takes, once in the book."""
    plain = FORBIDDEN_IN_TITLE.sub(" ", wanted).strip(" '")[:MOST_IN_TITLE] or "Sheet"
    title, number = plain, 2
    while title.casefold() in taken:
        end = f" {number}"
        title, number = f"{plain[: MOST_IN_TITLE - len(end)]}{end}", number + 1
    taken.add(title.casefold())
    return title


def _write_cover(book: xlsxwriter.Workbook, cover: Cover, title: str) -> None:
    sheet = book.add_worksheet(title)
    sheet.set_paper(A4)
    sheet.center_horizontally()
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 56)
    large = book.add_format({"bold": True, "font_size": 20, "font_name": FONT})
    large.set_text_wrap()
    label = book.add_format({"font_name": FONT, "font_color": "#55606F", "valign": "top"})
    value = book.add_format(
        {"font_name": FONT, "bottom": 1, "bottom_color": "#C9D0DA", "text_wrap": True}
    )
    sheet.set_row(0, 56)
    sheet.merge_range(0, 0, 0, 1, "", large)
    sheet.write_string(0, 0, _cut(cover.title), large)
    for row, (name, text) in enumerate(cover.lines(), start=2):
        sheet.set_row(row, 26)
        sheet.write_string(row, 0, _cut(name), label)
        sheet.write_string(row, 1, _cut(text), value)


def _write_sheet(book: xlsxwriter.Workbook, out: SheetOut, title: str) -> None:
    sheet = book.add_worksheet(title)
    columns = out.full_columns()
    _paper(sheet, out, len(columns))
    head = book.add_format(
        {"bold": True, "bg_color": "#EEF1F5", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
    )
    formats = [_format(book, column) for column in columns]
    red = book.add_format(
        {"bold": True, "font_color": RED, "bg_color": "#FBE3E1", "bottom": 1, "valign": "vcenter"}
    )
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, _cut(column.title), red if column.marked else head)
    number = 0
    for number, row in enumerate(out.rows, start=1):
        if number + bool(out.foot) >= MOST_ROWS:
            raise TooMuch(_("A sheet holds 1,048,576 rows. Choose a smaller part."))
        _write_row(sheet, number, row, columns, formats)
    if out.foot:
        bold = [_format(book, column, bold=True) for column in columns]
        _write_row(sheet, number + 1, out.foot, columns, bold)
    if number:
        sheet.autofilter(0, 0, number, len(columns) - 1)


def _paper(sheet: Worksheet, out: SheetOut, columns: int) -> None:
    sheet.set_paper(A4)
    if out.landscape:
        sheet.set_landscape()
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 1 if columns > 1 else 0)
    sheet.set_footer("&L&A&R&P / &N")


def _format(book: xlsxwriter.Workbook, column: Column, *, bold: bool = False) -> Format:
    properties: dict[str, Any] = {"num_format": NUMBER_FORMATS[column.kind], "valign": "top"}
    if column.kind is Kind.TEXT:
        properties["text_wrap"] = True
    if column.marked:
        properties["font_color"] = RED
    return book.add_format(properties | {"bold": bold} | ({"top": 1} if bold else {}))


def _write_row(
    sheet: Worksheet,
    number: int,
    row: Sequence[Any],
    columns: Sequence[Column],
    formats: Sequence[Format],
) -> None:
    if len(row) != len(columns):
        raise ValueError(f"row {number} has {len(row)} values for {len(columns)} columns")
    for place, (value, column, form) in enumerate(zip(row, columns, formats, strict=True)):
        if value is None or value == "":
            sheet.write_blank(number, place, None, form)
        elif isinstance(value, str) or column.kind is Kind.TEXT:
            # In a column of numbers too: a word instead of a figure stays a word.
            sheet.write_string(number, place, _cut(str(value)), form)
        else:
            WRITERS[column.kind](sheet, number, place, value, form)


def _number(sheet: Worksheet, row: int, place: int, value: Any, form: Format) -> None:
    sheet.write_number(row, place, value, form)


def _quarters(sheet: Worksheet, row: int, place: int, value: Any, form: Format) -> None:
    sheet.write_number(row, place, Decimal(value) / 4, form)


def _day(sheet: Worksheet, row: int, place: int, value: Any, form: Format) -> None:
    sheet.write_datetime(row, place, value, form)


def _moment(sheet: Worksheet, row: int, place: int, value: Any, form: Format) -> None:
    """In the portal's time zone: the format knows none."""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    sheet.write_datetime(row, place, local.replace(tzinfo=None), form)


WRITERS: dict[Kind, Callable[[Worksheet, int, int, Any, Format], None]] = {
    Kind.WHOLE: _number,
    Kind.NUMBER: _number,
    Kind.QUARTERS: _quarters,
    Kind.DAY: _day,
    Kind.MOMENT: _moment,
}


def _cut(text: str) -> str:
    return text if len(text) <= MOST_SIGNS else f"{text[: MOST_SIGNS - 1]}…"
