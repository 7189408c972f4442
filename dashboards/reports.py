"""A place in figures, read from the folded cells; nothing is counted while the page waits.

Places below are in the order of their codes, never by performance: a board is no ranking.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from committees.models import Place, ReportedIndicator
from core import summaries
from core.charts import Chart, Series
from core.models import Heartbeat, SummaryCell
from core.prepared import prepared
from core.words import in_language
from dashboards.drilldown import SOURCES, VACANCIES, definition_of, label_of

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

YEARS_BACK = 5
ORDER = (
    "secretaries",
    "committees",
    VACANCIES,
    "enrolled_people",
    "completed_people",
    "enrolments",
    "pairings_active",
)
STOCKS = tuple(key for key in ORDER if not SOURCES[key].yearly and key != VACANCIES)
YEARLY = tuple(key for key in ORDER if SOURCES[key].yearly)


@dataclass(frozen=True, slots=True)
class Figure:
    """A tile: a figure, what it means, and the list that makes it."""

    key: str
    label: _StrOrPromise
    definition: _StrOrPromise
    value: int
    unit: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place below, with its figures in the order of `ORDER`."""

    name: str
    url: str
    values: tuple[int, ...]

    @property
    def cells(self) -> list[tuple[_StrOrPromise, int]]:
        """Each figure with its label, which a phone shows beside it."""
        return [(label_of(key), value) for key, value in zip(ORDER, self.values, strict=True)]


@dataclass(frozen=True, slots=True)
class Board:
    """Everything a board shows that is counted."""

    place: Place
    year: int
    years: Sequence[int]
    as_of: datetime.datetime | None
    figures: Sequence[Figure]
    rows: Sequence[PlaceRow]
    labels: Sequence[_StrOrPromise]

    @property
    def missing(self) -> list[str]:
        """What is not there yet, in words for the empty state."""
        value = {figure.key: figure.value for figure in self.figures}
        gaps = []
        if not value["committees"]:
            gaps.append(_("No committee is entered below this place yet."))
        elif not value["secretaries"]:
            gaps.append(_("No appointment of a secretary is entered yet."))
        if not value["enrolments"]:
            gaps.append(_("Nobody is enrolled in a class of %(year)s.") % {"year": self.year})
        return gaps


def years_until(today: datetime.date) -> list[int]:
    """The years to choose from, the current one first."""
    return list(range(today.year, today.year - YEARS_BACK - 1, -1))


def headline(
    place: Place, year: int, keys: Sequence[str]
) -> tuple[list[Figure], datetime.datetime | None]:
    """The figures `keys` of a whole place, and when they were last folded. Three queries."""
    total: Counter[str] = Counter(dict(_totals(place.path, year)))
    if VACANCIES in keys:
        total[VACANCIES] = _vacant(place.path).count()
    return [_figure(key, place, year, total[key]) for key in keys], _as_of()


def board(place: Place, year: int, today: datetime.date) -> Board:
    """The board of `place` for `year`. Four queries: cells, vacancies, places below, last fold."""
    below = _places_below(place)
    sums = _sums(place, year)
    rows = [_row(pk, name, sums.get(pk, Counter()), year) for pk, name in below]
    rest = _rest(sums, {pk for pk, _name in below})
    if any(rest.values()):
        name = _("%(place)s itself") % {"place": place.name}
        rows.append(PlaceRow(name, "", tuple(rest[key] for key in ORDER)))
    total: Counter[str] = Counter()
    for values in sums.values():
        total.update(values)
    return Board(
        place=place,
        year=year,
        years=years_until(today),
        as_of=_as_of(),
        figures=[_figure(key, place, year, total[key]) for key in ORDER],
        rows=rows,
        labels=[label_of(key) for key in ORDER],
    )


def _as_of() -> datetime.datetime | None:
    return _folded().first()


@prepared
def _folded() -> QuerySet[Heartbeat, datetime.datetime]:
    return Heartbeat.objects.filter(name=summaries.FOLDED).values_list("at", flat=True)[:1]


@prepared
def _totals(path: str, year: int) -> QuerySet[SummaryCell, tuple[str, int]]:
    """Figures of the place at `path` and below: stocks, and the counts of `year`."""
    cells = SummaryCell.objects.filter(
        Q(metric__in=STOCKS, year=0) | Q(metric__in=YEARLY, year=year),
        place_id__in=Place.objects.filter(path__under=path).values("pk"),
    )
    return cells.values_list("metric").annotate(total=Sum("value")).order_by()


@prepared
def _vacant(path: str) -> QuerySet[Place]:
    return Place.objects.vacant().filter(path__under=path)


@prepared
def _vacant_of(path: str, each: bool) -> QuerySet[Place, tuple[int | None, int]]:
    """Vacant posts by the place above their committee, or for `each` committee."""
    rows = Place.objects.vacant().filter(path__under=path)
    return rows.values_list("pk" if each else "parent_id").annotate(n=Count("pk")).order_by()


