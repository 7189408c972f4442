"""Why a person has so many class hours: caps and factors applied by one pure function.

Everything is integer quarters and exact fractions. `explain` says of every line what it is worth,
what of it counts and why not the rest; `count` gives the same total from sums by category, for
lists of thousands.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from records.models.entries import HourCategory, HourState
from records.rules import Rules

STANDING = (HourState.VERIFIED, HourState.LOCKED)
# A centralised training is called by others; what one studies at home in the unit may be capped.
OWN_UNIT = HourCategory.COLLECTIVE


class Why(TextChoices):
    """Why a line, or a part of it, counts or does not."""

    COUNTED = "counted", _("counts in full")
    ONLINE_CAP = "online_cap", _("beyond the share of online study")
    UNIT_CAP = "unit_cap", _("beyond the share of study in one's own unit")
    FACTOR = "factor", _("this kind of hours does not count towards the target")
    PENDING = "pending", _("waits to be verified")
    REJECTED = "rejected", _("returned")
    REVERSED = "reversed", _("taken back")


REASON_OF_STATE = {
    HourState.PENDING: Why.PENDING,
    HourState.REJECTED: Why.REJECTED,
    HourState.REVERSED: Why.REVERSED,
}


@dataclass(frozen=True, slots=True)
class Fact:
    """An entry as far as counting asks. `number` only orders facts of one day."""

    number: int
    on: datetime.date
    category: str
    quarters: int
    state: str


@dataclass(frozen=True, slots=True)
class Line:
    """A fact, what it is worth after its factor, and what of that counts."""

    fact: Fact
    worth: int
    counted: int
    why: Why


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """A category: verified, worth, counted and waiting quarters; `cap` None: no limit."""

    category: str
    verified: int
    worth: int
    counted: int
    pending: int
    cap: int | None

    @property
    def uncounted(self) -> int:
        return self.worth - self.counted

    @property
    def room(self) -> int | None:
        """Quarters that still count; None: as many as one likes."""
        return None if self.cap is None else max(self.cap - self.counted, 0)


@dataclass(frozen=True, slots=True)
class Count:
    """A year in sums."""

    target: int
    carried: int
    counted: Mapping[str, int]

    @property
    def total(self) -> int:
        return self.carried + sum(self.counted.values())

    @property
    def gap(self) -> int:
        """What is missing; 0 when the target is reached or there is none."""
        return max(self.target - self.total, 0)

    @property
    def surplus(self) -> int:
        """What is beyond the target, of this year's own hours."""
        return max(self.total - self.carried - self.target, 0) if self.target else 0


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole answer to "why so many?", as data."""

    target: int
    carried: int
    lines: Sequence[Line]
    categories: Sequence[CategoryLine]

    @property
    def total(self) -> int:
        return self.carried + sum(line.counted for line in self.lines)

    @property
    def gap(self) -> int:
        return max(self.target - self.total, 0)

    @property
    def pending(self) -> int:
        return sum(line.pending for line in self.categories)

    @property
    def uncounted(self) -> int:
        """Verified quarters that no cap lets count."""
        return sum(line.uncounted for line in self.categories)


def caps(rules: Rules, target: int) -> dict[str, int]:
    """Most quarters that count, by category, for those that have a limit."""
    shares = {HourCategory.ONLINE: rules.online_cap, OWN_UNIT: rules.unit_cap}
    found: dict[str, int] = {
        category: int(target * share) for category, share in shares.items() if share < 1
    }
    return found if target else {}


def factor(rules: Rules, category: str) -> int:
    if category == HourCategory.LECTURE:
        return rules.lecture_factor
    if category == HourCategory.TUTORING:
        return rules.tutoring_factor
    return 1


def count(
    sums: Mapping[str, int],
    rules: Rules,
    target: int,
    carried: int = 0,
    most: Mapping[str, int] | None = None,
) -> Count:
    """What counts of verified `sums` by category. `most`: the `caps` of this target, for callers
    that ask for thousands of people with a few targets."""
    limits = caps(rules, target) if most is None else most
    counted = {}
    for category, quarters in sums.items():
        worth = max(quarters, 0) * factor(rules, category)
        counted[category] = min(worth, limits.get(category, worth))
    return Count(target, carried, counted)


def explain(facts: Iterable[Fact], rules: Rules, target: int, carried: int = 0) -> Explanation:
    """Every fact of a year with what counts of it. The order in which facts are given is of no
    account: under a cap the earlier day counts first."""
    most = caps(rules, target)
    left = dict(most)
    lines = [
        _line(fact, rules, left) for fact in sorted(facts, key=lambda fact: (fact.on, fact.number))
    ]
    found = {line.fact.category for line in lines}
    categories = [
        _category(category, [line for line in lines if line.fact.category == category], rules, most)
        for category in HourCategory.values
        if category in found
    ]
    return Explanation(target, carried, lines, categories)


def _line(fact: Fact, rules: Rules, left: dict[str, int]) -> Line:
    """One line; takes what counts from what is `left` under its cap."""
    if fact.state not in STANDING:
        return Line(fact, 0, 0, REASON_OF_STATE[HourState(fact.state)])
    worth = fact.quarters * factor(rules, fact.category)
    if not worth:
        return Line(fact, 0, 0, Why.FACTOR)
    counted = min(worth, left.get(fact.category, worth))
    if fact.category in left:
        left[fact.category] -= counted
    if counted == worth:
        return Line(fact, worth, counted, Why.COUNTED)
    online = fact.category == HourCategory.ONLINE
    return Line(fact, worth, counted, Why.ONLINE_CAP if online else Why.UNIT_CAP)


def _category(
    category: str, lines: Sequence[Line], rules: Rules, most: Mapping[str, int]
) -> CategoryLine:
    standing = [line for line in lines if line.fact.state in STANDING]
    pending = [line.fact.quarters for line in lines if line.why == Why.PENDING]
    return CategoryLine(
        category=category,
        verified=sum(line.fact.quarters for line in standing),
        worth=sum(line.worth for line in standing),
        counted=sum(line.counted for line in standing),
        pending=sum(pending),
        cap=0 if factor(rules, category) == 0 else most.get(category),
    )


def share(part: int, whole: int) -> Fraction:
    """An exact share; of nothing it is 0."""
    return Fraction(part, whole) if whole else Fraction(0)
