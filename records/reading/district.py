"""The years of all people of a place, counted at once: what lists and figures are made of.

A figure and its list come from one and the same call, so they cannot differ. Nothing is stored:
verified sums are read from one index (docs/adr/0087).
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from committees.models import Affiliation, Person, Place
from committees.models.people import SECRETARIAL
from records.explaining import Count, caps, count
from records.models import HourCategory, HourDecision, HourEntry, HourExemption
from records.reading.services import FIELDS, holding, report_day, service_of
from records.rules import Rules, rules_at
from records.targets import Basis, Service, target_on

VERIFIED = HourDecision.Kind.VERIFIED
# Categories that are capped or multiplied; the others count as they are and are summed at once.
OWN_RULE = (
    HourCategory.ONLINE,
    HourCategory.COLLECTIVE,
    HourCategory.LECTURE,
    HourCategory.TUTORING,
)

# As plain texts: an enumeration is hashed anew for every person.
NAMES = (*(name.value for name in OWN_RULE), HourCategory.OTHER.value)


@dataclass(frozen=True, slots=True)
class Standing:
    """A person with a post in a place, and the person's year in sums."""

    person_id: int
    place_id: int
    order: tuple[str, str, bool, str, int]
    service: Service
    target: int
    basis: Basis
    counted: Count
    exempt: bool

    @property
    def secretary(self) -> bool:
        return self.service.secretary

    @property
    def gap(self) -> int:
        return 0 if self.exempt else self.counted.gap

    @property
    def owes(self) -> bool:
        """Is the person one of those whose hours are judged?"""
        return bool(self.target) and not self.exempt


@dataclass(frozen=True, slots=True)
class Book:
    """Everybody with a post in `place` on the report day."""

    place: Place
    year: int
    on: datetime.date
    rules: Rules
    standings: Sequence[Standing] = field(default_factory=tuple)

    @property
    def secretaries(self) -> list[Standing]:
        return [standing for standing in self.standings if standing.secretary]


def book(place: Place, year: int, today: datetime.date) -> Book:
    """Who serves in `place` on the report day of `year`, with their hours. Four queries.

    Somebody with posts in several places stands where the highest target comes from, once.
    """
    on = report_day(year, today)
    rules = rules_at(place, on)
    return count_all(read_facts(place, year, today), rules)


@dataclass(frozen=True, slots=True)
class YearFacts:
    """What counting asks of the people of a place, whatever the rules are."""

    place: Place
    year: int
    on: datetime.date
    people: QuerySet[Any]
    sums: dict[int, dict[str, int]]
    exempt: set[int]
    services: dict[int, _Found]


def read_facts(place: Place, year: int, today: datetime.date) -> YearFacts:
    """The facts of a year: three queries."""
    on = report_day(year, today)
    people = people_serving(place, on)
    exempt = HourExemption.objects.filter(person__in=people).on(on)
    return YearFacts(
        place=place,
        year=year,
        on=on,
        people=people,
        sums=verified_sums(people, year),
        exempt=set(exempt.values_list("person", flat=True)),
        services=_services(people, on),
    )


def count_all(facts: YearFacts, rules: Rules) -> Book:
    """The facts judged by `rules`. No query, one more where a surplus is carried over."""
    place, on = facts.place, facts.on
    carried = _surpluses(facts.people, facts.year - 1, rules) if rules.carry_over else {}
    most = {quarters: caps(rules, quarters) for quarters in rules.targets}
    standings = []
    for person_id, found in facts.services.items():
        target = target_on(found.services, found.member, rules, on)
        service = target.service or found.services[0]
        if not service.place_path.startswith(place.path):
            continue
        code, pinyin = found.order[service.place_id or 0]
        standings.append(
            Standing(
                person_id=person_id,
                place_id=service.place_id or 0,
                order=(code, pinyin, not service.secretary, found.pinyin, person_id),
                service=service,
                target=target.quarters,
                basis=target.basis,
                counted=count(
                    facts.sums.get(person_id, {}),
                    rules,
                    target.quarters,
                    min(carried.get(person_id, 0), target.quarters),
                    most[target.quarters],
                ),
                exempt=person_id in facts.exempt,
            )
        )
    standings.sort(key=lambda standing: standing.order)
    return Book(place, facts.year, on, rules, standings)


