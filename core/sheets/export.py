"""Writing sheets that no program takes for formulas."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import IO

# Full-width forms too: programs set to Chinese or Japanese read them as the plain ones.
_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
# Some programs trim these before they look: spaces and signs without width.
_UNSEEN = " \u00a0\u3000\u200b\u200e\u200f\u202a\u202d\u202e\u2060\ufeff\x00"
MARK = "\ufeff"  # Excel for Chinese Windows reads UTF-8 only behind it


def safe(value: object) -> str:
    """`value` as text that stays text: '=1+1 behind an apostrophe."""
    text = "" if value is None else str(value)
    seen = text.lstrip(_UNSEEN)
    return f"'{text}" if text.startswith(_STARTS) or seen.startswith(_STARTS) else text


def write_csv(file: IO[str], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A CSV for Excel (RFC 4180, UTF-8 with a mark). `file` is open with newline=""."""
    file.write(MARK)
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows([safe(value) for value in row] for row in rows)
