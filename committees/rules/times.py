"""Rules that are times: lengths with their unit, windows of the year."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.dates import MONTHS
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from committees.rules.base import Input, WrongValue, whole_of

if TYPE_CHECKING:
    from committees.rules.base import Words

LEAP_YEAR = 2024  # a window may begin or end on 29 February

# Units of time in the order of their length.
UNITS: Words = {
    "minute": gettext_lazy("minutes"),
    "hour": gettext_lazy("hours"),
    "day": gettext_lazy("days"),
    "workday": gettext_lazy("working days"),
    "month": gettext_lazy("months"),
    "year": gettext_lazy("years"),
}


@dataclass(frozen=True)
class Duration:
    """A length of time; where several units are allowed, the unit is chosen with it."""

    units: tuple[str, ...] = ("day", "month")
    most: int = 1000

    def inputs(self) -> tuple[Input, ...]:
        choices = {unit: UNITS[unit] for unit in self.units}
        return (
            Input("value", gettext_lazy("Length of time")),
            Input("unit", gettext_lazy("Unit"), choices),
        )

    def parse(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        if typed.get("unit") not in self.units:
            raise WrongValue(_("Choose the unit of time."), field="unit")
        return {"count": whole_of(typed.get("value"), "value", 0, self.most), "unit": typed["unit"]}

    def typed(self, value: Any) -> dict[str, Any]:
        return {"value": str(value["count"]), "unit": value["unit"]}

    def say(self, value: Any) -> str:
        count, unit = value["count"], value["unit"]
        said = {
            "minute": ngettext("%(n)d minute", "%(n)d minutes", count),
            "hour": ngettext("%(n)d hour", "%(n)d hours", count),
            "day": ngettext("%(n)d day", "%(n)d days", count),
            "workday": ngettext("%(n)d working day", "%(n)d working days", count),
            "month": ngettext("%(n)d month", "%(n)d months", count),
            "year": ngettext("%(n)d year", "%(n)d years", count),
        }
        return said[unit] % {"n": count}


def after(start: datetime.date, value: Mapping[str, Any]) -> datetime.date:
    """The day that lies `value` (days, months or years) after `start`; 31 January and a month is
    the last day of February. Working days need a calendar and are refused."""
    count, unit = int(value["count"]), value["unit"]
    if unit == "day":
        return start + datetime.timedelta(days=count)
    if unit not in ("month", "year"):
        raise ValueError(f"{unit} has no day of its own")
    months = start.year * 12 + start.month - 1 + count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(start.day, last))


@dataclass(frozen=True)
class Window:
    """A window of the year, from a day to a day, both in it; kept as two texts "MM-DD"."""

    def inputs(self) -> tuple[Input, ...]:
        told = gettext_lazy("Month and day, for example 1-31.")
        return (
            Input("from", gettext_lazy("First day of the window"), help_text=told),
            Input("to", gettext_lazy("Last day of the window"), help_text=told),
        )

    def parse(self, typed: Mapping[str, Any]) -> dict[str, str]:
        begin, end = (self._day(typed.get(name), name) for name in ("from", "to"))
        if end < begin:
            raise WrongValue(_("The window ends before it begins."), field="to")
        return {"from": f"{begin:%m-%d}", "to": f"{end:%m-%d}"}

    @staticmethod
    def _day(text: Any, name: str) -> datetime.date:
        try:
            month, day = str(text or "").strip().replace("月", "-").rstrip("日").split("-")
            return datetime.date(LEAP_YEAR, int(month), int(day))
        except ValueError:
            raise WrongValue(_("Write a month and a day, for example 2-28."), field=name) from None

    def typed(self, value: Any) -> dict[str, Any]:
        return {name: value[name] for name in ("from", "to")}

    def say(self, value: Any) -> str:
        return f"{_month_day(value['from'])} – {_month_day(value['to'])}"


def _month_day(text: str) -> str:
    month, day = (int(part) for part in text.split("-"))
    if (get_language() or "zh").startswith("zh"):
        return f"{month}月{day}日"
    return f"{day} {MONTHS[month]}"
