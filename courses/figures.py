"""Figures of the dashboards that classes feed, with their recounts.

All three stand per committee (the unit of the enrolment) and year (of the first day of the class),
and count enrolments that hold a seat. A person in two classes of a year counts once, where the
first of them stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext_lazy as _

from core import registries, summaries
from core.models import SummaryCell, SummaryDelta
from core.registries import Metric
from courses.models import SEATED, Enrolment, SeatPool

COMPLETED = Enrolment.State.COMPLETED
Figures = Counter[tuple[str, int, int]]  # (metric, place, year) -> value


class Seat(NamedTuple):
    """What counts of an enrolment."""

    person_id: int
    unit_id: int
    year: int
    state: str


METRICS = (
    Metric(
        key="enrolled_people",
        label=_("People enrolled"),
        definition=_("People with a seat in at least one class of the year, each counted once."),
    ),
    Metric(
        key="enrolments",
        label=_("Enrolments"),
        definition=_("Seats taken in classes of the year; a person may take several."),
    ),
    Metric(
        key="completed_people",
        label=_("People who completed"),
        definition=_("People who completed at least one class of the year, each counted once."),
    ),
)


def _seats(condition: Q) -> Iterator[Seat]:
    rows = Enrolment.objects.filter(condition, state__in=SEATED).order_by("pk")
    for row in rows.values_list(
        "person_id", "unit_id", "offering__begins_on__year", "state"
    ).iterator(chunk_size=5_000):
        yield Seat(*row)


def count(seats: Iterable[Seat]) -> Figures:
    """The three figures of `seats`, which come in the order of enrolment."""
    figures: Figures = Counter()
    known: set[tuple[str, int, int]] = set()
    for seat in seats:
        figures["enrolments", seat.unit_id, seat.year] += 1
        metrics = ["enrolled_people", *(["completed_people"] if seat.state == COMPLETED else [])]
        for metric in metrics:
            if (metric, seat.person_id, seat.year) not in known:
                known.add((metric, seat.person_id, seat.year))
                figures[metric, seat.unit_id, seat.year] += 1
    return figures


@contextmanager
def following(people: Iterable[int]) -> Iterator[None]:
    """Note what the block changes in the figures of `people`, whose rows the caller has locked."""
    condition = Q(person_id__in=list(people))
    before = count(_seats(condition))
    yield
    change = count(_seats(condition))
    change.subtract(before)
    for (metric, place_id, year), amount in sorted(change.items()):
        if amount:
            summaries.add(metric, place_id=place_id, year=year, amount=amount)


def recount(metric: str) -> Iterator[tuple[int, int, int]]:
    """(place, year, value) of `metric` from the rows of truth."""
    for (key, place_id, year), value in sorted(count(_seats(Q())).items()):
        if key == metric:
            yield place_id, year, value


def check_figures() -> Iterator[str]:
    """Sentences for figures (cells and waiting changes) that differ from a recount."""
    truth = count(_seats(Q()))
    kept: Figures = Counter()
    metrics = [metric.key for metric in METRICS]
    cells = SummaryCell.objects.filter(metric__in=metrics)
    for key, place_id, year, value in cells.values_list("metric", "place_id", "year", "value"):
        kept[key, place_id, year] += value
    deltas = SummaryDelta.objects.filter(metric__in=metrics).values("metric", "place_id", "year")
    for row in deltas.annotate(total=Sum("amount")).order_by("metric", "place_id", "year"):
        kept[row["metric"], row["place_id"], row["year"]] += row["total"]
    for name in sorted(truth.keys() | kept.keys()):
        if truth[name] != kept[name]:
            key, place_id, year = name
            yield f"{key} of place {place_id} in {year}: {kept[name]} kept, {truth[name]} counted"


def check_pools() -> Iterator[str]:
    """Sentences for seat pools whose `taken` is not the number of seats held in and below them."""
    held = Enrolment.objects.filter(state__in=SEATED).values("pool")
    own = {row["pool"]: row["seats"] for row in held.annotate(seats=Count("pk")).order_by("pool")}
    pools = {
        pk: (parent_id, taken)
        for pk, parent_id, taken in SeatPool.objects.values_list("pk", "parent_id", "taken")
    }
    below: Counter[int] = Counter()
    for pk in pools:
        above: int | None = pk
        while above is not None:
            below[above] += own.get(pk, 0)
            above = pools[above][0]
    for pk, (_parent, taken) in sorted(pools.items()):
        if taken != below[pk]:
            yield f"seat pool {pk}: {taken} taken, {below[pk]} held"


def check_root_pools() -> Iterator[str]:
    """Sentences for classes with pools whose enrolments stand in another class's pool."""
    astray = Enrolment.objects.exclude(pool=None).exclude(pool__offering=F("offering"))
    for pk in astray.order_by("pk").values_list("pk", flat=True):
        yield f"enrolment {pk} holds a seat of another class"


def register() -> None:
    """Called once by CoursesConfig.ready."""
    for order, metric in enumerate(METRICS, start=30):
        registries.metrics.add(metric.key, metric, order=order)
    registries.recounts.add("enrolled_people", _recount_enrolled)
    registries.recounts.add("enrolments", _recount_enrolments)
    registries.recounts.add("completed_people", _recount_completed)
    registries.invariant_checks.add("figures of classes", check_figures)
    registries.invariant_checks.add("seat pools", check_pools)
    registries.invariant_checks.add("seats in their class", check_root_pools)


def _recount_enrolled() -> Iterator[tuple[int, int, int]]:
    return recount("enrolled_people")


def _recount_enrolments() -> Iterator[tuple[int, int, int]]:
    return recount("enrolments")


def _recount_completed() -> Iterator[tuple[int, int, int]]:
    return recount("completed_people")
