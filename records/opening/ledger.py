"""From a class ledger to rows: one for each person a line names, else one for the class itself."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterator
from copy import copy
from typing import Any

from django.utils.translation import gettext as _

from committees.matching import Places
from committees.models import Place
from core.imports.kinds import ImportContext
from core.imports.rows import Outcome, Plan, row_key
from core.imports.table import Cells, ListRow, check_count, mark_duplicates, read_list
from core.sheets.text import close_up
from records.opening import classes, people
from records.opening.cells import days_in, place_in, quarters_in
from records.opening.fields import CATEGORIES, LEDGER_FIELDS

MOST_PEOPLE = 100_000
MOST_NAMES = 2_000
_BETWEEN = re.compile(r"[、,，;；/\n\r|]+")
# 张三等38人, 共38人: the line goes on without naming them.
_AND_MORE = re.compile(r"(?:等|共)\s*\d*\s*(?:人|名|位)?\s*$")
_COUNT = re.compile(r"(\d{1,9})\s*(?:人次|人|名)?")
_ELSEWHERE = re.compile(r"(?:详?见|另附|附).*|略|无|—+|-+|/")
_WITH_UNIT = re.compile(r"([^（(]+)[（(]([^）)]+)[）)]")


def plan(data: bytes, context: ImportContext) -> Plan[ListRow]:
    """What a ledger would bring in: hours of those it names, classes where it names nobody."""
    places = Places(context.within)

    def read(row: ListRow, cells: Cells) -> None:
        row.values["place"], sure = _unit(row, cells, places, context.within)
        row.values["title"] = cells.text("title", required=True, most=160)
        for key, most in (("host", 120), ("venue", 120), ("lecturers", 200), ("evidence", 120)):
            row.values[key] = cells.text(key, most=most)
        row.values["category"] = cells.choice("category", CATEGORIES) or "centralised"
        days = days_in(row, cells)
        row.values["day"] = days[0].isoformat() if days else None
        row.values["ends"] = _last_day(row, cells, days)
        row.values["quarters"] = quarters_in(row, cells, context, days[0] if days else None)
        row.values["people"] = _people(row, cells)
        row.values["name"] = ""
        row.values["names"] = _names(row, cells, places, sure)

    made = read_list(data, LEDGER_FIELDS, context, read)
    made.rows = [one for row in made.rows for one in _apart(row, context)]
    check_count(made.rows)
    mark_duplicates(made.rows, _same)
    resolve(made.rows, context)
    return made


def resolve(rows: list[ListRow], context: ImportContext) -> None:
    """Ask the ledger again: whose hours, and which lines stand already."""
    people.resolve([row for row in rows if row.values.get("name")], context)
    classes.resolve([row for row in rows if not row.values.get("name")])


def _same(row: ListRow) -> tuple[object, ...]:
    said = (row.values[key] for key in ("name", "place", "day", "title"))
    return *said, row.values["host"] if not row.values["name"] else ""


def _unit(row: ListRow, cells: Cells, places: Places, within: Place) -> tuple[int | None, bool]:
    """Whose class it is: the committee or sub-district the line names, else the ledger's own; and
    whether a name is enough to say who took part."""
    committee = place_in(row, cells, places)
    street = cells.text("street")
    if committee is not None or not row.applies() or not street:
        own = committee if committee is not None else within.pk
        return own, committee is not None or within.level >= Place.Level.SUBDISTRICT
    found = places.street(street).place
    if found is None:
        message = _("There is no sub-district “%(text)s” in %(within)s.")
        row.add(
            "D09_street_unknown", Outcome.ERROR, message % {"text": street, "within": places.within}
        )
        return None, False
    return found.pk, True


def _last_day(
    row: ListRow, cells: Cells, days: tuple[datetime.date, datetime.date] | None
) -> str | None:
    """The last day of the class: of the span, or of a column of its own."""
    last = cells.day("ends") if cells.text_of("ends") else None
    if days is None:
        return None
    if last is not None and last < days[0]:
        row.add("L01_ends_before", Outcome.ERROR, _("The last day lies before the first."))
        return None
    return (last or days[1]).isoformat()


def _people(row: ListRow, cells: Cells) -> int | None:
    """How many took part; nothing where the ledger does not say."""
    text = unicodedata.normalize("NFKC", cells.text("people"))
    if not text:
        return None
    found = _COUNT.fullmatch(text)
    if found is None or int(found[1]) > MOST_PEOPLE:
        message = _("The number of participants is a whole number, at most %(most)s.")
        row.add("L02_people_wrong", Outcome.ERROR, message % {"most": MOST_PEOPLE})
        return None
    return int(found[1])


# --- Names ----------------------------------------------------------------------------------------
def _names(row: ListRow, cells: Cells, places: Places, sure: bool) -> list[dict[str, Any]]:
    """Who took part, as far as the line says: name, place, and whether the name stands alone."""
    cell = cells.cell("names")
    text = str(cell.raw) if isinstance(cell.raw, str) else cell.text
    if not cells.text("names") or _ELSEWHERE.fullmatch(text.strip()):
        row.found.pop("names", None)
        return []
    more = _AND_MORE.search(text)
    found = [_one(part, row, places, sure) for part in _parts(_AND_MORE.sub("", text))]
    found = [one for one in found if one["name"]]
    if len(found) > MOST_NAMES or any(len(one["name"]) > 50 for one in found):
        message = _("The names have to stand apart, for example with “、” between them.")
        row.add("L03_names_wrong", Outcome.ERROR, message)
        return []
    told = row.values["people"]
    if more or (told is not None and told != len(found)):
        message = _("The line names %(named)s of %(told)s participants; only they get hours.")
        facts = {"named": len(found), "told": told if told is not None else _("more")}
        row.add("L04_not_all_named", Outcome.NORMALISE, message % facts)
    return found


def _parts(text: str) -> list[str]:
    """The names of a cell. Spaces part them where nothing else does; 李　雷 stays one name."""
    parts = [close_up(" ".join(part.split())) for part in _BETWEEN.split(text)]
    alone, written = text.split(), [part for part in parts if part]
    names = all(len(part) > 1 and not part.isascii() for part in alone)
    return alone if len(written) == 1 and len(alone) > 1 and names else written


def _one(text: str, row: ListRow, places: Places, sure: bool) -> dict[str, Any]:
    """李雷, or 李雷（源园居委会） where the line says the sub-district."""
    found = _WITH_UNIT.fullmatch(text)
    name, unit = (found[1].strip(), found[2]) if found else (text.strip(), "")
    place = row.values["place"]
    street = places.facts.get(place) if place is not None else None
    if unit and street is not None and street.level == Place.Level.SUBDISTRICT:
        match = places.committee(unit, street).place
        place = match.pk if match else place
    return {"name": name, "place": place, "name_only": not sure}


def _apart(row: ListRow, context: ImportContext) -> Iterator[ListRow]:
    """A row for each person named; the row itself where there is none."""
    names = row.values.pop("names", [])
    if not names:
        yield row
        return
    for said in names:
        one = copy(row)
        one.findings = list(row.findings)
        one.found = row.found | {"name": said["name"], "names": ""}
        one.values = row.values | said | {"mobile": ""}
        one.key = row_key(*sorted(one.found.items()))
        one.answers = dict(context.decided.get(one.key, {}))
        one.settle()
        yield one
