"""Who gains and who loses when a rule changes that turns days, minutes and lessons into hours.

Entries keep the hours they were posted with. The preview says what the same study would be worth by
the new value, by what this year's entries and claims were measured in.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from committees.models import Place
from committees.policy_effects import Change, Effect
from core.templatetags.house import hours
from records.conversion import Conversion, quarters_of
from records.effects.who import districts_of, named, year_of
from records.measuring import conversion_at
from records.models import HourClaim, HourDecision, HourEntry
from records.reading.district import people_serving
from records.reading.services import report_day

# By what a rule is called where hours are converted.
FIELD = {
    "hours.online_bands": "online_bands",
    "hours.online_test": "online_test",
    "hours.rounding": "rounding",
    "hours.minutes_per_hour": "minutes_per_hour",
    "hours.half_day": "half_day",
    "hours.full_day": "full_day",
}
# Kept by a class from the day it opens: courses show this effect together with their own.
KEPT_BY_CLASSES = ("hours.minutes_per_hour", "hours.half_day", "hours.full_day")
KEYS = tuple(key for key in FIELD if key not in KEPT_BY_CLASSES)
REJECTED = HourDecision.Kind.REJECTED
CLAIMED_IN = {
    "hours.full_day": HourClaim.Measure.DAY,
    "hours.half_day": HourClaim.Measure.HALF_DAY,
}


def measured_effect(change: Change) -> Effect:
    """Whose study of this year would be worth more, and whose less, each with the difference."""
    total: dict[int, Fraction] = defaultdict(Fraction)
    for place in districts_of(change):
        for person, was, becomes in _studies(change, place):
            total[person] += becomes - was
    gain = {person: _signed(more) for person, more in total.items() if more > 0}
    lose = {person: _signed(more) for person, more in total.items() if more < 0}
    notes = (
        _("Entries keep their hours. Shown is what the study of %(year)d would be worth if it came "
          "again; %(count)d people have study that is measured so.")
        % {"year": year_of(change), "count": len(total)},
    )  # fmt: skip
    return Effect(len(gain), len(lose), named(gain), named(lose), notes)


def _signed(quarters: Fraction) -> str:
    sign = "+" if quarters > 0 else "−"
    return sign + hours(int(abs(quarters)))


def _studies(change: Change, place: Place) -> Iterator[tuple[int, Fraction, Fraction]]:
    """Person, worth by the old value and worth by the new one, of what the rule converts."""
    year = year_of(change)
    on = report_day(year, timezone.localdate())
    people = people_serving(place, on)
    rules = conversion_at(place, on)
    before, after = _with(rules, change.key, change.before), _with(rules, change.key, change.after)
    entries = HourEntry.objects.filter(
        account__person__in=people, year=year, amount__isnull=False, reverses=None, reversal=None
    ).exclude(decision__kind=REJECTED)
    rows = entries.order_by("account", "pk").values_list("account__person", "amount", "measure")
    for person, amount, measure in rows:
        was, becomes = (quarters_of(amount or 0, measure, one) for one in (before, after))
        if change.key == "hours.rounding" or was != becomes:
            yield person, Fraction(was), Fraction(becomes)
    if change.key in CLAIMED_IN:
        yield from _claims(change, people, year)


def _claims(change: Change, people: Any, year: int) -> Iterator[tuple[int, Fraction, Fraction]]:
    """Study elsewhere that was handed in by days or half days."""
    rows = HourClaim.objects.filter(
        person__in=people,
        entry__year=year,
        measure=CLAIMED_IN[change.key],
        entry__reversal=None,
    ).exclude(entry__decision__kind=REJECTED)
    for person, quarters, each in rows.values_list("person", "quarters", "per_measure"):
        amount = Fraction(quarters, each)
        yield person, amount * int(change.before), amount * int(change.after)


def _with(rules: Conversion, key: str, value: Any) -> Conversion:
    if key == "hours.online_bands":
        value = tuple((start, worth) for start, worth in value)
    changed: dict[str, Any] = {FIELD[key]: value}
    return dataclasses.replace(rules, **changed)
