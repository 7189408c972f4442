"""Small sheets made in memory, so that no office file lies in the repository."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import xlsxwriter

from core.sheets.columns import Field
from core.sheets.reading import read_workbook

FIELDS = (
    Field("name", "name", frozenset({"姓名"}), required=True),
    Field("phone", "mobile", frozenset({"手机", "联系电话"})),
    Field("street", "sub-district", frozenset({"街道", "街道镇"})),
    Field("day", "day", frozenset({"任职时间", "日期"})),
)


def xlsx(
    rows: Sequence[Sequence[Any]] = (),
    *,
    name: str = "花名册",
    more: Callable[[Any, Any], None] | None = None,
    **options: Any,
) -> bytes:
    """An .xlsx with `rows`; `more(book, sheet)` adds what rows cannot say."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False} | options)
    sheet = book.add_worksheet(name)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None and value != "":
                sheet.write(number, column, value)
    if more:
        more(book, sheet)
    book.close()
    return file.getvalue()


def package(parts: dict[str, bytes], *, compressed: bool = True) -> bytes:
    """A zip with these parts."""
    file = io.BytesIO()
    how = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    with zipfile.ZipFile(file, "w", how) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return file.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sheet_xml(cells: str) -> bytes:
    """A worksheet part around rows written by hand."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'.encode()


def with_sheet(cells: str) -> bytes:
    """An .xlsx whose first sheet holds `cells`."""
    parts = parts_of(xlsx([["x"]]))
    parts["xl/worksheets/sheet1.xml"] = sheet_xml(cells)
    return package(parts)


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


# --- An old .xls: one stream of BIFF8 records in a compound file --------------------------------
def record(number: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", number, len(body)) + body


def label(row: int, column: int, text: str) -> bytes:
    body = struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le")
    return record(0x0204, body)


def number(row: int, column: int, value: float) -> bytes:
    return record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def error(row: int, column: int) -> bytes:
    return record(0x0205, struct.pack("<HHHBB", row, column, 0, 7, 1))


def xls(cells: bytes, *, date1904: bool = False, head: bytes = b"", name: str = "表") -> bytes:
    """An .xls with one sheet; `cells` are its records, `head` goes before the sheets' names."""
    begin = struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 6)
    sheet = struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 6)
    title = struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")
    front = record(0x0809, begin) + head + record(0x0022, struct.pack("<H", int(date1904)))
    place = len(front) + 4 + 6 + len(title) + 4
    front += record(0x0085, struct.pack("<IBB", place, 0, 0) + title) + record(0x000A)
    return compound({"Workbook": front + record(0x0809, sheet) + cells + record(0x000A)})


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file with sectors of 512 bytes; every stream is long enough for the big table."""
    padded = [data.ljust(-(-max(len(data), 4096) // 512) * 512, b"\0") for data in streams.values()]
    table: list[int] = [0xFFFFFFFD]
    starts = []
    for data in padded:
        starts.append(len(table))
        count = len(data) // 512
        table += [len(table) + step + 1 for step in range(count - 1)] + [0xFFFFFFFE]
    directory = len(table)
    table.append(0xFFFFFFFE)
    entries = [_entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1)]
    for (title, _data), start, data in zip(streams.items(), starts, padded, strict=True):
        entries.append(_entry(title, 2, start, len(data)))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", 0, *([0xFFFFFFFF] * 108))
    first = struct.pack("<128I", *table, *([0xFFFFFFFF] * (128 - len(table))))
    return head + first + b"".join(padded) + b"".join(entries).ljust(512, b"\0")


def _entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    title = name.encode("utf-16-le") + b"\0\0"
    body = title.ljust(64, b"\0") + struct.pack("<HBB", len(title), kind, 1)
    body += struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child) + bytes(36)
    return body + struct.pack("<III", start, size, 0)


def read(data: bytes) -> Any:
    """The only sheet of a workbook."""
    (sheet,) = read_workbook(data, FIELDS).sheets
    return sheet


def texts(sheet: Any) -> list[list[str]]:
    """Texts of the data rows."""
    return [[cell.text for cell in row.cells] for row in sheet.data()]
