"""Rules of the ledger that a district may set; targets stand in committees.policies."""

from django.utils.translation import gettext_lazy as _

from committees.policies import PolicyKey
from core.registries import policy_keys

KEYS = (
    PolicyKey(
        key="hours.minutes_per_hour",
        label=_("Minutes of a class hour"),
        default=45,
        unit=_("minutes"),
        source_zh="本平台设定（各地有45分钟、60分钟两种算法，待各区确认）",
        source_en="Set by this portal (45 and 60 minutes are both in use; each district confirms)",
        grade="D",
    ),
)


def register() -> None:
    """Called once at start-up."""
    for entry in KEYS:
        policy_keys.add(entry.key, entry)
