"""What an old .xls says before a parser opens it: password, day count, reach, error cells.

Only the frame of the file is read: the compound file's tables of sectors and the heads of the
BIFF8 records. Every loop ends with the file, whatever the numbers in it claim.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.sheets.errors import SheetRefused
from core.sheets.gate import check_size
from core.sheets.model import Problem
from core.sheets.package import Inspection

END = 0xFFFFFFFA  # sector numbers from here on are marks, not sectors
BOF, FILEPASS, DATEMODE, BOUNDSHEET = 0x0809, 0x002F, 0x0022, 0x0085
FORMULA, BOOLERR, MULRK = 0x0006, 0x0205, 0x00BD
ONE_CELL = frozenset({FORMULA, BOOLERR, 0x0203, 0x0204, 0x00FD, 0x00D6, 0x027E})


def inspect(data: bytes) -> Inspection:
    """Facts about the workbook in a compound file. Raises SheetRefused for what is none."""
    try:
        streams = _Compound(data).streams()
    except (struct.error, IndexError, ValueError) as exc:
        raise _damaged() from exc
    if "EncryptedPackage" in streams:
        raise _locked()
    stream = streams.get("Workbook") or streams.get("Book")
    if not stream:
        raise SheetRefused(
            _("This is an office file, but not a workbook. Save the list as .xlsx or .csv.")
        )
    return _look_through(stream)


def _damaged() -> SheetRefused:
    return SheetRefused(
        _("The file is damaged, perhaps cut off on its way. Save it again and send it again.")
    )


def _locked() -> SheetRefused:
    return SheetRefused(_("The file is locked with a password. Remove it and send it again."))


class _Compound:
    """The streams of a compound file, by name."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        shift, self.mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or self.mini_shift > shift:
            raise ValueError("sector size")
        self.size = 1 << shift
        tables, directory = struct.unpack_from("<II", data, 44)
        self.cutoff, mini_table, _count, more, _more = struct.unpack_from("<IIIII", data, 56)
        self.table = self._table(tables, more)
        self.directory = self._chain(directory)
        self.mini_table = self._numbers(self._chain(mini_table))
        self.mini = b""

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self.size
        return self.data[start : start + self.size]

    def _numbers(self, data: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))

    def _table(self, count: int, more: int) -> list[int]:
        places = list(struct.unpack_from("<109I", self.data, 76))
        seen = set()
        while more < END and more not in seen:
            seen.add(more)
            numbers = self._numbers(self._sector(more))
            if not numbers:
                break
            places += numbers[:-1]
            more = numbers[-1]
        used = [place for place in places if place < END][: min(count, len(self.data) // self.size)]
        return [number for place in used for number in self._numbers(self._sector(place))]

    def _chain(self, start: int) -> bytes:
        pieces, seen = [], set()
        while start < len(self.table) and start not in seen:
            seen.add(start)
            pieces.append(self._sector(start))
            start = self.table[start]
        return b"".join(pieces)

    def _mini_chain(self, start: int, size: int) -> bytes:
        pieces, seen, step = [], set(), 1 << self.mini_shift
        while start < len(self.mini_table) and start not in seen:
            seen.add(start)
            pieces.append(self.mini[start * step : (start + 1) * step])
            start = self.mini_table[start]
        return b"".join(pieces)[:size]

    def streams(self) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for place in range(0, len(self.directory) - 127, 128):
            entry = self.directory[place : place + 128]
            length, kind = struct.unpack_from("<HB", entry, 64)
            name = entry[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<II", entry, 116)
            if kind == 5:
                self.mini = self._chain(start)
            elif kind == 2 and name in ("Workbook", "Book", "EncryptedPackage"):
                small = size < self.cutoff
                found[name] = self._mini_chain(start, size) if small else self._chain(start)[:size]
        return found


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Position, number and content of every record."""
    place = 0
    while place + 4 <= len(stream):
        number, length = struct.unpack_from("<HH", stream, place)
        yield place, number, stream[place + 4 : place + 4 + length]
        place += 4 + length


def _look_through(stream: bytes) -> Inspection:
    found = Inspection()
    names: dict[int, str] = {}
    problems: dict[tuple[int, int], Problem] = {}
    last_row = last_column = 0
    for place, number, body in _records(stream):
        if number == FILEPASS:
            raise _locked()
        if number == DATEMODE:
            found.date1904 = body[:2] == b"\1\0"
        elif number == BOUNDSHEET and len(body) > 8:
            names[struct.unpack_from("<I", body)[0]] = _sheet_name(body)
        elif number == BOF:
            problems = found.problems.setdefault(names.get(place, ""), {})
            last_row = last_column = 0
        elif (number in ONE_CELL or number == MULRK) and len(body) >= 6:
            row, column = struct.unpack_from("<HH", body)
            last_row = max(last_row, row + 1)
            last_column = max(last_column, _last_column(number, body, column) + 1)
            check_size(last_row, last_column)
            if _is_error(number, body):
                problems[row, column] = Problem.ERROR
    return found


def _sheet_name(body: bytes) -> str:
    length, wide = body[6], body[7] & 1
    text = body[8 : 8 + length * (2 if wide else 1)]
    return text.decode("utf-16-le" if wide else "latin-1", "replace")


def _last_column(number: int, body: bytes, column: int) -> int:
    return int(struct.unpack_from("<H", body, len(body) - 2)[0]) if number == MULRK else column


def _is_error(number: int, body: bytes) -> bool:
    if number == BOOLERR:
        return len(body) >= 8 and body[7] == 1
    return number == FORMULA and len(body) >= 14 and body[6] == 2 and body[12:14] == b"\xff\xff"