def people_serving(place: Place, on: datetime.date) -> QuerySet[Any]:
    """Numbers of the people with a post in `place` or below on `on`, as a subquery."""
    rows = Affiliation.objects.filter(holding(on), place__path__under=place.path)
    return rows.order_by().values("person")


def verified_sums(people: Any, year: int) -> dict[int, dict[str, int]]:
    """Verified quarters of a year by person: those of `OWN_RULE` apart, the rest as "other"."""
    apart = {name: Coalesce(Sum("quarters", filter=Q(category=name)), 0) for name in OWN_RULE}
    rows = (
        HourDecision.objects.filter(year=year, kind=VERIFIED, account__person__in=people)
        .values_list("account__person")
        .annotate(total=Sum("quarters"), **apart)
        .order_by()
    )
    found = {}
    for person_id, total, *own in rows:
        found[person_id] = dict(zip(NAMES, (*own, total - sum(own)), strict=True))
    return found


@dataclass(slots=True)
class _Found:
    """What is read of one person's services."""

    member: bool
    pinyin: str
    services: list[Service] = field(default_factory=list)
    order: dict[int, tuple[str, str]] = field(default_factory=dict)


def _services(people: QuerySet[Any], on: datetime.date) -> dict[int, _Found]:
    """Services on `on`, in the place and elsewhere, by person."""
    rows = Affiliation.objects.filter(holding(on), person__in=people, place__isnull=False)
    more = ("place__code", "place__pinyin", "person", "person__pinyin", "person__is_party_member")
    found: dict[int, _Found] = {}
    for row in rows.order_by("person", "from_on", "pk").values_list(*FIELDS, *more):
        service = service_of(row[: len(FIELDS)])
        code, pinyin, person_id, name, member = row[len(FIELDS) :]
        one = found.setdefault(person_id, _Found(bool(member), name))
        one.services.append(service)
        one.order[service.place_id or 0] = (code or "", pinyin)
    return found


def _surpluses(people: QuerySet[Any], year: int, rules: Rules) -> dict[int, int]:
    """What each had beyond the target of `year`, of that year's own hours."""
    on = datetime.date(year, 12, 31)
    sums = verified_sums(people, year)
    services = _services(people, on)
    return {
        person_id: count(own, rules, target.quarters).surplus
        for person_id, own in sums.items()
        if person_id in services
        for one in (services[person_id],)
        for target in (target_on(one.services, one.member, rules, on),)
    }


# --- Trainings ------------------------------------------------------------------------------------
def completed_trainings(people: Sequence[int], condition: Q) -> dict[int, dict[str, datetime.date]]:
    """Trainings that people completed, with their last day; verified and not taken back."""
    rows = (
        HourEntry.objects.filter(condition, account__person__in=people, completes=True)
        .filter(decision__kind=VERIFIED, reversal=None)
        .values_list("account__person", "training_ref", "pk", "session_on")
    )
    found: dict[int, dict[str, datetime.date]] = {}
    for person_id, training, number, day in rows.order_by("session_on", "pk"):
        found.setdefault(person_id, {})[str(training or number)] = day
    return found


def secretarial_services(people: Sequence[int]) -> dict[int, list[Service]]:
    """Every service as secretary that these people ever had, the first one first."""
    rows = Affiliation.objects.filter(SECRETARIAL, person__in=people)
    found: dict[int, list[Service]] = {}
    for person_id, *row in rows.order_by("from_on", "pk").values_list("person", *FIELDS):
        found.setdefault(person_id, []).append(service_of(tuple(row)))
    return found


def named_people(people: Sequence[int], text: str) -> set[int]:
    """Those of `people` whose name sounds like `text`."""
    return set(Person.objects.named(text).filter(pk__in=people).values_list("pk", flat=True))
