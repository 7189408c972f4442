"""The list behind each figure: as many rows as the figure says.

The figures are kept per committee by the apps that cause them; here stands, for each, the question
that finds the same rows again. A test compares both for every figure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Min, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committees.models import Affiliation, Place
from core.registries import metrics
from core.templatetags.house import full_day
from courses.models import SEATED, Enrolment
from tutors.models import Pairing

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

COMPLETED = Enrolment.State.COMPLETED
VACANCIES = "vacancies"
Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a list: its cells, and where its first cell leads."""

    cells: Cells
    url: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """How a figure's rows are found and shown. `open_record`: may the reader see the record?"""

    columns: tuple[_StrOrPromise, ...]
    rows: Callable[[Place, int], QuerySet[Any]]
    line: Callable[[Any, Callable[[Any], bool]], Line]
    yearly: bool = False


def label_of(metric: str) -> _StrOrPromise:
    if metric == VACANCIES:
        return gettext_lazy("Secretaries to be appointed")
    return metrics.get(metric).label


def definition_of(metric: str) -> _StrOrPromise:
    if metric == VACANCIES:
        return gettext_lazy(
            "Committees whose secretary has left and where nobody has followed yet."
        )
    return metrics.get(metric).definition


# --- Places and secretaries -----------------------------------------------------------------------
def _committees(place: Place, year: int) -> QuerySet[Place]:
    rows = Place.objects.under(place).standing().filter(level=Place.Level.COMMITTEE)
    return rows.select_related("parent").order_by("code", "pinyin", "pk")


def _vacancies(place: Place, year: int) -> QuerySet[Place]:
    rows = Place.objects.vacant().filter(path__under=place.path)
    return rows.select_related("parent").order_by("code", "pinyin", "pk")


def _secretaries(place: Place, year: int) -> QuerySet[Affiliation]:
    return (
        Affiliation.objects.secretaries()
        .filter(place__path__under=place.path, place__level=Place.Level.COMMITTEE)
        .select_related("person", "place")
        .order_by("place__code", "place__pinyin", "pk")
    )


def _place_line(place: Place, open_record: Callable[[Any], bool]) -> Line:
    above = place.parent.name if place.parent else ""
    url = reverse("dashboards:board-place", args=[place.pk])
    return Line((place.name, above, place.get_kind_display()), url)


def _secretary_line(row: Affiliation, open_record: Callable[[Any], bool]) -> Line:
    place = row.place.name if row.place else ""
    return Line((row.person.name, place, full_day(row.from_on), row.person.mobile_mask))


# --- Classes --------------------------------------------------------------------------------------
def _seats(place: Place, year: int) -> QuerySet[Enrolment]:
    return (
        Enrolment.objects.filter(
            state__in=SEATED, offering__begins_on__year=year, unit__path__under=place.path
        )
        .select_related("person", "unit", "offering__base")
        .order_by("unit__code", "unit__pinyin", "person__pinyin", "pk")
    )


def _first_seats(place: Place, year: int, condition: Q) -> QuerySet[Enrolment]:
    """One row for each person: the first seat of the year that meets `condition`, if it stands in
    `place`. Somebody who changed units in the year counts where the first seat was taken."""
    seats = Enrolment.objects.filter(
        condition,
        state__in=SEATED,
        offering__begins_on__year=year,
        person__in=_seats(place, year).order_by().values("person"),
    )
    firsts = seats.order_by().values("person").annotate(first=Min("pk")).values("first")
    return _seats(place, year).filter(pk__in=firsts)


def _enrolled(place: Place, year: int) -> QuerySet[Enrolment]:
    return _first_seats(place, year, Q())


def _completed(place: Place, year: int) -> QuerySet[Enrolment]:
    return _first_seats(place, year, Q(state=COMPLETED))


def _person_line(row: Enrolment, open_record: Callable[[Any], bool]) -> Line:
    """The number of somebody who serves elsewhere today is no longer the unit's to see."""
    here = row.person.unit_id == row.unit_id
    return Line((row.person.name, row.unit.name, row.person.mobile_mask if here else "—"))


def _seat_line(row: Enrolment, open_record: Callable[[Any], bool]) -> Line:
    seen = open_record(row)
    title = row.offering.title if seen else _("A class of another base")
    state = row.get_state_display() if seen else "—"
    return Line((row.person.name, row.unit.name, title, str(state)))


# --- Tutoring -------------------------------------------------------------------------------------
def _pairs(place: Place, year: int) -> QuerySet[Pairing]:
    return (
        Pairing.objects.underway()
        .filter(pupil_unit__path__under=place.path)
        .select_related("tutor", "pupil", "pupil_unit", "tutor_unit")
        .order_by("pupil_unit__code", "pupil_unit__pinyin", "pupil__pinyin", "pk")
    )


def _pair_line(row: Pairing, open_record: Callable[[Any], bool]) -> Line:
    url = reverse("tutors:pairing-detail", args=[row.public_id])
    cells = (row.pupil.name, row.pupil_unit.name, row.tutor.name, row.tutor_unit.name)
    return Line((*cells, full_day(row.from_on)), url)


NAME, UNIT = gettext_lazy("Name"), gettext_lazy("Unit")
MOBILE, SINCE = gettext_lazy("Mobile"), gettext_lazy("In this post since")
PLACES = (gettext_lazy("Committee"), gettext_lazy("Belongs to"), gettext_lazy("Kind"))
SOURCES: Mapping[str, Source] = {
    "secretaries": Source((NAME, UNIT, SINCE, MOBILE), _secretaries, _secretary_line),
    "committees": Source(PLACES, _committees, _place_line),
    VACANCIES: Source(PLACES, _vacancies, _place_line),
    "enrolled_people": Source((NAME, UNIT, MOBILE), _enrolled, _person_line, yearly=True),
    "completed_people": Source((NAME, UNIT, MOBILE), _completed, _person_line, yearly=True),
    "enrolments": Source(
        (NAME, UNIT, gettext_lazy("Class"), gettext_lazy("State")), _seats, _seat_line, yearly=True
    ),
    "pairings_active": Source(
        (
            gettext_lazy("Pupil"),
            gettext_lazy("Pupil's unit"),
            gettext_lazy("Tutor"),
            gettext_lazy("Tutor's unit"),
            gettext_lazy("From"),
        ),
        _pairs,
        _pair_line,
    ),
}
