"""One person's year, explained: what the page, the training file and the API show."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from committees.models import Person
from core.prepared import prepared
from core.registries import HourSource, PlannedHours, hour_forecasts, hour_sources
from records.explaining import STANDING, Explanation, Fact, Line, count, explain
from records.models import (
    HourCategory,
    HourDecision,
    HourEntry,
    HourExemption,
    HourState,
    YearLock,
)
from records.reading.services import report_day, services_in
from records.rules import Rules, rules_at
from records.services.locks import is_locked
from records.targets import Span, Target, history, target_on

Locks = set[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry with its state and what counts of it."""

    entry: HourEntry
    state: HourState
    line: Line
    source: HourSource | None

    @property
    def url(self) -> str:
        return evidence_url(self.entry, self.source)

    @property
    def changed_after_lock(self) -> bool:
        decision = getattr(self.entry, "decision", None)
        return self.entry.after_lock or (decision is not None and decision.after_lock)


def evidence_url(entry: HourEntry, source: HourSource | None) -> str:
    """The page of an entry's evidence; empty where it is paper or the source has none."""
    if source is None or source.url is None or not entry.source_ref:
        return ""
    return source.url(entry.source_ref)


@dataclass(frozen=True, slots=True)
class PersonYear:
    """Everything that is said of a person's class hours in a year, as of `on`."""

    person: Person
    year: int
    on: datetime.date
    rules: Rules
    target: Target
    spans: Sequence[Span]
    exemption: HourExemption | None
    told: Explanation
    entries: Sequence[EntryLine]
    centralised: int
    planned: Sequence[PlannedHours]
    forecast: Explanation

    @property
    def held(self) -> list[PlannedHours]:
        """Gatherings that are over and whose hours are still to be entered."""
        return [one for one in self.planned if one.held]

    @property
    def to_come(self) -> list[PlannedHours]:
        return [one for one in self.planned if not one.held]

    @property
    def owed(self) -> int:
        """Quarters the person is asked for: none while exempt."""
        return 0 if self.exemption else self.target.quarters

    @property
    def centralised_due(self) -> int:
        """Centralised trainings still to be taken; asked of secretaries."""
        service = self.target.service
        asked = service is not None and service.secretary and not self.exemption
        return max(self.rules.centralised_min - self.centralised, 0) if asked else 0


def years_of(person: Person) -> list[int]:
    """Years in which the person has entries, the latest first. One query."""
    return list(_years(person.pk))


@prepared
def _years(person_id: int) -> QuerySet[HourEntry, int]:
    rows = HourEntry.objects.filter(account__person=person_id).order_by("-year")
    return rows.values_list("year", flat=True).distinct()


@prepared
def verified_of(person_id: int, year: int) -> QuerySet[HourDecision, tuple[str, int]]:
    """Verified quarters of a person in a year, by category."""
    rows = HourDecision.objects.filter(
        account__person=person_id, year=year, kind=HourDecision.Kind.VERIFIED
    )
    return rows.values_list("category").annotate(total=Sum("quarters")).order_by()


@prepared
def _exempt(person_id: int, on: datetime.date) -> QuerySet[HourExemption]:
    return HourExemption.objects.filter(person=person_id).on(on).order_by("pk")[:1]


def person_year(person: Person, year: int, today: datetime.date) -> PersonYear:
    """The year of `person`, whose `unit` is loaded. The number of queries does not grow."""
    on = report_day(year, today)
    services = services_in(year, person.pk)
    member = bool(person.is_party_member)
    rules = rules_at(person.unit, on)
    target = target_on(services, member, rules, on)
    exemption = _exempt(person.pk, on).first()
    entries = list(_entries(person.pk, year))
    states = states_of(entries)
    owed = 0 if exemption else target.quarters
    carried = _carried(person, year, rules, owed) if rules.carry_over else 0
    facts = [_fact(entry, states[entry.pk]) for entry in entries]
    told = explain(facts, rules, target.quarters, carried)
    planned = _planned(person, year, today)
    return PersonYear(
        person=person,
        year=year,
        on=on,
        rules=rules,
        target=target,
        spans=history(services, member, rules, year, on),
        exemption=exemption,
        told=told,
        entries=_lines(entries, states, told),
        centralised=centralised_trainings(entries, states),
        planned=planned,
        forecast=explain(facts + _planned_facts(planned), rules, target.quarters, carried),
    )


@prepared
def _entries(person_id: int, year: int) -> QuerySet[HourEntry]:
    return (
        HourEntry.objects.filter(account__person=person_id, year=year)
        .select_related("unit", "decision", "reversal", "reverses")
        .order_by("-session_on", "-pk")
    )


def states_of(entries: Sequence[HourEntry]) -> dict[int, HourState]:
    """State of each entry, whose decision, reversal and unit are loaded. One query."""
    places = {
        int(part)
        for unit in {entry.unit for entry in entries if entry.unit}
        for part in unit.path.strip("/").split("/")
    }
    locks: Locks = set()
    if places:
        years = {entry.year for entry in entries}
        locks = set(_locked(tuple(places), tuple(years)))
    return {entry.pk: _state(entry, locks) for entry in entries}


@prepared
def _locked(places: tuple[int, ...], years: tuple[int, ...]) -> QuerySet[YearLock, tuple[int, int]]:
    rows = YearLock.objects.filter(district__in=places, year__in=years)
    return rows.values_list("district_id", "year")


def _state(entry: HourEntry, locks: Locks) -> HourState:
    locked = entry.state == HourState.VERIFIED and is_locked(locks, entry.unit, entry.year)
    return HourState.LOCKED if locked else entry.state


def _fact(entry: HourEntry, state: HourState) -> Fact:
    return Fact(entry.pk, entry.session_on, entry.category, entry.quarters, state)


def _lines(
    entries: Sequence[HourEntry], states: dict[int, HourState], told: Explanation
) -> list[EntryLine]:
    by_number = {line.fact.number: line for line in told.lines}
    sources = dict(hour_sources.items())
    return [
        EntryLine(entry, states[entry.pk], by_number[entry.pk], sources.get(entry.source))
        for entry in entries
    ]


def centralised_trainings(entries: Sequence[HourEntry], states: dict[int, HourState]) -> int:
    """Centralised trainings completed: each once, however many sessions it had."""
    return len(
        {
            entry.training_ref or entry.pk
            for entry in entries
            if entry.completes
            and entry.category == HourCategory.CENTRALISED
            and states[entry.pk] in STANDING
        }
    )


def _carried(person: Person, year: int, rules: Rules, most: int) -> int:
    """What last year's own hours had beyond last year's target; never more than a year's."""
    last = year - 1
    day = datetime.date(last, 12, 31)
    services = services_in(last, person.pk)
    target = target_on(services, bool(person.is_party_member), rules, day)
    sums = dict(verified_of(person.pk, last))
    return min(count(sums, rules, target.quarters).surplus, most)


def _planned(person: Person, year: int, today: datetime.date) -> list[PlannedHours]:
    found = [hours for ask in hour_forecasts for hours in ask(person.pk, year, today)]
    return sorted(
        found, key=lambda one: (one.on, one.begins.timestamp() if one.begins else 0.0, one.title)
    )


def _planned_facts(planned: Sequence[PlannedHours]) -> list[Fact]:
    """Planned hours as if they were verified, after everything that stands."""
    return [
        Fact(2**62 + number, hours.on, hours.category, hours.quarters, HourState.VERIFIED)
        for number, hours in enumerate(planned)
    ]
