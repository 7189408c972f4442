"""Rules of tutoring that districts may set for themselves."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from committees.models import Place
from committees.policies import PolicyKey, policy, register_keys
from committees.rules import Choice, Duration, Parts, Weights, Whole

SEEN: dict[str, Any] = {
    "source_zh": "本平台假定；所见做法：一带一（漕河泾）、6带10（天长）、"
    "348对410（银川）、39对42（西夏）",
    "source_en": "Assumed by this portal; seen in practice: one to one (Caohejing), 6 tutors with "
    "10 pupils (Tianchang), 348 with 410 (Yinchuan), 39 with 42 (Xixia)",
}
TIANCHANG: dict[str, Any] = {
    "source_zh": "天长市“青蓝工程”：导师任书记5年以上；每月交流、每季复盘、年度考核",
    "source_en": "Tianchang: tutors with 5 years in post; monthly exchange, quarterly "
    "replay, yearly "
    "assessment",
    "grade": "B",
}
YINCHUAN: dict[str, Any] = {
    "source_zh": "银川市导师帮带制（2021）：六类帮带对象；一季一了解、半年一座谈、一年一考核",
    "source_en": "Tutorial system of Yinchuan (2021): six groups of pupils; a look each quarter, a "
    "talk each half-year, an appraisal each year",
    "grade": "B",
}
TERM: dict[str, Any] = {
    "source_zh": "某企业师徒规定：带徒不超过2人、期限不超过1年、每月有计划；期限为本平台假定",
    "source_en": "An enterprise rule: 2 apprentices and 1 year at most; the term is assumed",
    "grade": "D",
}

KEYS = (
    PolicyKey(
        "lecturer.term_years",
        _("Term of a lecturer"),
        Duration(("year", "month"), 100),
        {"count": 2, "unit": "year"},
        group="tutoring",
        source_zh="陕州区讲师聘任（2020）：聘期两年",
        source_en="Lecturers of Shanzhou (2020): a term of two years",
        grade="B",
    ),
    PolicyKey(
        "tutor.appointing_level",
        _("Who appoints tutors"),
        Choice(
            {
                "district": _("the district Party committee or its department"),
                "subdistrict": _("the sub-district"),
                "base": _("the training base"),
            }
        ),
        "district",
        group="tutoring",
        source_zh="《中国共产党党员教育管理工作条例》第四十一条：县级以上党委选聘党员教育讲师",
        source_en="Regulation on the education and management of Party members, Article 41: Party "
        "committees at county level or above appoint lecturers",
        grade="A",
    ),
    PolicyKey(
        "tutor.max_active_pupils",
        _("Most pupils of one tutor at a time"),
        Whole(1, 50),
        5,
        group="tutoring",
        computes=True,
        **SEEN,
    ),
    PolicyKey(
        "tutor.advised_active_pupils",
        _("Pupils of one tutor from which a warning is shown"),
        Whole(1, 50),
        3,
        group="tutoring",
        computes=True,
        **SEEN,
    ),
    PolicyKey(
        "pupil.max_active_tutors",
        _("Most tutors of one pupil at a time"),
        Whole(1, 2),
        1,
        group="tutoring",
        source_zh="偏关“双导师”为两名；默认一名",
        source_en="Pianguan gives two tutors (theory and practice); one by default",
        grade="B",
        note_zh="目前数据库只允许一名在带导师。",
        note_en="At present the database allows one open tutor.",
    ),
    PolicyKey(
        "pairing.term_months",
        _("Term of a pairing"),
        Duration(("month",), 60),
        {"count": 12, "unit": "month"},
        group="tutoring",
        **TERM,
    ),
    PolicyKey(
        "pairing.extension_months",
        _("A pairing is extended by"),
        Duration(("month",), 60),
        {"count": 6, "unit": "month"},
        group="tutoring",
        **TERM,
    ),
    PolicyKey(
        "pairing.meeting_every",
        _("Meetings of a pair"),
        Parts(
            {
                "a_month": (_("meetings a month"), Whole(0, 10)),
                "red_after": (_("days without a log until it is shown"), Whole(1, 400)),
                "to_graduate": (_("meetings needed to graduate"), Whole(0, 100)),
            }
        ),
        {"a_month": 1, "red_after": 45, "to_graduate": 6},
        group="tutoring",
        note_zh="每月一次有依据；45天与6次为本平台假定。",
        note_en="Once a month has a source; 45 days and 6 meetings are assumed.",
        **TIANCHANG,
    ),
    PolicyKey(
        "tutor.min_years_in_post",
        _("Years in post of a tutor, at least"),
        Whole(0, 40, _("years")),
        5,
        group="tutoring",
        **TIANCHANG,
    ),
    PolicyKey(
        "tutor.lectures_year",
        _("Lectures of a tutor in a year"),
        Whole(0, 50),
        2,
        group="tutoring",
        source_zh="福州台江：每名导师每年授课两次",
        source_en="Taijiang, Fuzhou: each tutor lectures twice a year",
        grade="B",
    ),
    PolicyKey(
        "pairing.reviews",
        _("Reviews of a pairing"),
        Choice(
            {
                "quarter": _("a look each quarter"),
                "half_year": _("a talk each half-year"),
                "year": _("an appraisal each year"),
            },
            several=True,
        ),
        ["quarter", "half_year", "year"],
        group="tutoring",
        **YINCHUAN,
    ),
    PolicyKey(
        "pairing.pupil_groups",
        _("Who is given a tutor"),
        Choice(
            {
                "new_cadre": _("cadres of two years or less in a township"),
                "sent": _("newly sent first secretaries and teams"),
                "key_support": _("secretaries of villages and communities with key support"),
                "new_leader": _("new leaders of townships"),
                "new_secretary": _("new village and community secretaries"),
                "young_cadre": _("young cadres of townships"),
                "three_years": _("secretaries of three years or less in post"),
            },
            several=True,
        ),
        [
            "new_cadre",
            "sent",
            "key_support",
            "new_leader",
            "new_secretary",
            "young_cadre",
            "three_years",
        ],
        group="tutoring",
        note_zh="三年出自西夏区报道。",
        note_en="The three years come from the report on Xixia.",
        **YINCHUAN,
    ),
    PolicyKey(
        "pairing.match_weights",
        _("Weights for matching tutor and pupil"),
        Weights(
            {
                "field": _("close field"),
                "distance": _("easy to meet"),
                "load": _("few pupils"),
                "wish": _("own wish"),
            }
        ),
        {"field": 40, "distance": 20, "load": 20, "wish": 20},
        group="tutoring",
        source_zh="银川、固原结对原则（领域相近、便于见面、以强带弱、双方自愿）；分值为本平台假定",
        source_en="Principles of Yinchuan and Guyuan (close field, easy to meet, both "
        "willing); the "
        "figures are assumed",
        grade="D",
    ),
)

# What a pairing keeps from the day it is signed.
KEPT = (
    "tutor.max_active_pupils",
    "tutor.advised_active_pupils",
    "pupil.max_active_tutors",
    "pairing.term_months",
    "pairing.extension_months",
    "pairing.meeting_every",
    "pairing.reviews",
)


def most_active_pupils(district: Place, day: datetime.date) -> int:
    """Above this number a further pairing is refused."""
    return int(policy("tutor.max_active_pupils", district, day).value)


def advised_active_pupils(district: Place, day: datetime.date) -> int:
    """From this number on a further pairing is possible, with a warning."""
    return int(policy("tutor.advised_active_pupils", district, day).value)


def register() -> None:
    """Called once at start-up."""
    register_keys(KEYS)
