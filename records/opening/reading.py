"""From a class-hour register to rows: every row gets one outcome, nothing is written."""

from __future__ import annotations

from django.utils.translation import gettext as _

from committees.matching import Places
from core.crypto import WrongMobile, normalise_mobile
from core.imports.kinds import ImportContext
from core.imports.rows import Outcome, Plan
from core.imports.table import Cells, ListRow, mark_duplicates, read_list
from core.sheets.text import expand_scientific, is_scientific
from records.opening.cells import day_in, place_in, quarters_in
from records.opening.fields import CATEGORIES, FIELDS
from records.opening.people import resolve


def plan(data: bytes, context: ImportContext) -> Plan[ListRow]:
    """What a register would bring into the ledger of the people below its place."""
    places = Places(context.within)

    def read(row: ListRow, cells: Cells) -> None:
        row.values["name"] = cells.text("name", required=True, most=50)
        row.values["mobile"] = _mobile(row, cells)
        row.values["place"] = place_in(row, cells, places)
        if not row.values["mobile"] and row.values["place"] is None and row.applies():
            message = _("The name alone says nobody: the row needs a committee or a mobile number.")
            row.add("H01_person_unknown", Outcome.ERROR, message)
        row.values["title"] = cells.text("title", required=True, most=160)
        row.values["host"] = cells.text("host", most=120)
        row.values["evidence"] = cells.text("evidence", most=120)
        row.values["category"] = cells.choice("category", CATEGORIES) or "centralised"
        day = day_in(row, cells)
        row.values["day"] = day.isoformat() if day else None
        row.values["quarters"] = quarters_in(row, cells, context, day)

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
