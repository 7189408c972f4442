"""The end of a district's year: rules of the new one looked through, the year locked, its gaps
taken over for the next plan."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from committees.models import Place
from core import audit
from core.registries import OpenPoint, PlanNeed, year_end_points
from core.scope import Role, scope_of
from records import metrics
from records.errors import NotYoursToLock, TooEarlyToLock, YearIsLocked, YearNotSettled
from records.models import YearEndStep, YearGap, YearLock
from records.reading.district import Book, book, secretarial_services
from records.services.locks import lock_year

Step = YearEndStep.Step
LAST_MONTH = 12


def can_end_year(viewer: Any, district: Place) -> bool:
    """The district department, for its own district."""
    return district.level == Place.Level.DISTRICT and scope_of(viewer).covers(
        district.path, Role.DISTRICT
    )


def open_points(district: Place, year: int) -> list[tuple[str, list[OpenPoint]]]:
    """What is still open, by kind of work, in the order of the registry."""
    return [
        (name, points(district.pk, district.path, year)) for name, points in year_end_points.items()
    ]


def look_through_rules(*, actor: Any, district: Place, year: int, note: str = "") -> YearEndStep:
    """Targets and rules of the year after `year` are as they should be."""
    _require_may(actor, district)
    with transaction.atomic():
        return _step(actor, district, year, Step.RULES, note)


def close_year(
    *,
    actor: Any,
    district: Place,
    year: int,
    reason: str = "",
    today: datetime.date | None = None,
) -> YearLock:
    """Lock the year and take its gaps over for the next plan, both or neither.

    Raises NotYoursToLock, TooEarlyToLock before December, YearNotSettled when something is open and
    no reason is given, AlreadyLocked.
    """
    _require_may(actor, district)
    today = today or timezone.localdate()
    if today < datetime.date(year, LAST_MONTH, 1):
        raise TooEarlyToLock(
            _("The year %(year)d can be locked from 1 December on.") % {"year": year}
        )
    waiting = sum(point.count for _name, points in open_points(district, year) for point in points)
    if waiting and not reason.strip():
        raise YearNotSettled(
            _("%(count)d points are still open. Settle them, or say why the year is locked now.")
            % {"count": waiting},
            field="reason",
        )
    with transaction.atomic():
        lock = lock_year(actor=actor, district=district, year=year, reason=reason.strip())
        take_gaps_over(actor=actor, district=district, year=year, today=today)
    return lock


def take_gaps_over(
    *, actor: Any, district: Place, year: int, today: datetime.date | None = None
) -> YearEndStep:
    """Keep who misses hours of `year`, or a centralised training, as of now. Done again, it is a
    list of its own."""
    _require_may(actor, district)
    found = book(district, year, today or timezone.localdate())
    trainings = _trainings_missing(found)
    missing = [one for one in found.standings if one.gap or one.person_id in trainings]
    with transaction.atomic():
        step = _step(actor, district, year, Step.GAPS, "")
        YearGap.objects.bulk_create(
            [
                YearGap(
                    taken=step,
                    person_id=one.person_id,
                    unit_id=one.place_id,
                    target=one.target,
                    counted=one.counted.total,
                    missing=one.gap,
                    trainings=trainings.get(one.person_id, 0),
                )
                for one in missing
            ],
            batch_size=500,
        )
    return step


def _trainings_missing(found: Book) -> dict[int, int]:
    """How many centralised trainings of the year each secretary still lacks."""
    services = secretarial_services([one.person_id for one in found.secretaries])
    rows = metrics.centralised(found, services)
    return {row.standing.person_id: row.due - row.completed for row in rows if not row.done}


def take_backstop_over(*, actor: Any, place: Place, year: int, people: Sequence[int]) -> str:
    """For core.registries.backstop_takers: one click on the backstop list keeps all gaps of the
    year for the next plan, those of `people` among them: who lacks hours, and who lacks only the
    centralised training."""
    take_gaps_over(actor=actor, district=place, year=year)
    return f"{reverse('records:hour-list', args=[place.pk, 'backstop'])}?year={year}"


def needs(district_id: int, year: int) -> list[PlanNeed]:
    """For core.registries.plan_feeds: the gaps that the year before left to the plan of `year`."""
    rows = YearGap.objects.taken_last(Place(pk=district_id), year - 1).select_related("taken")
    return [
        PlanNeed(row.person_id, row.unit_id, row.missing, row.taken.at, row.trainings)
        for row in rows.order_by("unit__path", "person__pinyin", "pk")
    ]


def refuse_in_locked_year(*, district: Place | None, from_on: datetime.date) -> None:
    """For core.registries.policy_changing: a year that is locked keeps its rules."""
    if district is None:
        return
    if YearLock.objects.filter(district=district, year=from_on.year).exists():
        raise YearIsLocked(
            _("The year %(year)d is locked. A change begins after it.") % {"year": from_on.year},
            field="from_on",
        )


def _require_may(actor: Any, district: Place) -> None:
    if not can_end_year(actor, district):
        raise NotYoursToLock(_("The year is locked by the district department."))


def _step(actor: Any, district: Place, year: int, step: str, note: str) -> YearEndStep:
    scope = scope_of(actor)
    row = YearEndStep.objects.create(
        district=district,
        year=year,
        step=step,
        note=note.strip()[:200],
        actor_id=scope.user_id,
        actor_label=scope.label[:120],
    )
    audit.record(
        actor=actor,
        action=f"hours.year_end_{step}",
        obj=row,
        after={"year": year},
        reason=row.note,
        unit_id=district.pk,
    )
    return row
