"""What a change of a rule does to people, told before it is made.

An app registers for its keys (core.registries.policy_effects) a function that counts and names who
gains and who loses. Entries of the past are never computed anew: an effect speaks of what is judged
from the day of the change on.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from committees.models import Place
from committees.policies import PolicyAnswer, policy
from core.registries import policy_effects

MOST_NAMED = 50  # names on the page; the counts are of all


@dataclass(frozen=True)
class Change:
    """A value that is about to become another one."""

    key: str
    place: Place | None
    before: Any
    after: Any
    on: datetime.date


@dataclass(frozen=True)
class Effect:
    """Who gains, who loses: how many, and the first of them by name. `notes`: other sentences."""

    gains: int = 0
    loses: int = 0
    gainers: tuple[str, ...] = ()
    losers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    named: bool = True  # people or things are named; else the notes say it all


@dataclass(frozen=True)
class Preview:
    """What the person at the desk sees before confirming; `digest` stands for all of it."""

    change: Change
    standing: PolicyAnswer
    effect: Effect | None
    digest: str


def preview(key: str, district: Place | None, after: Any, on: datetime.date) -> Preview:
    """The value that would be replaced on `on`, and what that does."""
    standing = policy(key, district, on)
    change = Change(key, district, standing.value, after, on)
    effect = policy_effects.get(key)(change) if key in policy_effects else None
    facts = {
        "key": key,
        "district": district.pk if district else None,
        "before": change.before,
        "after": after,
        "on": on,
        "effect": [effect.gains, effect.loses, effect.gainers, effect.losers] if effect else None,
    }
    text = json.dumps(facts, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    return Preview(change, standing, effect, hashlib.sha256(text.encode()).hexdigest())
