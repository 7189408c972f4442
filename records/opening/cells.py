"""What cells of a register or ledger on paper say: a place, a day, class hours, a number.

Hours are taken over as the paper says, never computed anew; only where a sheet gives days instead
of hours, the district's rule turns them into hours, and the row says so.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from django.utils import timezone
from django.utils.translation import gettext as _

from committees.matching import Places
from core.imports.kinds import ImportContext
from core.imports.rows import Outcome
from core.imports.table import Cells, ListRow
from core.sheets.dates import NotADate, read_when
from core.sheets.model import Cell
from records.measuring import conversion_at

EARLIEST = 2000
MOST = 400  # class hours of one line; a year of full-time study has fewer
_NUMBER = re.compile(r"([0-9]+(?:\.[0-9]+)?)(?:个?学时|课时|小时|天|日)?")
_SPAN = re.compile(r"\s*(?:至|到|—+|–|~|～|-)\s*")
_REST = re.compile(r"(?:(?:(\d{4})\s*[年./-]\s*)?(\d{1,2})\s*[月./-]\s*)?(\d{1,2})\s*日?")
_YEAR = re.compile(r"((?:19|20)[0-9]{2})\s*(?:年度?)?")


def place_in(row: ListRow, cells: Cells, places: Places) -> int | None:
    """The committee the row names, by code or within its street; never guessed."""
    code = cells.text("committee_code")
    if code:
        fact = places.by_code.get(code)
        if fact is None:
            message = _("No committee here has the code %(code)s.") % {"code": code}
            row.add("D05_committee_unknown", Outcome.ERROR, message)
        return fact.pk if fact else None
    name, street_text = cells.text("committee"), cells.text("street")
    if not name:
        return None
    only = places.only_street()
    street = places.street(street_text).place if street_text else only
    if street is None:
        message = _("There is no sub-district “%(text)s” in %(within)s.")
        facts = {"text": street_text or "—", "within": places.within}
        row.add("D09_street_unknown", Outcome.ERROR, message % facts)
        return None
    match = places.committee(name, street)
    if match.place is None:
        message = _("There is no committee “%(text)s” in %(place)s.")
        facts = {"text": name, "place": street.name}
        row.add("D05_committee_unknown", Outcome.ERROR, message % facts)
        return None
    if match.place.name != name:
        message = _("Committee “%(text)s” read as %(place)s.")
        facts = {"text": name, "place": match.place.name}
        row.add("D07_committee_alias", Outcome.NORMALISE, message % facts)
    return match.place.pk


def day_in(row: ListRow, cells: Cells) -> datetime.date | None:
    """The day, the first of a span; with a year only, the last day of that year."""
    days = days_in(row, cells)
    if days is None:
        return None
    if days[0] != days[1]:
        row.add("date_format", Outcome.NORMALISE, _("Entered on the first of several days."))
    return days[0]


def days_in(row: ListRow, cells: Cells) -> tuple[datetime.date, datetime.date] | None:
    """The first day and the last; with a year only, both are the last day of that year."""
    year = _year(row, cells)
    days = _span(row, cells)
    if days is None:
        if not row.applies():
            return None
        if year is None:
            row.add("H02_day_missing", Outcome.ERROR, _("Neither day nor year is given."))
            return None
        message = _("Day not given: entered on the last day of the year.")
        row.add("H02_day_missing", Outcome.NORMALISE, message)
        days = (datetime.date(year, 12, 31), datetime.date(year, 12, 31))
    elif year is not None and year != days[0].year:
        row.add("H03_other_year", Outcome.ERROR, _("The day does not lie in the year given."))
        return None
    first = _within_time(row, days[0])
    return (first, max(first, days[1])) if first else None


def _within_time(row: ListRow, day: datetime.date) -> datetime.date | None:
    today = timezone.localdate()
    if day > today and day != datetime.date(today.year, 12, 31):
        row.add("H04_day_to_come", Outcome.ERROR, _("This day has not come yet."))
        return None
    if day.year < EARLIEST:
        message = _("Registers before %(year)s are not taken.") % {"year": EARLIEST}
        row.add("H04_day_to_come", Outcome.ERROR, message)
        return None
    return min(day, today)


def _year(row: ListRow, cells: Cells) -> int | None:
    text = cells.text("year")
    if not text:
        return None
    found = _YEAR.fullmatch(text)
    if found is None:
        message = _("“%(text)s” is no year.") % {"text": text}
        row.add("H03_other_year", Outcome.ERROR, message)
        return None
    return int(found[1])


def _span(row: ListRow, cells: Cells) -> tuple[datetime.date, datetime.date] | None:
    """The days of a cell: one, or the first and the last of several."""
    cell = cells.cell("day")
    if isinstance(cell.raw, str) and cell.text:
        try:
            read_when(cell)
        except NotADate:
            row.found["day"] = cell.text
            for sign in _SPAN.finditer(cell.text):
                days = _from_to(cell.text[: sign.start()], cell.text[sign.end() :])
                if days is not None:
                    return days
            message = _("“%(text)s” is no day.") % {"text": cell.text}
            row.add("bad_date", Outcome.ERROR, message)
            return None
    day = cells.day("day")
    return (day, day) if day else None


def _from_to(first: str, rest: str) -> tuple[datetime.date, datetime.date] | None:
    """2025.3.18 and 20, or 3.20, or 2025.3.20: the last day leaves out what the first one says."""
    try:
        begin = read_when(Cell(first, first)).first_day()
        if found := _REST.fullmatch(rest.strip()):
            year, month, day = found.groups()
            end = datetime.date(int(year or begin.year), int(month or begin.month), int(day))
        else:
            end = read_when(Cell(rest, rest)).first_day()
    except ValueError:
        return None
    return (begin, end) if begin <= end else None


def quarters_in(
    row: ListRow, cells: Cells, context: ImportContext, day: datetime.date | None
) -> int | None:
    hours = number_in(row, cells, "hours")
    if hours is not None:
        exact = hours * 4
    else:
        days = number_in(row, cells, "days")
        if days is None:
            if row.applies():
                row.add("H05_hours_missing", Outcome.ERROR, _("The class hours are missing."))
            return None
        full_day = conversion_at(context.within, day or timezone.localdate()).full_day
        exact = days * full_day
        message = _("Hours not given: %(days)s days at %(hours)s class hours.")
        facts = {"days": float(days), "hours": full_day / 4}
        row.add("H05_hours_missing", Outcome.NORMALISE, message % facts)
    if exact.denominator != 1 or not 0 < exact <= MOST * 4:
        message = _("Class hours are counted in quarters, more than 0 and at most %(most)s.")
        row.add("H06_hours_wrong", Outcome.ERROR, message % {"most": MOST})
        return None
    return int(exact)


def number_in(row: ListRow, cells: Cells, key: str) -> Fraction | None:
    """The number of a cell; None where it is empty. What is none makes the row an error."""
    text = cells.text(key)
    if not text:
        return None
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text))
    try:
        return Fraction(Decimal(found[1] if found else text))
    except (InvalidOperation, ValueError, OverflowError):
        message = _("%(what)s: “%(text)s” is no number.")
        facts = {"what": cells.labels[key], "text": text}
        row.add("H06_hours_wrong", Outcome.ERROR, message % facts)
        return None
