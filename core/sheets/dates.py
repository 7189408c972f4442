"""Days, months and times as offices write them."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass

from django.utils import timezone

from core.sheets.model import Cell
from core.sheets.text import plain

_SEPARATED = re.compile(
    r"['‘’`]?(\d{4}|\d{2})\s*[-./\\,、年]\s*(\d{1,2})(?:\s*[-./\\,、月]\s*(\d{1,2}))?\s*[月日号.]?"
)
_SOLID = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_YEAR = re.compile(r"(\d{4})\s*年?")
_CLOCK_BEHIND = re.compile(r"(?<=\d)[T ]\s*\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_HAN = {digit: str(value) for value, digit in enumerate("零一二三四五六七八九")} | {
    "〇": "0",
    "○": "0",
}
_HAN_NUMBER = re.compile("[零〇○一二三四五六七八九十]+")
_TIME = re.compile(
    r"(上午|下午|晚上|晚|早上|中午|凌晨)?\s*(\d{1,2})\s*(?:[:时点]\s*(?:(\d{1,2})(?::\d{2})?\s*分?|(半))?)"
)
SERIAL = (10_000, 65_000)  # 1927 to 2077: what can be a day count in an office's sheet
ISO_LIKE = re.compile(r"\d{4}([-.])\d{2}(\1\d{2})?")


class NotADate(ValueError):
    """The text is no day, month or time of this world, or could be two."""


@dataclass(frozen=True, slots=True)
class When:
    """A day, a month or a year. `usual`: written 2021-05-01 or 2021.05.01 in text."""

    year: int
    month: int | None = None
    day: int | None = None
    usual: bool = False

    def __str__(self) -> str:
        parts = [f"{self.year:04}"]
        parts += [f"{part:02}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    def month_text(self) -> str:
        """2021-05, or 2021."""
        return str(When(self.year, self.month))

    def first_day(self) -> datetime.date:
        """The day, or the first day of what is known."""
        return datetime.date(self.year, self.month or 1, self.day or 1)


def read_when(cell: Cell, *, date1904: bool = False) -> When:
    """The day, month or year in a cell. Raises NotADate for 2021.02.30 and for other text."""
    value = cell.raw
    if isinstance(value, datetime.datetime | datetime.date):
        return When(value.year, value.month, value.day)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _of_number(value, date1904)
    text = _CLOCK_BEHIND.sub("", _han_numbers(plain(cell.text)))
    if found := _SEPARATED.fullmatch(text):
        usual = isinstance(value, str) and bool(ISO_LIKE.fullmatch(value))
        return _checked(found[1], found[2], found[3], usual)
    if found := _SOLID.fullmatch(text):
        return _checked(found[1], found[2], found[3])
    if found := _YEAR.fullmatch(text):
        return _checked(found[1], None, None)
    if re.fullmatch(r"\d{5}", text):
        return _of_number(int(text), date1904)
    raise NotADate(text)


def _of_number(value: float, date1904: bool) -> When:
    """198203, 20150707, 1980.12 and day counts; 1980.1 may be January or October: refused."""
    if SERIAL[0] <= value <= SERIAL[1]:
        first = datetime.date(1904, 1, 1) if date1904 else datetime.date(1899, 12, 30)
        day = first + datetime.timedelta(days=int(value))
        return When(day.year, day.month, day.day)
    text = str(int(value)) if float(value).is_integer() else repr(value)
    if found := _SOLID.fullmatch(text):
        return _checked(found[1], found[2], found[3])
    if found := re.fullmatch(r"(\d{4})\.(\d{2})", text):
        return _checked(found[1], found[2], None)
    if re.fullmatch(r"\d{4}", text):
        return _checked(text, None, None)
    raise NotADate(text)


def _checked(year: str, month: str | None, day: str | None, usual: bool = False) -> When:
    number = int(year)
    if len(year) == 2:
        this = timezone.localdate().year
        number += 2000 if number + 2000 <= this else 1900
    if not 1900 <= number <= 2100:
        raise NotADate(year)
    if month is not None and not 1 <= int(month) <= 12:
        raise NotADate(f"{year}.{month}")
    if day is not None and not 1 <= int(day) <= calendar.monthrange(number, int(month or 1))[1]:
        raise NotADate(f"{year}.{month}.{day}")
    return When(number, int(month) if month else None, int(day) if day else None, usual)


def _han_numbers(text: str) -> str:
    """二〇二一年五月十二日 -> 2021年5月12日; other text as it is."""
    return _HAN_NUMBER.sub(lambda found: _han_number(found[0]), text)


def _han_number(text: str) -> str:
    if "十" not in text:
        return "".join(_HAN[sign] for sign in text)
    tens, _, ones = text.partition("十")
    return f"{_HAN.get(tens, '1') if tens else '1'}{_HAN.get(ones, '0') if ones else '0'}"


def read_time(cell: Cell) -> datetime.time:
    """9:30, ９：３０, 上午9点半, 14时30分, 0.375 of a day. Raises NotADate."""
    value = cell.raw
    if isinstance(value, datetime.datetime):
        return value.time()
    if isinstance(value, datetime.time):
        return value
    if isinstance(value, float) and 0 <= value < 1:
        minutes = round(value * 1440)
        return datetime.time(minutes // 60 % 24, minutes % 60)
    found = _TIME.fullmatch(_han_numbers(plain(cell.text)))
    if not found:
        raise NotADate(cell.text)
    hour, minute = int(found[2]), 30 if found[4] else int(found[3] or 0)
    if found[1] in ("下午", "晚上", "晚") and hour < 12:
        hour += 12
    if hour > 23 or minute > 59:
        raise NotADate(cell.text)
    return datetime.time(hour, minute)
