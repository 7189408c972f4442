"""Who gains and who loses when the target of a year changes."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from committees.models import Person, Place
from committees.policy_effects import MOST_NAMED, Change, Effect
from core.registries import policy_effects
from records.explaining import count
from records.reading.district import Standing, book, people_serving, verified_sums
from records.rules import WHOLE_HOUR
from records.targets import Basis, of_service

# The rule that a target names, and the rule its figure is taken from.
READ_FROM = {
    Basis.SECRETARY: "hours.secretary_year",
    Basis.PARTY_COMMITTEE: "hours.party_committee_member_year",
    Basis.COMMITTEE_ONLY: "hours.party_member_year",
    Basis.PARTY_MEMBER: "hours.party_member_year",
}


def _districts(change: Change) -> list[Place]:
    """The district of the rule; for the rule of everywhere those that keep hours here and have set
    none of their own."""
    if change.place is not None:
        return [change.place]
    rows = Place.objects.standing().filter(
        level=Place.Level.DISTRICT, hidden=False, serving_bases__isnull=False
    )
    own = Place.objects.filter(policies__key=change.key, policies__to_on=None)
    return list(rows.exclude(pk__in=own.values("pk")).distinct().order_by("pk"))


def _judged(
    change: Change, place: Place, year: int, today: datetime.date
) -> Iterator[tuple[Standing, int, int]]:
    """Everybody of `place` whose target is this rule's, with the gap before and after."""
    read = book(place, year, today)
    sums = verified_sums(people_serving(place, read.on), year)
    for one in read.standings:
        basis = of_service(one.service, bool(one.target), read.rules).basis
        if not one.owes or READ_FROM.get(basis) != change.key:
            continue
        own, carried = sums.get(one.person_id, {}), one.counted.carried
        before, after = (
            count(own, read.rules, int(value) * WHOLE_HOUR, carried).gap
            for value in (change.before, change.after)
        )
        yield one, before, after


def target_effect(change: Change) -> Effect:
    """Who reaches the new target and not the old one, and who reached only the old one; measured
    by the hours that stand today."""
    today = timezone.localdate()
    year = min(change.on.year, today.year)
    judged = [row for place in _districts(change) for row in _judged(change, place, year, today)]
    gain = [one.person_id for one, before, after in judged if before and not after]
    lose = [one.person_id for one, before, after in judged if after and not before]
    note = _(
        "%(count)d people have this target. Measured by the verified hours of %(year)d as they "
        "stand today."
    )
    return Effect(
        gains=len(gain),
        loses=len(lose),
        gainers=_names(gain),
        losers=_names(lose),
        notes=(note % {"count": len(judged), "year": year},),
    )


def _names(people: list[int]) -> tuple[str, ...]:
    """The first of them, in the order of the book, with their unit."""
    first = people[:MOST_NAMED]
    rows = Person.objects.filter(pk__in=first).select_related("unit").in_bulk()
    named = (rows[pk] for pk in first if pk in rows)
    return tuple(f"{row.name} · {row.unit.name if row.unit else '—'}" for row in named)


def register() -> None:
    """Called once at start-up."""
    for key in dict.fromkeys(READ_FROM.values()):
        policy_effects.add(key, target_effect)
