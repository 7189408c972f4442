"""Reading .csv: UTF-8 with and without a mark, GB18030, and Excel's "Unicode text"."""

from __future__ import annotations

import codecs
import csv
import io

from django.utils.translation import gettext as _

from core.sheets.errors import SheetRefused
from core.sheets.gate import MAX_COLUMNS, check_size
from core.sheets.model import RawSheet

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
FIELD_LIMIT = 100_000


def decode(data: bytes, named: str = "") -> str:
    """Text of an office file. `named`: the encoding that the file itself states.

    GB2312 and GBK are read as GB18030, which holds both. Raises SheetRefused.
    """
    marked = next((name for mark, name in MARKS if data.startswith(mark)), "")
    if marked:
        order = [marked]
    elif named.lower() in ("gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk"):
        order = ["gb18030", "utf-8"]
    else:
        order = ["utf-8", "gb18030"]
    for encoding in order:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetRefused(
        _("The characters of this file cannot be read. Save it as .xlsx, or as CSV UTF-8.")
    )


def read_delimited(data: bytes) -> RawSheet:
    """The one sheet of a text file; its name is empty. Raises SheetRefused."""
    text = decode(data)
    csv.field_size_limit(FIELD_LIMIT)
    delimiter = _delimiter(text)
    if any(line.count(delimiter) > MAX_COLUMNS for line in io.StringIO(text)):
        check_size(1, MAX_COLUMNS + 1)  # before a line of commas becomes millions of cells
    rows, width = [], 0
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(tuple(record))
            width = max(width, len(record))
            check_size(len(rows) if any(record) else 0, width)
    except csv.Error as exc:
        raise SheetRefused(_("This is not a sheet. Save the list as .xlsx or .csv.")) from exc
    return RawSheet(name="", rows=tuple(rows))


def _delimiter(text: str) -> str:
    """The sign that separates most in the first lines."""
    first = "\n".join(text[:8192].splitlines()[:10])
    return max(",\t;", key=first.count)
