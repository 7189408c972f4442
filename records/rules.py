"""The rules of the ledger on a day, read at once, as numbers: quarters and fractions."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from committees.models import Place
from committees.policies import PolicyAnswer, policies

WHOLE_HOUR = 4
KEYS = (
    "hours.secretary_year",
    "hours.party_committee_member_year",
    "hours.committee_only_member_year",
    "hours.street_cadre_year",
    "hours.party_member_year",
    "hours.online_cap_share",
    "hours.unit_study_cap_share",
    "hours.lecture_given_factor",
    "hours.tutoring_factor",
    "hours.carry_over",
    "training.centralised_min_year",
    "training.induction_deadline",
    "training.induction_alert",
)
SIX_MONTHS: Mapping[str, Any] = {"count": 6, "unit": "month"}
ALERT: Mapping[str, Any] = {"count": 120, "unit": "day"}


@dataclass(frozen=True, slots=True)
class Rules:
    """What the pure functions of the ledger are given. `answers` say where each value comes from.

    A cap of 1 is none: nothing beyond the target is asked of anybody.
    """

    secretary: int = 224
    party_committee: int = 224
    street_cadre: int = 360
    party_member: int = 128
    committee_only_counts: bool = True
    online_cap: Fraction = Fraction(1, 2)
    unit_cap: Fraction = Fraction(1)
    lecture_factor: int = 0
    tutoring_factor: int = 0
    carry_over: bool = False
    centralised_min: int = 1
    induction_deadline: Mapping[str, Any] = field(default_factory=lambda: SIX_MONTHS)
    induction_alert: Mapping[str, Any] = field(default_factory=lambda: ALERT)
    answers: Mapping[str, PolicyAnswer] = field(default_factory=dict)

    @property
    def targets(self) -> set[int]:
        """Every target these rules can bring, in quarters."""
        return {0, self.secretary, self.party_committee, self.street_cadre, self.party_member}


def rules_at(place: Place | None, on: datetime.date) -> Rules:
    """The rules that hold at `place` on `on`. One query."""
    answers = policies(KEYS, place, on)
    return rules_of({key: answer.value for key, answer in answers.items()}, answers)


def rules_of(value: Mapping[str, Any], answers: Mapping[str, PolicyAnswer]) -> Rules:
    """Rules from the values of all `KEYS`; `answers` say where they come from."""
    return Rules(
        secretary=value["hours.secretary_year"] * WHOLE_HOUR,
        party_committee=value["hours.party_committee_member_year"] * WHOLE_HOUR,
        street_cadre=value["hours.street_cadre_year"]["hours"] * WHOLE_HOUR,
        party_member=value["hours.party_member_year"] * WHOLE_HOUR,
        committee_only_counts=value["hours.committee_only_member_year"] == "as_party_member",
        online_cap=Fraction(value["hours.online_cap_share"]),
        unit_cap=Fraction(value["hours.unit_study_cap_share"]),
        lecture_factor=value["hours.lecture_given_factor"],
        tutoring_factor=value["hours.tutoring_factor"],
        carry_over=value["hours.carry_over"],
        centralised_min=value["training.centralised_min_year"],
        induction_deadline=value["training.induction_deadline"],
        induction_alert=value["training.induction_alert"],
        answers=answers,
    )
