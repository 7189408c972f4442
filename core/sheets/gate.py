"""The gate before the parsers: what a file is by its content, and whether it may be opened.

Everything here reads in bounded memory. A limit is chosen so that the largest honest list of the
product (a district's people, a few thousand rows) is far below it.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.sheets.errors import SheetRefused

MAX_FILE = 20 * 2**20
MAX_TEXT = 8 * 2**20  # a text may take four times its length in memory
MAX_UNPACKED = 50 * 2**20
MAX_RATIO = 100
RATIO_FROM = 2**20  # a small part of blanks packs well and does no harm
MAX_PARTS = 2_000
MAX_ROWS = 100_000
MAX_COLUMNS = 500
MAX_CELLS = 2_000_000
CHUNK = 2**16

_OTHER_KINDS = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"{\\rtf", "RTF"),
    (b"MZ", "EXE"),
    (b"\x7fELF", "ELF"),
)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta|style)\b", re.IGNORECASE)
_DECLARATIONS = tuple(
    text.encode(encoding)
    for text in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)


def kind_of(data: bytes) -> str:
    """xlsx, xls, html or csv: by content, never by name. Raises SheetRefused for anything else."""
    _check_length(data, MAX_FILE)
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head:
        raise SheetRefused(_("The file is empty."))
    if data.startswith(b"PK"):
        return "xlsx"
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "xls"
    _check_no_other(data, head)
    _check_length(data, MAX_TEXT)
    return "html" if head.startswith(b"<") else "csv"


def _check_length(data: bytes, limit: int) -> None:
    if len(data) > limit:
        raise SheetRefused(
            _("The file is larger than %(limit)s MB. Send it in parts.") % {"limit": limit >> 20}
        )


def _check_no_other(data: bytes, head: bytes) -> None:
    for magic, name in _OTHER_KINDS:
        if head.startswith(magic):
            raise SheetRefused(
                _("This is a %(kind)s file, not a sheet. Save the list as .xlsx or .csv.")
                % {"kind": name}
            )
    if head.startswith(b"<?xml") and not _HTML.search(head):
        raise SheetRefused(_("XML sheets are not read. Save the list as .xlsx."))
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SheetRefused(_("This is not a sheet. Save the list as .xlsx or .csv."))


def check_size(rows: int, columns: int) -> None:
    """Raises SheetRefused for a sheet with more rows or columns than any list here has."""
    if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        raise SheetRefused(
            _(
                "The sheet reaches to row %(rows)s and column %(columns)s, further than any list "
                "here. Copy the rows into a new sheet and send that."
            )
            % {"rows": rows, "columns": columns}
        )


def open_package(data: bytes) -> zipfile.ZipFile:
    """The parts of an .xlsx after every check that needs no parser.

    Sizes come from the zip directory first; then every part is unpacked once in small pieces, which
    proves the directory true and finds declarations of entities.
    """
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        _check_directory(package)
        for info in package.infolist():
            _check_part(package, info)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as exc:
        raise SheetRefused(
            _("The file is damaged, perhaps cut off on its way. Save it again and send it again.")
        ) from exc
    return package


def _check_directory(package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    names = {info.filename for info in parts}
    if any(info.flag_bits & 1 for info in parts):
        raise SheetRefused(_("The file is locked with a password. Remove it and send it again."))
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        raise SheetRefused(
            _("This is not an .xlsx file. Open it with your office program and save it as .xlsx.")
        )
    unpacked = sum(info.file_size for info in parts)
    if len(parts) > MAX_PARTS or len(names) != len(parts) or unpacked > MAX_UNPACKED:
        raise SheetRefused(_("Unpacked, the file would be far larger than any list here."))
    for info in parts:
        if info.file_size > RATIO_FROM and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            raise SheetRefused(_("Unpacked, the file would be far larger than any list here."))


def _check_part(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    markup = info.filename.lower().endswith((".xml", ".rels", ".vml"))
    for piece in _pieces(package, info):
        if markup and any(mark in piece for mark in _DECLARATIONS):
            raise SheetRefused(
                _("The file declares entities, which no office program writes. It is not opened.")
            )


def _pieces(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Pieces that overlap, so that nothing hides on a seam."""
    tail = b""
    with package.open(info) as part:
        while piece := part.read(CHUNK):
            yield tail + piece
            tail = piece[-32:]
