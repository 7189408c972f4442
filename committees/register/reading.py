"""A register file, row by row: every row is checked before anything is written.

Columns code,name,level,parent_code,class_code; UTF-8; plain or gzip. Whatever is wrong becomes one
sentence with its line.
"""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from committees.models import Place
from core.errors import DomainError

COLUMNS = ("code", "name", "level", "parent_code", "class_code")
LEVELS = {
    "province": Place.Level.PROVINCE,
    "city": Place.Level.CITY,
    "district": Place.Level.DISTRICT,
    "street": Place.Level.SUBDISTRICT,
    "community": Place.Level.COMMITTEE,
}
# How many digits of the code say something at each level; the rest are zeros.
MEANING = {"province": 2, "city": 4, "district": 6, "street": 9, "community": 12}
LONGEST_NAME = 80
LONGEST_LINE = 4_096
GZIP_MAGIC = b"\x1f\x8b"

_CODE = re.compile(r"[0-9]{12}", re.ASCII)
_CLASS = re.compile(r"([0-9]{3})?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_KIND_BY_NAME = {"居委会": "residential", "村委会": "village"}
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")


class RegisterError(DomainError):
    """The file cannot be taken; nothing was done."""

    code = "register_refused"


@dataclass(frozen=True, slots=True)
class Row:
    """A checked row, as it is staged."""

    line: int
    code: str
    name: str
    level: int
    kind: str
    parent_code: str
    class_code: str
    hidden: bool


def edition_of(path: Path) -> int | None:
    """The one year in the file's name; None when there is none or more than one."""
    years = set(_YEAR.findall(path.name))
    return int(years.pop()) if len(years) == 1 else None


def kind_of(level: str, code: str, name: str) -> str:
    """What the digits say: 7-9 of a street or town, 10-12 of a committee.

    From 400 on a committee's code only says that it stands in a zone or on a farm; there a name
    that says 居委会 or 村委会 decides (48 of Shanghai's 4,661 residents' committees of 2021).
    """
    if level == "street":
        number = int(code[6:9])
        for below, kind in ((100, "street"), (200, "town"), (400, "township")):
            if number < below:
                return kind
        return "other"
    if level == "community":
        number = int(code[9:])
        if number < 400:
            return "residential" if number < 200 else "village"
        return _KIND_BY_NAME.get(name.replace("民委员会", "委会")[-3:], "quasi")
    return level


def is_hidden(level: str, name: str) -> bool:
    """Rows that carry the tree and are no place: 市辖区, 县, 省直辖县级行政区划, 直辖村级区划."""
    if level in ("province", "community"):
        return False
    return (
        name in ("市辖区", "县")
        or ("直辖" in name and name.endswith("级区划"))
        or (name.endswith("直辖县级行政区划"))
    )


def rows(path: Path, progress: Callable[[int], object] | None = None) -> Iterator[Row]:
    """Checked rows of the file. `progress` is called with the bytes read since the last call.

    Raises RegisterError with one sentence at the first thing that is wrong.
    """
    with _open(path) as (raw, file):
        reader = csv.reader(_lines(file, raw, progress), strict=True)
        try:
            columns = _columns(reader)
            yield from _checked(reader, columns)
        except csv.Error as exc:
            raise RegisterError(
                _("Line %(line)s is not CSV (%(reason)s).")
                % {"line": reader.line_num, "reason": exc}
            ) from exc


class _open:
    """The file as stored (for its position) and as read (unzipped)."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> tuple[IO[bytes], IO[bytes]]:
        try:
            self.raw: IO[bytes] = self.path.open("rb")
            magic = self.raw.read(2)
        except OSError as exc:
            raise RegisterError(
                _("%(file)s cannot be read: %(reason)s.")
                % {"file": self.path.name, "reason": exc.strerror or exc}
            ) from exc
        self.raw.seek(0)
        if magic == GZIP_MAGIC:
            return self.raw, gzip.GzipFile(fileobj=self.raw)  # type: ignore[return-value]
        if self.path.suffix == ".gz":
            self.raw.close()
            raise RegisterError(
                _("%(file)s is named .gz but is not a gzip file.") % {"file": self.path.name}
            )
        return self.raw, self.raw

    def __exit__(self, *_: object) -> None:
        self.raw.close()


def _lines(
    file: IO[bytes], raw: IO[bytes], progress: Callable[[int], object] | None
) -> Iterator[str]:
    """Lines as text, none longer than LONGEST_LINE."""
    number, position = 0, 0
    try:
        while line := file.readline(LONGEST_LINE):
            number += 1
            if len(line) == LONGEST_LINE:
                raise RegisterError(_("Line %(line)s is too long.") % {"line": number})
            if progress and number % 5_000 == 0:
                progress(raw.tell() - position)
                position = raw.tell()
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as exc:
        raise RegisterError(
            _("Line %(line)s is not UTF-8; save the file as CSV UTF-8.") % {"line": number}
        ) from exc
    except (EOFError, zlib.error, gzip.BadGzipFile) as exc:
        raise RegisterError(
            _("The gzip file is damaged or cut off after line %(line)s.") % {"line": number}
        ) from exc
    if progress:
        progress(raw.tell() - position)


def _columns(reader: Iterator[list[str]]) -> dict[str, int]:
    header = next(reader, None)
    if header is None:
        raise RegisterError(_("The file is empty."))
    found = [name.strip() for name in header]
    if sorted(found) != sorted(COLUMNS):
        raise RegisterError(
            _("The columns must be %(expected)s; found: %(found)s.")
            % {"expected": ", ".join(COLUMNS), "found": ", ".join(found)[:200] or "–"}
        )
    return {name: found.index(name) for name in COLUMNS}


def _checked(reader: Any, columns: dict[str, int]) -> Iterator[Row]:
    code_at, name_at, level_at, parent_at, class_at = (columns[name] for name in COLUMNS)
    empty = True
    for fields in reader:
        if not fields:
            continue
        line = reader.line_num
        if len(fields) != len(COLUMNS):
            raise RegisterError(
                _("Line %(line)s has %(found)s fields instead of %(expected)s.")
                % {"line": line, "found": len(fields), "expected": len(COLUMNS)}
            )
        empty = False
        yield _row(
            line,
            fields[code_at].strip(),
            fields[name_at].strip(),
            fields[level_at].strip(),
            fields[parent_at].strip(),
            fields[class_at].strip(),
        )
    if empty:
        raise RegisterError(_("The file has no rows below its header."))


def _row(line: int, code: str, name: str, level: str, parent: str, class_code: str) -> Row:
    number = LEVELS.get(level)
    if number is None:
        raise RegisterError(
            _("Line %(line)s: the level is one of %(levels)s; found: %(found)s.")
            % {"line": line, "levels": ", ".join(LEVELS), "found": level[:40] or "–"}
        )
    _check_code(line, code, level)
    if not name or len(name) > LONGEST_NAME or _CONTROL.search(name):
        raise RegisterError(
            _("Line %(line)s: a name has 1 to %(most)s characters and no control characters.")
            % {"line": line, "most": LONGEST_NAME}
        )
    if parent and not _CODE.fullmatch(parent):
        raise RegisterError(
            _("Line %(line)s: the parent's code has 12 digits; found: %(found)s.")
            % {"line": line, "found": parent[:40]}
        )
    if not parent and level != "province":
        raise RegisterError(
            _("Line %(line)s: only a province-level unit has no parent.") % {"line": line}
        )
    if not _CLASS.fullmatch(class_code):
        raise RegisterError(
            _("Line %(line)s: the class code has 3 digits or is empty; found: %(found)s.")
            % {"line": line, "found": class_code[:40]}
        )
    return Row(
        line,
        code,
        name,
        int(number),
        kind_of(level, code, name),
        parent,
        class_code,
        is_hidden(level, name),
    )


def _check_code(line: int, code: str, level: str) -> None:
    if not _CODE.fullmatch(code):
        raise RegisterError(
            _("Line %(line)s: a code has 12 digits; found: %(found)s.")
            % {"line": line, "found": code[:40] or "–"}
        )
    said = MEANING[level]
    if code[said:].strip("0") or (level == "community" and code.endswith("000")):
        raise RegisterError(
            _("Line %(line)s: %(code)s is not a code of the level %(level)s.")
            % {"line": line, "code": code, "level": level}
        )
