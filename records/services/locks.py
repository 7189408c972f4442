"""Closing a year of a district, and knowing that it is closed while one writes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from committees.models import Place
from core import audit
from core.scope import scope_of
from records.errors import AlreadyLocked
from records.models import YearLock
from records.models.locking import MOST, SPACE


def lock_year(*, actor: Any, district: Place, year: int, reason: str = "") -> YearLock:
    """Close `year` of `district`. Entries and decisions that come later are marked as such.

    Waits for postings under way, so that each of them lies on one side of the lock. Raises
    AlreadyLocked.
    """
    scope = scope_of(actor)
    try:
        with transaction.atomic():
            _advise("pg_advisory_xact_lock", [district.pk])
            lock = YearLock.objects.create(
                district=district,
                year=year,
                reason=reason[:200],
                actor_id=scope.user_id,
                actor_label=scope.label[:120],
            )
            audit.record(
                actor=actor,
                action="hours.lock_year",
                obj=lock,
                unit_id=district.pk,
                after={"year": year},
                reason=reason,
            )
    except IntegrityError as clash:
        if YearLock.objects.filter(district=district, year=year).exists():
            raise AlreadyLocked(_("This year is closed already."), field="year") from clash
        raise
    return lock


def locked_years(units: Iterable[Place | None], years: Iterable[int]) -> set[tuple[int, int]]:
    """(place number, year) of the locks that stand over `units`. No lock on them comes before the
    caller's transaction ends. One query."""
    places = {int(part) for unit in units if unit for part in unit.path.strip("/").split("/")}
    if not places:
        return set()
    _advise("pg_advisory_xact_lock_shared", sorted(places))
    rows = YearLock.objects.filter(district__in=places, year__in=set(years))
    return set(rows.values_list("district_id", "year"))


def is_locked(locks: set[tuple[int, int]], unit: Place | None, year: int) -> bool:
    """Does one of `locks` stand over `unit` in `year`? No query."""
    if unit is None or not locks:
        return False
    return any((int(part), year) in locks for part in unit.path.strip("/").split("/"))


def _advise(function: str, places: list[int]) -> None:
    """On SQLite there is one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {function}(%s, place) FROM unnest(%s::int[]) AS place",  # noqa: S608 -- one of two names above
                [SPACE, [place % MOST for place in places]],
            )
