"""Which yearly target a person has: a pure function of the services open on a day.

The highest of them counts. A target is never divided by months: it is that of the post held on the
day of the report (for a past year on its last day), and the spans before stay visible as history.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from committees.models.people import Post
from records.rules import Rules


class Basis(StrEnum):
    """Where a target comes from: the name of the rule."""

    SECRETARY = "hours.secretary_year"
    PARTY_COMMITTEE = "hours.party_committee_member_year"
    COMMITTEE_ONLY = "hours.committee_only_member_year"
    STREET_CADRE = "hours.street_cadre_year"
    PARTY_MEMBER = "hours.party_member_year"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Service:
    """A dated service as far as targets ask. `from_on` None: since before anybody knows."""

    post: str
    secretary: bool
    from_on: datetime.date | None
    to_on: datetime.date | None
    place_id: int | None = None
    place_path: str = ""

    def holds(self, day: datetime.date) -> bool:
        began = self.from_on is None or self.from_on <= day
        return began and (self.to_on is None or self.to_on >= day)


@dataclass(frozen=True, slots=True)
class Target:
    """Quarters of a year, the rule they come from, and the service that brings them. 0: none."""

    quarters: int = 0
    basis: Basis = Basis.NONE
    service: Service | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A target and the days of the year on which it held."""

    from_on: datetime.date
    to_on: datetime.date
    target: Target


NO_TARGET = Target()
STREET = (Post.STREET_CADRE, Post.ORGANISER)
PARTY_COMMITTEE = (Post.DEPUTY, Post.FIRST_SECRETARY)
COMMITTEE_ONLY = (Post.HEAD, Post.MEMBER)


def of_service(service: Service, is_party_member: bool, rules: Rules) -> Target:
    """The target that one service brings."""
    if service.secretary:
        return Target(rules.secretary, Basis.SECRETARY, service)
    if service.post in PARTY_COMMITTEE:
        return Target(rules.party_committee, Basis.PARTY_COMMITTEE, service)
    if service.post in STREET:
        return Target(rules.street_cadre, Basis.STREET_CADRE, service)
    if service.post in COMMITTEE_ONLY and is_party_member and rules.committee_only_counts:
        return Target(rules.party_member, Basis.COMMITTEE_ONLY, service)
    if is_party_member:
        return Target(rules.party_member, Basis.PARTY_MEMBER, service)
    return Target(0, Basis.NONE, service)


def target_on(
    services: Iterable[Service], is_party_member: bool, rules: Rules, day: datetime.date
) -> Target:
    """The highest target of the services open on `day`; of equal ones the secretary's, then the
    one that began last."""
    found = [
        of_service(service, is_party_member, rules) for service in services if service.holds(day)
    ]
    if not found:
        return Target(rules.party_member, Basis.PARTY_MEMBER) if is_party_member else NO_TARGET
    return max(found, key=_rank)


def _rank(target: Target) -> tuple[int, bool, datetime.date, int]:
    service = target.service
    assert service is not None  # only targets of services are ranked
    began = service.from_on or datetime.date.min
    return target.quarters, service.secretary, began, -(service.place_id or 0)


def history(
    services: Sequence[Service],
    is_party_member: bool,
    rules: Rules,
    year: int,
    until: datetime.date,
) -> list[Span]:
    """The targets of `year` up to `until`, in order, without gaps; equal neighbours are one."""
    first, last = datetime.date(year, 1, 1), min(until, datetime.date(year, 12, 31))
    turns = {first}
    for service in services:
        after = service.to_on + datetime.timedelta(days=1) if service.to_on else None
        turns |= {day for day in (service.from_on, after) if day and first <= day <= last}
    spans: list[Span] = []
    days = sorted(turns) if first <= last else []
    for number, day in enumerate(days):
        end = days[number + 1] - datetime.timedelta(days=1) if number + 1 < len(days) else last
        target = target_on(services, is_party_member, rules, day)
        if spans and spans[-1].target == target:
            spans[-1] = Span(spans[-1].from_on, end, target)
        else:
            spans.append(Span(day, end, target))
    return spans
