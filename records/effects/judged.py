"""Who gains and who loses when a rule changes that hours are counted by.

Everybody is counted twice from the same facts: by the rules as they stand, and by the rules with
the new value. What an entry holds is not touched by either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from committees.policies import policies
from committees.policy_effects import Change, Effect
from core.templatetags.house import hours
from records import metrics
from records.effects.who import districts_of, named, year_of
from records.reading.district import (
    Book,
    Standing,
    count_all,
    read_facts,
    secretarial_services,
)
from records.reading.services import report_day
from records.rules import KEYS, rules_of
from records.targets import Basis

# The rule that a target names, and the rule its figure is taken from.
READ_FROM = {
    Basis.SECRETARY: "hours.secretary_year",
    Basis.PARTY_COMMITTEE: "hours.party_committee_member_year",
    Basis.COMMITTEE_ONLY: "hours.party_member_year",
    Basis.PARTY_MEMBER: "hours.party_member_year",
    Basis.STREET_CADRE: "hours.street_cadre_year",
}
COMMITTEE_ONLY_KEY = "hours.committee_only_member_year"
TARGET_KEYS = (*dict.fromkeys(READ_FROM.values()), COMMITTEE_ONLY_KEY)
COUNTING_KEYS = (
    "hours.online_cap_share",
    "hours.unit_study_cap_share",
    "hours.tutoring_factor",
    "hours.lecture_given_factor",
    "hours.carry_over",
)
CENTRALISED_KEY = "training.centralised_min_year"
TRAINING_KEYS = (CENTRALISED_KEY, "training.induction_deadline")


@dataclass(frozen=True, slots=True)
class Twice:
    """A place counted by the rules as they stand and by the new ones."""

    before: Book
    after: Book

    def each(self) -> Iterator[tuple[Standing, Standing]]:
        """Those who owe hours by one of the two."""
        after = {one.person_id: one for one in self.after.standings}
        for one in self.before.standings:
            other = after.get(one.person_id)
            if other is not None and (one.owes or other.owes):
                yield one, other


def _twice(change: Change) -> list[Twice]:
    year, today = year_of(change), timezone.localdate()
    found = []
    for place in districts_of(change):
        facts = read_facts(place, year, today)
        answers = policies(KEYS, place, report_day(year, today))
        value = {key: answer.value for key, answer in answers.items()}
        before, after = (
            count_all(facts, rules_of(value | {change.key: one}, answers))
            for one in (change.before, change.after)
        )
        found.append(Twice(before, after))
    return found


# --- Targets --------------------------------------------------------------------------------------
def target_effect(change: Change) -> Effect:
    """Who reaches the new target and not the old one, and who reached only the old one; measured
    by the hours that stand today."""
    pairs = [pair for twice in _twice(change) for pair in twice.each()]
    gain = [one.person_id for one, other in pairs if one.gap and not other.gap]
    lose = [one.person_id for one, other in pairs if other.gap and not one.gap]
    count = sum(_has(change.key, one) or _has(change.key, other) for one, other in pairs)
    note = _(
        "%(count)d people have this target. Measured by the verified hours of %(year)d as they "
        "stand today."
    )
    return Effect(
        gains=len(gain),
        loses=len(lose),
        gainers=named(gain),
        losers=named(lose),
        notes=(note % {"count": count, "year": year_of(change)},),
    )


def _has(key: str, one: Standing) -> bool:
    """Does the target of this standing come from the rule?"""
    if key == COMMITTEE_ONLY_KEY:
        return one.basis == Basis.COMMITTEE_ONLY
    return one.owes and READ_FROM.get(one.basis) == key


# --- Caps, factors, carry-over --------------------------------------------------------------------
def counting_effect(change: Change) -> Effect:
    """Of whom more hours count than before, and of whom fewer, each with both figures."""
    pairs = [pair for twice in _twice(change) for pair in twice.each()]
    gain: dict[int, str] = {}
    lose: dict[int, str] = {}
    for one, other in pairs:
        was, becomes = one.counted.total, other.counted.total
        if was != becomes:
            (gain if becomes > was else lose)[one.person_id] = f"{hours(was)} → {hours(becomes)}"
    reached = sum(bool(one.gap and not other.gap) for one, other in pairs)
    missed = sum(bool(other.gap and not one.gap) for one, other in pairs)
    notes = (
        _("Measured by the verified hours of %(year)d as they stand today, of %(count)d people.")
        % {"count": len(pairs), "year": year_of(change)},
        _("%(reached)d of them reach their target only now, %(missed)d no longer.")
        % {"reached": reached, "missed": missed},
    )
    return Effect(len(gain), len(lose), named(gain), named(lose), notes)


# --- Centralised and induction training -----------------------------------------------------------
def training_effect(change: Change) -> Effect:
    """Whose year is complete only by the new value, and whose only by the old one."""
    gain: list[int] = []
    lose: list[int] = []
    for twice in _twice(change):
        was, becomes = (_in_order(change.key, book) for book in (twice.before, twice.after))
        gain += [person for person, good in becomes.items() if good and was.get(person) is False]
        lose += [person for person, good in was.items() if good and becomes.get(person) is False]
    note = _("Measured by the trainings of %(year)d as they stand today.")
    return Effect(
        len(gain), len(lose), named(gain), named(lose), (note % {"year": year_of(change)},)
    )


def _in_order(key: str, book: Book) -> Mapping[int, bool]:
    """By secretary: is nothing missing of what this rule asks?"""
    services = secretarial_services([one.person_id for one in book.secretaries])
    if key == CENTRALISED_KEY:
        return {row.standing.person_id: row.done for row in metrics.centralised(book, services)}
    late = (metrics.Stage.LATE, metrics.Stage.OVERDUE)
    return {
        row.standing.person_id: row.stage not in late for row in metrics.induction(book, services)
    }
