"""How a rule stands at a place on a day: its value, the check of its source, what is wrong."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from committees.models import Place, PolicyCheck, PolicyValue
from committees.policies import PolicyAnswer, PolicyKey, place_ids, policies
from core.registries import policy_keys


class SourceState(TextChoices):
    """What is known of the source of a value."""

    VALID = "valid", _("in force")
    EXPIRED = "source_expired", _("source expired")
    UNCHECKED = "unchecked", _("unchecked")


@dataclass(frozen=True)
class Standing:
    """One rule as the list and its page show it."""

    rule: PolicyKey
    answer: PolicyAnswer
    check: PolicyCheck | None
    state: SourceState

    @property
    def value(self) -> str:
        return self.rule.say(self.answer.value)

    @property
    def own(self) -> bool:
        """The district has set it itself."""
        return self.answer.district_id is not None

    @property
    def open_point(self) -> bool:
        """Stands in the list to be checked before the portal is relied on."""
        return self.state != SourceState.VALID

    @property
    def checked_by(self) -> str:
        return self.check.checked_by if self.check else self.answer.checked_by

    @property
    def checked_on(self) -> datetime.date | None:
        return self.check.checked_on if self.check else self.answer.checked_on

    @property
    def edition(self) -> str:
        return self.check.edition if self.check else ""

    @property
    def source_ends_on(self) -> datetime.date | None:
        """A check that found a new last day counts more than what was entered with the value."""
        found = self.check.source_ends_on if self.check else None
        return found or self.answer.source_expired_on


def standings(
    place: Place | None, on: datetime.date, keys: Iterable[str] | None = None
) -> list[Standing]:
    """Rules in the order of the registry. Two queries, however many rules."""
    wanted = policy_keys.keys() if keys is None else list(keys)
    answers = policies(wanted, place, on)
    latest = _latest_checks(wanted, place, on)
    found = []
    for key in wanted:
        answer = answers[key]
        check = latest.get((key, answer.value_id))
        row = Standing(policy_keys.get(key), answer, check, SourceState.VALID)
        found.append(Standing(row.rule, answer, check, _state(row, on)))
    return found


def _latest_checks(
    keys: Iterable[str], place: Place | None, on: datetime.date
) -> dict[tuple[str, int | None], PolicyCheck]:
    rows = (
        PolicyCheck.objects.filter(key__in=list(keys), checked_on__lte=on)
        .filter(Q(district=None) | Q(district__in=place_ids(place)))
        .order_by("checked_on", "pk")
    )
    return {(row.key, row.value_id): row for row in rows}


def _state(row: Standing, on: datetime.date) -> SourceState:
    ends_on = row.source_ends_on
    if ends_on is not None and ends_on < on:
        return SourceState.EXPIRED
    return SourceState.VALID if row.checked_on is not None else SourceState.UNCHECKED


def history(key: str, place: Place | None) -> QuerySet[PolicyValue]:
    """Every value of a rule that holds, held or will hold at `place`, latest first."""
    return (
        PolicyValue.objects.filter(key=key)
        .filter(Q(district=None) | Q(district__in=place_ids(place)))
        .select_related("district")
        .order_by("-from_on", PolicyValue.own_district_first(), "-pk")
    )
