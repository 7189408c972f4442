"""How long a day, half a day, an hour and an online lesson are, by the rules of a district."""

from __future__ import annotations

import datetime

from committees.models import Place
from committees.policies import policy
from core.registries import policy_keys
from records.conversion import Conversion

KEYS = {
    "full_day": "hours.full_day",
    "half_day": "hours.half_day",
    "minutes_per_hour": "hours.minutes_per_hour",
    "online_bands": "hours.online_bands",
    "online_test": "hours.online_test",
}


def conversion_at(place: Place | None, on: datetime.date) -> Conversion:
    """The measures that hold at `place` on `on`; hours in quarters."""
    values = {
        name: policy(key, place, on).value for name, key in KEYS.items() if key in policy_keys
    }
    return Conversion(**values)
