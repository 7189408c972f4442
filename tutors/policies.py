"""Rules of tutoring that districts may set for themselves."""

from __future__ import annotations

import datetime

from django.utils.translation import gettext_lazy as _

from committees.models import Place
from committees.policies import PolicyKey, policy

SEEN_ZH = "本平台假定；所见做法：一带一（漕河泾）、6带10（天长）、348对410（银川）、39对42（西夏）"
SEEN_EN = (
    "Assumed by this portal; seen in practice: one to one (Caohejing), 6 tutors with 10 pupils "
    "(Tianchang), 348 with 410 (Yinchuan), 39 with 42 (Xixia)"
)

KEYS = (
    PolicyKey(
        key="tutor.max_active_pupils",
        label=_("Most pupils of one tutor at a time"),
        default=5,
        source_zh=SEEN_ZH,
        source_en=SEEN_EN,
        grade="D",
    ),
    PolicyKey(
        key="tutor.advised_active_pupils",
        label=_("Pupils of one tutor from which a warning is shown"),
        default=3,
        source_zh=SEEN_ZH,
        source_en=SEEN_EN,
        grade="D",
    ),
)


def most_active_pupils(district: Place, day: datetime.date) -> int:
    """Above this number a further pairing is refused."""
    return int(policy("tutor.max_active_pupils", district, day).value)


def advised_active_pupils(district: Place, day: datetime.date) -> int:
    """From this number on a further pairing is possible, with a warning."""
    return int(policy("tutor.advised_active_pupils", district, day).value)
