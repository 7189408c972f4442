"""Which rules judge a class: those it opened with; a draft follows the rules of today."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from committees.policies import policy, snapshot
from courses.models import Offering

# What a class promises to those who enrol. The minutes of a class hour decide what it is worth.
KEPT = (
    "hours.minutes_per_hour",
    "hours.half_day",
    "hours.full_day",
    "attendance.unit",
    "attendance.late_grace",
    "attendance.lates_equal_absence",
    "leave.max_fraction",
    "leave.rule_min_days",
    "leave.approval_ladder",
    "absence.withdraw_days",
    "completion.min_attendance",
    "completion.min_attendance_short",
    "assessment.scale",
    "assessment.weights",
    "enrol.substitute_until",
    "evaluation.window_h",
    "evaluation.target_return",
)


def keep_rules(offering: Offering, on: datetime.date) -> None:
    """Take the snapshot in memory, once: a class that opens again keeps its first promise."""
    if not offering.rules:
        offering.rules = snapshot(KEPT, offering.base.host, on)


def rule(offering: Offering, key: str, on: datetime.date) -> Any:
    """The value that judges this class; for one without a snapshot that of `on`."""
    kept = offering.rules.get(key)
    return kept["value"] if kept else policy(key, offering.base.host, on).value


def least_attendance(offering: Offering, days: Iterable[datetime.date]) -> Fraction:
    """The share of sessions that completes the class; `days` are those it was held on."""
    held = set(days)
    from_days = int(rule(offering, "leave.rule_min_days", offering.ends_on))
    name = "completion.min_attendance" + ("" if len(held) >= from_days else "_short")
    return Fraction(str(rule(offering, name, offering.ends_on)))
