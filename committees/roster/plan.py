"""From a file to a plan: every row gets exactly one outcome, nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from committees.matching import SURE, How, Match, PlaceFact, Places
from committees.models import Place
from committees.roster import people
from committees.roster.answers import key_of, place_question, settle
from committees.roster.fields import COMMITTEE, ROSTER_FIELDS
from committees.roster.infile import compare_rows
from committees.roster.outcomes import Outcome, Plan, PlannedRow, Question
from committees.roster.resolve import resolve
from core.imports.kinds import ImportContext
from core.imports.table import check_count, learned, sheet_columns, skip_reason
from core.sheets.errors import SheetRefused
from core.sheets.model import EMPTY, Cell, Column, Note, Row, RowKind, Sheet
from core.sheets.reading import read_workbook

SKIPPED = {
    RowKind.HEADER: "header",
    RowKind.SECTION: "D21_section_row",
    RowKind.TOTAL: "D21_total_row",
    RowKind.FOOTER: "D21_footer",
    RowKind.NUMBERED: "blank",
    RowKind.OTHER: "other_sheet",
}


def plan_roster(
    data: bytes,
    *,
    within: Place,
    chosen: Mapping[str, str] | None = None,
    context: ImportContext | None = None,
) -> Plan[PlannedRow]:
    """What a roster would do to the people below `within`.

    `chosen`: columns that a person named (field -> title or letter), for every sheet; `context`
    says the same sheet by sheet, and more. Raises SheetRefused for a file that cannot be read as a
    roster.
    """
    context = context or ImportContext(within)
    book = read_workbook(data, learned(ROSTER_FIELDS, context.columns))
    places = Places(within)
    rows: list[PlannedRow] = []
    notes: list[str] = []
    for sheet in book.sheets:
        if sheet.skipped:
            rows += [_skip(sheet, row, RowKind.OTHER, sheet.skipped) for row in sheet.rows]
            continue
        reader = _Reader(sheet, places, sheet_columns(sheet, ROSTER_FIELDS, context, chosen))
        reader.date1904 = book.date1904
        reader.check()
        rows += reader.read()
        notes += reader.notes()
    check_count(rows)
    compare_rows(rows)
    for row in rows:
        row.key = key_of(row)
        row.answers = dict(context.decided.get(row.key, {}))
    settle(rows)
    resolve(rows, context)
    return Plan(rows, notes, book.sheets)


def _skip(sheet: Sheet, row: Row, kind: RowKind, reason: str = "") -> PlannedRow:
    planned = PlannedRow(sheet.name, row.number)
    planned.add(SKIPPED[kind], Outcome.SKIP, reason or skip_reason(kind))
    return planned


@dataclass(slots=True)
class _Reader:
    """Reads the rows of one sheet."""

    sheet: Sheet
    places: Places
    columns: dict[str, Column]
    date1904: bool = False
    last_street: PlaceFact | None = None
    usual_position: str = field(default="", init=False)

    def check(self) -> None:
        """Raises SheetRefused when the columns cannot say where somebody serves."""
        if "committee" not in self.columns and "committee_code" not in self.columns:
            raise SheetRefused(
                _("No column says: %(fields)s.") % {"fields": COMMITTEE.label},
                code="column_missing",
            )
        known = self.places.only_street() or "committee_code" in self.columns
        if "street" not in self.columns and not known:
            raise SheetRefused(
                _(
                    "No column says the sub-district. Import the list for one sub-district, or add "
                    "the column."
                ),
                code="column_missing",
            )
        name = self.columns["name"]
        if "书记" in name.title + name.group or "书记" in self.sheet.heading():
            self.usual_position = "书记"

    def notes(self) -> list[str]:
        column = self.columns.get("id_number")
        if column is None:
            return []
        return [
            _("Column %(letter)s holds identity numbers. They are not kept; please leave them out.")
            % {"letter": column.letter}
        ]

    def cell(self, row: Row, key: str) -> Cell:
        column = self.columns.get(key)
        return row.cell(column.index) if column else EMPTY

    def read(self) -> Iterator[PlannedRow]:
        for row in self.sheet.rows:
            if row.kind is RowKind.DATA:
                yield self._row(row)
            else:
                yield _skip(self.sheet, row, row.kind)

    def _row(self, row: Row) -> PlannedRow:
        planned = PlannedRow(self.sheet.name, row.number)
        self._where(planned, row)
        people.read_name(planned, self.cell(row, "name"))
        people.read_sex(planned, self.cell(row, "sex"))
        people.read_birth(planned, self.cell(row, "birth"), self.date1904)
        people.read_id_number(planned, self.cell(row, "id_number"))
        people.read_education(planned, self.cell(row, "education"))
        people.read_party(planned, self.cell(row, "party"))
        people.read_phone(planned, self.cell(row, "phone"))
        people.read_position_cell(planned, self.cell(row, "position"), self.usual_position)
        people.read_appointed(planned, self.cell(row, "appointed"), self.date1904)
        return planned

    def _where(self, planned: PlannedRow, row: Row) -> None:
        planned.district = self.cell(row, "district").text
        if self._by_code(planned, row):
            return
        street = self._street(planned, row)
        cell = self.cell(row, "committee")
        planned.committee = cell.text
        if people.unusable(planned, cell, _("committee")):
            return
        if not cell.text:
            planned.add("D04_committee_missing", Outcome.ERROR, _("The committee is missing."))
        elif street is not None:
            people.tidied(planned, cell, _("committee"), "D16b_committee_spaces")
            self._committee(planned, self.places.committee(cell.text, street), street)

    def _by_code(self, planned: PlannedRow, row: Row) -> bool:
        """The committee by its code; a name beside it must say the same place."""
        code = self.cell(row, "committee_code").text
        if not code:
            return False
        place = self.places.by_code.get(code)
        if place is None or place.level != Place.Level.COMMITTEE:
            planned.committee = self.cell(row, "committee").text
            message = _("No committee here has the code %(code)s.") % {"code": code}
            planned.add("D05_committee_unknown", Outcome.ERROR, message)
            return True
        self._place(planned, place)
        name = self.cell(row, "committee").text
        street = self.places.facts.get(place.parent_id or 0) or self.places.only_street()
        if name and street and self.places.committee(name, street).place != place:
            message = _("The code says %(place)s, the name says “%(name)s”.")
            named = self.places.committee(name, street).place
            planned.ask(
                "D05_committee_unknown",
                message % {"place": place.name, "name": name},
                place_question("D05_committee_unknown", (place, named) if named else (place,)),
            )
        return True

    def _street(self, planned: PlannedRow, row: Row) -> PlaceFact | None:
        cell = self.cell(row, "street")
        only = self.places.only_street()
        if people.unusable(planned, cell, _("sub-district")):
            return None
        if not cell.text:
            return self._street_not_said(planned, only)
        planned.street = cell.text
        if Note.MERGED in cell.notes:
            planned.add("D22_merged_street", Outcome.NORMALISE, _("Sub-district: merged cell."))
        people.tidied(planned, cell, _("sub-district"), "D16b_committee_spaces")
        match = self.places.street(cell.text, planned.district)
        if match.place is None:
            self._no_street(planned, match, cell.text)
            return None
        if match.how is not How.USUAL and cell.text != match.place.name:
            message = _("Sub-district “%(text)s” read as %(place)s.")
            planned.add(
                "D06_street_alias",
                Outcome.NORMALISE,
                message % {"text": cell.text, "place": match.place.name},
            )
        self._set_street(planned, match.place)
        self.last_street = match.place
        return match.place

    def _street_not_said(self, planned: PlannedRow, only: PlaceFact | None) -> PlaceFact | None:
        """One sub-district is meant where only one can be; the one above is only proposed."""
        if only is not None:
            self._set_street(planned, only)
            return only
        if self.last_street is None:
            planned.add("D09_street_missing", Outcome.ERROR, _("The sub-district is missing."))
            return None
        self._set_street(planned, self.last_street)
        message = _("The sub-district is missing; rows above say %(place)s.")
        planned.add(
            "D09_street_missing", Outcome.REVIEW, message % {"place": self.last_street.name}
        )
        return self.last_street

    def _no_street(self, planned: PlannedRow, match: Match, text: str) -> None:
        if match.proposals:
            several = _(", ").join(fact.name for fact in match.proposals)
            message = _("Sub-district “%(text)s” may be: %(places)s.")
            # Which committee is meant cannot be known before the sub-district is.
            question = Question("D09_street_unknown", "", ())
            facts = {"text": text, "places": several}
            planned.ask("D09_street_unknown", message % facts, question)
            return
        message = _("There is no sub-district “%(text)s” in %(within)s.")
        planned.add(
            "D09_street_unknown",
            Outcome.ERROR,
            message % {"text": text, "within": self.places.within},
        )

    def _set_street(self, planned: PlannedRow, street: PlaceFact) -> None:
        planned.street = street.name
        district = self.places.district_of(street)
        planned.district = district.name if district else ""

    def _place(self, planned: PlannedRow, place: PlaceFact) -> None:
        street = self.places.facts.get(place.parent_id or 0) or self.places.above.get(
            place.parent_id or 0
        )
        if street:
            self._set_street(planned, street)
        planned.place, planned.committee = place, place.name

    def _committee(self, planned: PlannedRow, match: Match, street: PlaceFact) -> None:
        text = planned.committee
        if match.how in SURE and match.place is not None:
            self._place(planned, match.place)
            if match.how is not How.USUAL and text != match.place.name:
                planned.add(
                    "D06_committee_alias",
                    Outcome.NORMALISE,
                    _("Committee “%(text)s” read as %(place)s.")
                    % {"text": text, "place": match.place.name},
                )
            return
        if match.proposals:
            places = _(", ").join(fact.name for fact in match.proposals)
            message = _("Committee “%(text)s” may be: %(places)s. Please confirm.")
            question = place_question("D06b_compound_name", match.proposals)
            planned.ask("D06b_compound_name", message % {"text": text, "places": places}, question)
            return
        message = _("There is no committee “%(text)s” in %(street)s.") % {
            "text": text,
            "street": street.name,
        }
        if near := self.places.near(text, street):
            message += " " + _("Similar: %(places)s.") % {"places": _(", ").join(near)}
        planned.add("D05_committee_unknown", Outcome.ERROR, message)
