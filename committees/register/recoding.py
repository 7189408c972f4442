"""Places that a later edition names under another code: found before anything else is compared.

Sure are two cases only: the same name in the same sub-district, one to one; and a name that in its
district stands once among the codes that are gone and once among the new ones, and nowhere among
those that stay. Everything else is left to a person (committees.register.closing).
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from committees.models import Place, PlaceHistory
from committees.register.below import below
from committees.register.staging import STAGE, ask

PLACE = Place._meta.db_table
LEVELS = (
    Place.Level.CITY,
    Place.Level.DISTRICT,
    Place.Level.SUBDISTRICT,
    Place.Level.COMMITTEE,
)
NAMES = 500  # in one question
DISTRICT_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Row:
    """A place that is gone (with its key), or a new row of the file (without)."""

    code: str
    name: str
    parent_code: str
    pk: int = 0

    @property
    def street_key(self) -> tuple[str, str]:
        return self.name, self.parent_code

    @property
    def district_key(self) -> tuple[str, str]:
        return self.name, self.code[:DISTRICT_DIGITS]


@dataclass(frozen=True, slots=True)
class Recoded:
    place_id: int
    before: str
    after: str


def recode(tops: Sequence[Place], year: int) -> list[Recoded]:
    """Give places their new codes, level by level, so that a street that was recoded is known by
    its new code when its committees are compared. What they were is kept."""
    found: list[Recoded] = []
    for level in LEVELS:
        gone = gone_rows(tops, level)
        if gone:
            pairs = sure_pairs(gone, new_rows(gone, level), staying(gone, level))
            _write(pairs, year)
            found += [Recoded(old.pk, old.code, new.code) for old, new in pairs]
    return found


def gone_rows(tops: Sequence[Place], level: int) -> list[Row]:
    """Standing places of a level below `tops` whose code the file does not have."""
    rows: list[Row] = []
    for inside, params in below(tops):
        rows += [
            Row(code, name, parent or "", pk)
            for pk, code, name, parent in ask(
                f"SELECT p.id, p.code, p.name_zh, above.code FROM {PLACE} p "  # noqa: S608
                f"LEFT JOIN {PLACE} above ON above.id = p.parent_id "
                f"LEFT JOIN {STAGE} s ON s.code = p.code WHERE s.code IS NULL "
                "AND p.code IS NOT NULL AND p.closed_on IS NULL AND p.level = %s "
                f"AND ({inside}) ORDER BY p.code",
                [level, *params],
            )
        ]
    return rows


def new_rows(gone: Sequence[Row], level: int) -> list[Row]:
    """Rows of the file with a code nobody holds and a name that is among the gone ones."""
    return _named(
        gone,
        level,
        f"FROM {STAGE} s LEFT JOIN {PLACE} p ON p.code = s.code WHERE p.id IS NULL",
    )


def staying(gone: Sequence[Row], level: int) -> set[tuple[str, str]]:
    """(name, district) of rows whose code is held and whose name is among the gone ones."""
    rows = _named(
        gone, level, f"FROM {STAGE} s JOIN {PLACE} p ON p.code = s.code WHERE p.id IS NOT NULL"
    )
    return {row.district_key for row in rows}


def _named(gone: Sequence[Row], level: int, source: str) -> list[Row]:
    names = sorted({row.name for row in gone})
    rows: list[Row] = []
    for start in range(0, len(names), NAMES):
        some = names[start : start + NAMES]
        marks = ", ".join(["%s"] * len(some))
        rows += [
            Row(*found)
            for found in ask(
                f"SELECT s.code, s.name, s.parent_code {source} AND s.level = %s "
                f"AND s.name IN ({marks}) ORDER BY s.code",
                [level, *some],
            )
        ]
    return rows


def sure_pairs(
    gone: Sequence[Row], new: Sequence[Row], stays: set[tuple[str, str]]
) -> list[tuple[Row, Row]]:
    """Pairs (gone, new) that can only be the same place."""
    pairs = _one_to_one(gone, new, "street_key")
    done_old, done_new = {old.code for old, _ in pairs}, {fresh.code for _, fresh in pairs}
    taken = {fresh.district_key for _, fresh in pairs} | stays
    left = [row for row in gone if row.code not in done_old]
    fresh = [row for row in new if row.code not in done_new]
    moved = _one_to_one(left, fresh, "district_key")
    return pairs + [(old, row) for old, row in moved if row.district_key not in taken]


def _one_to_one(gone: Sequence[Row], new: Sequence[Row], key: str) -> list[tuple[Row, Row]]:
    olds: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in gone:
        olds[getattr(row, key)].append(row)
    news: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in new:
        news[getattr(row, key)].append(row)
    return [
        (rows[0], news[named][0])
        for named, rows in olds.items()
        if len(rows) == 1 and len(news[named]) == 1
    ]


def _write(pairs: Sequence[tuple[Row, Row]], year: int) -> None:
    places = Place.objects.in_bulk([old.pk for old, _new in pairs])
    until = datetime.date(year - 1, 12, 31)
    past, changed = [], []
    for old, new in pairs:
        place = places[old.pk]
        past.append(
            PlaceHistory(
                place=place,
                code=old.code,
                name_zh=place.name_zh,
                parent_id=place.parent_id,
                from_on=place.parent_since,
                to_on=until,
                edition=place.edition,
            )
        )
        place.code = new.code
        changed.append(place)
    PlaceHistory.objects.bulk_create(past, batch_size=500)
    Place.objects.bulk_update(changed, ["code"], batch_size=200)
