"""How long a day, half a day, an hour and an online lesson are, by the rules of a district."""

from __future__ import annotations

import datetime

from committees.models import Place
from committees.policies import policies
from records.conversion import Conversion

KEYS = (
    "hours.full_day",
    "hours.half_day",
    "hours.minutes_per_hour",
    "hours.online_bands",
    "hours.online_test",
    "hours.rounding",
)


def conversion_at(place: Place | None, on: datetime.date) -> Conversion:
    """The measures that hold at `place` on `on`; hours in quarters. One query."""
    value = {key: answer.value for key, answer in policies(KEYS, place, on).items()}
    return Conversion(
        full_day=value["hours.full_day"],
        half_day=value["hours.half_day"],
        minutes_per_hour=value["hours.minutes_per_hour"],
        online_bands=tuple((start, worth) for start, worth in value["hours.online_bands"]),
        online_test=value["hours.online_test"],
        rounding=value["hours.rounding"],
    )
