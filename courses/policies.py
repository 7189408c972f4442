"""Rules of classes that a district may set; each default names its source."""

from django.utils.translation import gettext_lazy as _

from committees.policies import PolicyKey
from core.registries import policy_keys

KEYS = (
    PolicyKey(
        key="completion.min_attendance",
        label=_("Least share of sessions attended to complete a class"),
        default="3/4",
        source_zh="某地2017年培训通知：出勤不足四分之三不予评定（通行做法，待各区确认）",
        source_en="A training notice of 2017: no result under three quarters of attendance "
        "(common practice, each district confirms it)",
        grade="B",
    ),
    PolicyKey(
        key="attendance.late_grace",
        label=_("Minutes after the start that still count as present"),
        default=15,
        unit=_("minutes"),
        source_zh="本平台设定（待各区确认）",
        source_en="Set by this portal (each district confirms it)",
        grade="D",
    ),
)


def register() -> None:
    """Called once at start-up."""
    for entry in KEYS:
        policy_keys.add(entry.key, entry)
