"""The invented catalogue and calendar of the demonstration's base, as plain data.

Days count from the day of the demonstration. Courses and classes of real bases stand in demo.py and
hold no more than an article says.
"""

from __future__ import annotations

from typing import NamedTuple

from courses.models import Offering
from records.models import HourCategory

Kind = Offering.Kind


class PlannedCourse(NamedTuple):
    key: str
    zh: str
    en: str
    quarters: int
    about_zh: str
    about_en: str


class PlannedClass(NamedTuple):
    """`sessions`: (day of the class, start hour, course key, category), each of three hours and
    four class hours. `secretaries` and `members`: slices (from, to) of the lists of people."""

    key: str
    zh: str
    en: str
    kind: str
    day: int
    days: int
    seats: int
    fate: str
    sessions: tuple[tuple[int, int, str, str], ...]
    secretaries: tuple[int, int] = (0, 0)
    members: tuple[int, int] = (0, 0)
    venue_zh: str = "晨光区书记实训基地（演示）一号教室"
    venue_en: str = "Chenguang base (demonstration), room 1"


COURSES = (
    PlannedCourse(
        "lift",
        "加装电梯：意见征询与楼组协商",
        "Lifts in old buildings: asking and reconciling neighbours",
        16,
        "从低层住户的担心谈起，练习一次意见征询和一次楼组协商会。",
        "Begins with what the lower floors fear, and practises one survey and one meeting.",
    ),
    PlannedCourse(
        "charging",
        "充电桩进小区：选址、消防与收费",
        "Charging piles: where, how safe, at what price",
        16,
        "飞线充电怎么劝，车棚怎么选址，收费怎么公示。",
        "Talking people out of flying wires, choosing a site, publishing the price.",
    ),
    PlannedCourse(
        "election",
        "业委会换届：党组织怎样把方向",
        "Electing the owners' committee: how the Party organisation guides",
        16,
        "筹备组怎么组成，候选人怎么推，投票怎样过半。",
        "Forming the preparatory group, finding candidates, reaching the majorities.",
    ),
    PlannedCourse(
        "parking",
        "停车改造：从摸底到表决",
        "Parking renovation: from the first count to the vote",
        16,
        "先数车位再开会，方案三选一，表决前公示七天。",
        "Count the places before the meeting, offer three plans, publish for seven days.",
    ),
    PlannedCourse(
        "renewal",
        "小区微更新：小项目里的大民意",
        "Micro-renewal: what residents want in small projects",
        16,
        "晾衣架、步道、照明：怎样让居民提得出、定得下、用得好。",
        "Drying racks, paths, lamps: how residents propose, decide and keep them.",
    ),
    PlannedCourse(
        "first-days",
        "新任书记的头一百天",
        "A new secretary's first hundred days",
        16,
        "走访名单、班子谈心、第一次居民会议。",
        "A list of visits, talks with the team, the first residents' meeting.",
    ),
    PlannedCourse(
        "dispute",
        "矛盾纠纷早期介入：听、理、约",
        "Early intervention in disputes: listen, sort, agree",
        16,
        "三步听清一件事，什么时候请法治专员，什么时候请楼组长。",
        "Three steps to hear a matter out; when to call the specialist, when the building leader.",
    ),
    PlannedCourse(
        "visits",
        "走访百户：问需、记录与回音",
        "Visiting a hundred families: ask, note, answer",
        16,
        "一张问需表、一本走访记录、一次当面回音。",
        "One sheet of needs, one book of visits, one answer in person.",
    ),
)

# Keys of the courses that are special courses of the base.
SPECIAL = frozenset({"lift", "election"})

CENTRALISED, EXERCISE, FIELD = (
    HourCategory.CENTRALISED,
    HourCategory.EXERCISE,
    HourCategory.FIELD,
)