@prepared
def _below(path: str, level: int) -> QuerySet[Place, tuple[int, str, str]]:
    rows = Place.objects.standing().filter(path__under=path, level=level, hidden=False)
    return rows.order_by("code", "pinyin", "pk").values_list("pk", "name_zh", "name_en")


@prepared
def _inside(path: str) -> QuerySet[Place, tuple[int, int | None, int]]:
    return Place.objects.filter(path__under=path).values_list("id", "parent_id", "level")


@prepared
def _reported(path: str) -> QuerySet[ReportedIndicator]:
    rows = ReportedIndicator.objects.filter(place__path__under=path).select_related("place")
    return rows.order_by("place__level", "place__code", "key")


def _places_below(place: Place) -> list[tuple[int, str]]:
    """Id and name of the sub-districts of a district or anything above, or of the committees of a
    sub-district, in the order of codes and names."""
    names = _below(place.path, _row_level(place))
    return [(pk, in_language(zh, en)) for pk, zh, en in names if pk != place.pk]


def _row_level(place: Place) -> int:
    return max(place.level + 1, Place.Level.SUBDISTRICT)


def _sums(place: Place, year: int) -> dict[int, Counter[str]]:
    """Figures of each place below, keyed by the place of the board's rows.

    Cells know their place by number only (core knows no places), so the ORM has no join to offer;
    its subquery for each cell took 6 ms where this join takes 1 ms.
    """
    places, parameters = _inside(place.path).text()
    kinds = [*((key, 0) for key in STOCKS), *((key, year) for key in YEARLY)]
    wanted = ", ".join(["(%s, %s)"] * len(kinds))
    sums: dict[int, Counter[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT cell.metric, SUM(cell.value),
                   CASE WHEN place.level > %s THEN place.parent_id ELSE place.id END AS owner
            FROM {SummaryCell._meta.db_table} cell JOIN ({places}) place ON place.id = cell.place_id
            WHERE (cell.metric, cell.year) IN (VALUES {wanted})
            GROUP BY cell.metric, owner
            """,  # noqa: S608 -- table names and the ORM's own text; every value is a parameter
            [_row_level(place), *parameters, *(value for kind in kinds for value in kind)],
        )
        for metric, value, owner in cursor.fetchall():
            sums.setdefault(owner, Counter())[metric] += int(value)
    for owner, committees in _vacancies(place).items():
        sums.setdefault(owner, Counter())[VACANCIES] = committees
    return sums


def _vacancies(place: Place) -> dict[int, int]:
    """Vacant posts of each place of the board's rows. They are few, so they are counted as they
    stand and need no figure kept for them."""
    deeper = _row_level(place) < Place.Level.COMMITTEE
    owners = _vacant_of(place.path, not deeper)
    return {owner: n for owner, n in owners if owner is not None}


def _rest(sums: Mapping[int, Counter[str]], shown: set[int]) -> Counter[str]:
    """What stands at the place itself or at a closed place below: shown, so that sums agree."""
    rest: Counter[str] = Counter()
    for place_id, values in sums.items():
        if place_id not in shown:
            rest.update(values)
    return rest


def _row(place_id: int, name: str, values: Counter[str], year: int) -> PlaceRow:
    url = f"{reverse('dashboards:board-place', args=[place_id])}?year={year}"
    return PlaceRow(name, url, tuple(values[key] for key in ORDER))


def _figure(key: str, place: Place, year: int, value: int) -> Figure:
    url = reverse("dashboards:metric-list", args=[place.pk, key])
    yearly = SOURCES[key].yearly
    units = {"enrolments": _("seats taken"), "pairings_active": _("pairs")}
    people = {"secretaries", "enrolled_people", "completed_people"}
    return Figure(
        key=key,
        label=label_of(key),
        definition=definition_of(key),
        value=value,
        unit=units.get(key) or (_("persons") if key in people else ""),
        note=_("in %(year)s") % {"year": year} if yearly else _("today"),
        url=f"{url}?year={year}" if yearly else url,
    )


def board_chart(shown: Board) -> Chart | None:
    """People enrolled and people who completed, by place; None when there is nothing to draw."""
    keys = ("enrolled_people", "completed_people")
    at = [ORDER.index(key) for key in keys]
    rows = [row for row in shown.rows if row.url]
    if not rows or not any(row.values[number] for row in rows for number in at):
        return None
    value = {figure.key: figure.value for figure in shown.figures}
    facts = {"year": shown.year, "enrolled": value[keys[0]], "completed": value[keys[1]]}
    return Chart(
        key="by-place",
        title=_("%(year)s: %(enrolled)s people enrolled, %(completed)s completed") % facts,
        categories=[row.name for row in rows],
        series=[
            Series(str(label_of(key)), [row.values[number] for row in rows])
            for key, number in zip(keys, at, strict=True)
        ],
        kind="row",
        category=_("Place"),
        unit=_("persons"),
        source=_("enrolments of this portal"),
        urls=[row.url for row in rows],
    )


def reported(place: Place) -> list[ReportedIndicator]:
    """Figures that documents report for `place` and what lies below; shown apart."""
    return list(_reported(place.path))
