"""Whom a change of a rule concerns, and their names for the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils import timezone

from committees.models import Person, Place
from committees.policy_effects import MOST_NAMED, Change


def districts_of(change: Change) -> list[Place]:
    """The district of the rule; for the rule of everywhere those that keep hours here and have set
    none of their own."""
    if change.place is not None:
        return [change.place]
    rows = Place.objects.standing().filter(
        level=Place.Level.DISTRICT, hidden=False, serving_bases__isnull=False
    )
    own = Place.objects.filter(policies__key=change.key, policies__to_on=None)
    return list(rows.exclude(pk__in=own.values("pk")).distinct().order_by("pk"))


def year_of(change: Change) -> int:
    """The year a change is measured by: this one, or a past one."""
    return min(change.on.year, timezone.localdate().year)


def named(people: Sequence[int] | Mapping[int, str]) -> tuple[str, ...]:
    """The first of them, in the order given, with their unit and what changes."""
    first = list(people)[:MOST_NAMED]
    more = people if isinstance(people, Mapping) else {}
    rows = Person.objects.filter(pk__in=first).select_related("unit").in_bulk()
    return tuple(
        " · ".join(part for part in (rows[pk].name, _unit(rows[pk]), more.get(pk, "")) if part)
        for pk in first
        if pk in rows
    )


def _unit(person: Person) -> str:
    return person.unit.name if person.unit else "—"