CLASSES = (
    PlannedClass(
        "spring",
        "春季书记轮训班（演示）",
        "Spring rotation class (demonstration)",
        Kind.ROTATION,
        -200,
        3,
        30,
        "completed",
        (
            (0, 9, "lift", CENTRALISED),
            (0, 13, "parking", CENTRALISED),
            (1, 9, "election", CENTRALISED),
            (1, 13, "dispute", CENTRALISED),
            (2, 9, "renewal", FIELD),
        ),
        secretaries=(0, 24),
    ),
    PlannedClass(
        "summer",
        "加装电梯专题班（演示）",
        "Class on lifts (demonstration)",
        Kind.TOPIC,
        -118,
        2,
        24,
        "completed",
        ((0, 9, "lift", CENTRALISED), (0, 13, "lift", EXERCISE), (1, 9, "dispute", CENTRALISED)),
        secretaries=(0, 14),
        members=(0, 6),
    ),
    PlannedClass(
        "running",
        "业委会换届情景实训班（演示）",
        "Owners' committee election, an immersive class (demonstration)",
        Kind.EXERCISE,
        -1,
        3,
        20,
        "running",
        (
            (0, 9, "election", CENTRALISED),
            (0, 13, "election", EXERCISE),
            (1, 9, "dispute", CENTRALISED),
            (1, 13, "election", EXERCISE),
            (1, 18, "election", EXERCISE),
            (2, 9, "election", EXERCISE),
        ),
        secretaries=(0, 11),
        members=(0, 7),
    ),
    PlannedClass(
        "soon",
        "矛盾纠纷早期介入研讨班（演示）",
        "Seminar on early intervention (demonstration)",
        Kind.TOPIC,
        2,
        1,
        20,
        "closed",
        ((0, 9, "dispute", CENTRALISED), (0, 13, "visits", CENTRALISED)),
        secretaries=(0, 13),
        members=(0, 4),
    ),
    PlannedClass(
        "nearly-full",
        "停车改造专题班（演示）",
        "Class on parking (demonstration)",
        Kind.TOPIC,
        8,
        1,
        20,
        "open",
        ((0, 9, "parking", CENTRALISED), (0, 13, "parking", EXERCISE)),
        secretaries=(3, 13),
        members=(10, 18),
    ),
    PlannedClass(
        "full",
        "充电桩进小区现场教学（演示）",
        "Charging piles on site (demonstration)",
        Kind.FIELD,
        11,
        1,
        12,
        "open",
        ((0, 9, "charging", FIELD),),
        secretaries=(12, 24),
        venue_zh="第二居委会车棚（演示）",
        venue_en="Bicycle shed of the second committee (demonstration)",
    ),
    PlannedClass(
        "induction",
        "新任书记任职培训班（演示）",
        "Induction class for new secretaries (demonstration)",
        Kind.INDUCTION,
        20,
        2,
        30,
        "open",
        (
            (0, 9, "first-days", CENTRALISED),
            (0, 13, "visits", CENTRALISED),
            (1, 9, "dispute", CENTRALISED),
        ),
        secretaries=(3, 7),
        members=(30, 34),
    ),
    PlannedClass(
        "salon",
        "书记沙龙：走访百户怎么走（演示）",
        "Secretaries' salon: visiting a hundred families (demonstration)",
        Kind.SALON,
        27,
        1,
        40,
        "open",
        ((0, 13, "visits", CENTRALISED),),
        secretaries=(18, 24),
        members=(40, 43),
    ),
    PlannedClass(
        "cancelled",
        "小区微更新沙龙（演示）",
        "Salon on micro-renewal (demonstration)",
        Kind.SALON,
        14,
        1,
        20,
        "cancelled",
        ((0, 13, "renewal", CENTRALISED),),
        secretaries=(1, 6),
    ),
    PlannedClass(
        "draft",
        "冬季书记轮训班（演示）",
        "Winter rotation class (demonstration)",
        Kind.ROTATION,
        45,
        3,
        40,
        "draft",
        (
            (0, 9, "visits", CENTRALISED),
            (1, 9, "charging", CENTRALISED),
            (2, 9, "first-days", CENTRALISED),
        ),
    ),
)

# How each fifth person fares in a completed class: marks of the sessions, repeated as needed.
HABITS = (
    ("present",),
    ("present", "present", "late"),
    ("present",),
    ("present", "early"),
    ("present", "present", "present", "leave", "leave"),
)
