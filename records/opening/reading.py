"""From a class-hour register to rows: every row gets one outcome, nothing is written.

Hours are taken over as the paper says, never computed anew; only where a register gives days
instead of hours, the district's rule turns them into hours, and the row says so.
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
from core.crypto import WrongMobile, normalise_mobile
from core.imports.kinds import ImportContext
from core.imports.rows import Outcome, Plan
from core.imports.table import Cells, ListRow, mark_duplicates, read_list
from core.sheets.dates import NotADate, read_when
from core.sheets.model import Cell
from core.sheets.text import expand_scientific, is_scientific
from records.measuring import conversion_at
from records.opening.fields import CATEGORIES, FIELDS
from records.opening.people import resolve

EARLIEST = 2000
MOST = 400  # class hours of one line; a year of full-time study has fewer
_NUMBER = re.compile(r"([0-9]+(?:\.[0-9]+)?)(?:个?学时|课时|小时|天|日)?")
_SPAN = re.compile(r"\s*(?:至|到|—+|–|~|～|-(?=\d{4}))\s*")
_YEAR = re.compile(r"((?:19|20)[0-9]{2})\s*(?:年度?)?")


def plan(data: bytes, context: ImportContext) -> Plan[ListRow]:
    """What a register would bring into the ledger of the people below its place."""
    places = Places(context.within)

    def read(row: ListRow, cells: Cells) -> None:
        row.values["name"] = cells.text("name", required=True, most=50)
        row.values["mobile"] = _mobile(row, cells)
        row.values["place"] = _place(row, cells, places)
        if not row.values["mobile"] and row.values["place"] is None and row.applies():
            message = _("The name alone says nobody: the row needs a committee or a mobile number.")
            row.add("H01_person_unknown", Outcome.ERROR, message)
        row.values["title"] = cells.text("title", required=True, most=160)
        row.values["host"] = cells.text("host", most=120)
        row.values["evidence"] = cells.text("evidence", most=120)
        row.values["category"] = cells.choice("category", CATEGORIES) or "centralised"
        day = _day(row, cells)
        row.values["day"] = day.isoformat() if day else None
        row.values["quarters"] = _quarters(row, cells, context, day)

    made = read_list(data, FIELDS, context, read)
    mark_duplicates(made.rows, _same)
    resolve(made.rows, context)
    return made


def _same(row: ListRow) -> tuple[object, ...]:
    """What a line is about: one person's study of one thing on one day."""
    who = row.values["mobile"] or row.values["place"]
    return row.values["name"], who, row.values["day"], row.values["title"]


def _mobile(row: ListRow, cells: Cells) -> str:
    cell = cells.cell("phone")
    text = (expand_scientific(cell.text) or "") if is_scientific(cell.text) else cell.text
    if not text:
        return ""
    row.found["phone"] = cell.text
    try:
        return normalise_mobile(text)
    except WrongMobile:
        message = _("This is no mobile number of 11 digits; the committee has to say who it is.")
        row.add("D14_phone_invalid", Outcome.NORMALISE, message)
        return ""


def _place(row: ListRow, cells: Cells, places: Places) -> int | None:
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


def _day(row: ListRow, cells: Cells) -> datetime.date | None:
    """The day, the first of a span; with a year only, the last day of that year."""
    year = _year(row, cells)
    day = _first_day(row, cells)
    if day is None:
        if not row.applies():
            return None
        if year is None:
            row.add("H02_day_missing", Outcome.ERROR, _("Neither day nor year is given."))
            return None
        message = _("Day not given: entered on the last day of the year.")
        row.add("H02_day_missing", Outcome.NORMALISE, message)
        day = datetime.date(year, 12, 31)
    elif year is not None and year != day.year:
        row.add("H03_other_year", Outcome.ERROR, _("The day does not lie in the year given."))
        return None
    return _within_time(row, day)


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


def _first_day(row: ListRow, cells: Cells) -> datetime.date | None:
    cell = cells.cell("day")
    parts = _SPAN.split(cell.text) if isinstance(cell.raw, str) else []
    if len(parts) < 2:
        return cells.day("day")
    row.found["day"] = cell.text
    try:
        when = read_when(Cell(parts[0], parts[0]))
    except NotADate:
        message = _("“%(text)s” is no day.") % {"text": cell.text}
        row.add("bad_date", Outcome.ERROR, message)
        return None
    row.add("date_format", Outcome.NORMALISE, _("Entered on the first of several days."))
    return when.first_day()


def _quarters(
    row: ListRow, cells: Cells, context: ImportContext, day: datetime.date | None
) -> int | None:
    hours = _number(row, cells, "hours")
    if hours is not None:
        exact = hours * 4
    else:
        days = _number(row, cells, "days")
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


def _number(row: ListRow, cells: Cells, key: str) -> Fraction | None:
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
