"""One notation for what people and programs put into cells."""

from __future__ import annotations

import datetime
import re
import unicodedata
from typing import Any

from core.sheets.model import Cell, Note, Problem, Value

# Digits and letters only: Chinese brackets and commas are right as they are.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF5B)} | {
    code: code for code in (*range(0xFF1A, 0xFF21), *range(0xFF3B, 0xFF41))
}
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\ufe00-\ufe0f\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
_SPACES = re.compile(r"[\s\u00a0\u3000]+")
_BETWEEN_HANZI = re.compile(
    "(?<=[㐀-鿿豈-﫿\U00020000-\U0003ffff]) (?=[㐀-鿿豈-﫿\U00020000-\U0003ffff])"
)
_SCIENTIFIC = re.compile(r"([1-9])(?:\.(\d+))?[Ee]\+?(\d{1,2})")
EXACT_DIGITS = 15  # a double keeps so many; longer numbers have lost their end


def clean(text: str) -> tuple[str, frozenset[Note]]:
    """`text` without marks nobody sees, with plain spaces and narrow digits; and what was done."""
    notes = set()
    seen = _INVISIBLE.sub("", text)
    if seen != text:
        notes.add(Note.INVISIBLE)
    spaced = _SPACES.sub(" ", seen).strip()
    if spaced != seen:
        notes.add(Note.SPACES)
    narrow = spaced.translate(_FULL_WIDTH)
    if narrow != spaced:
        notes.add(Note.FULL_WIDTH)
    return narrow, frozenset(notes)


def close_up(text: str) -> str:
    """Without the spaces that pad a Chinese word: 李　强 -> 李强; Latin words keep theirs."""
    while _BETWEEN_HANZI.search(text):
        text = _BETWEEN_HANZI.sub("", text)
    return text


def plain(text: str) -> str:
    """For reading numbers and dates: compatibility forms and full-width signs made narrow."""
    return unicodedata.normalize("NFKC", text).strip()


def number_text(value: float) -> str:
    """19871432178.0 -> "19871432178"; fractions as they are written."""
    return str(int(value)) if float(value).is_integer() else repr(value)


def expand_scientific(text: str) -> str | None:
    """ "1.9871432178E+10" -> "19871432178"; None when the notation has dropped digits."""
    found = _SCIENTIFIC.fullmatch(text)
    if not found:
        return None
    fraction, power = (found[2] or "").rstrip("0"), int(found[3])
    return found[1] + fraction if len(fraction) == power else None


def is_scientific(text: str) -> bool:
    return bool(_SCIENTIFIC.fullmatch(text))


def cell_of(value: Value, problem: Problem | None = None) -> Cell:
    """A cell from what the file holds."""
    if problem is not None:
        return Cell("", value, frozenset(), problem)
    if value is None or value == "":
        return Cell()
    if isinstance(value, str):
        text, notes = clean(value)
        return Cell(text, value, notes)
    text, notes = _of_other(value)
    return Cell(text, value, notes)


def _of_other(value: Any) -> tuple[str, frozenset[Note]]:
    if isinstance(value, bool):
        return ("1" if value else "0"), frozenset()
    if isinstance(value, int | float):
        lost = abs(value) >= 10**EXACT_DIGITS
        notes = {Note.NUMBER, Note.LOST_DIGITS} if lost else {Note.NUMBER}
        return number_text(value), frozenset(notes)
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ", "minutes"), frozenset({Note.DATE})
    if isinstance(value, datetime.time):
        return value.isoformat("minutes"), frozenset({Note.DATE})
    if isinstance(value, datetime.timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60:02}:{minutes % 60:02}", frozenset({Note.DATE})
    return value.isoformat(), frozenset({Note.DATE})
