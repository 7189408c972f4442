"""Rules of class hours and targets that a district may set; each default names its source."""

import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from committees.policies import PolicyKey, register_keys
from committees.rules import Bands, Choice, Duration, Hours, Parts, Share, Whole, YesNo

HOURS = _("class hours")
PLAN: dict[str, Any] = {
    "grade": "C",
    "expired_on": datetime.date(2023, 12, 31),
    "note_zh": "规划期已于2023年届满；请核对2024—2028年规划的正式文本。",
    "note_en": "The plan ended in 2023; check the official text of the plan for 2024-2028.",
}
CADRES: dict[str, Any] = {
    "source_zh": "《干部教育培训工作条例》（2023年修订）：科级以下干部每年累计不少于12天或90学时，"
    "县处级以上五年累计不少于3个月或550学时；未达要求即提任的，一年内完成",
    "source_en": "Regulation on the training of cadres (2023): 12 days or 90 class hours a year up "
    "to section level, 3 months or 550 hours in five years above; made up within a year after a "
    "promotion",
    "grade": "A",
}
YUNNAN: dict[str, Any] = {
    "source_zh": "云南省2024—2028年有关实施办法：五年内轮训一遍，县级每年兜底培训（供参照）",
    "source_en": "Measures of Yunnan for 2024-2028: everyone once in five years, the county trains "
    "the rest each year (for comparison)",
    "grade": "B",
}
DAY_HOURS: dict[str, Any] = {
    "source_zh": "所见换算：半天4学时、一天8学时；亦有3/6与3.75/7.5（90学时合12天推算）",
    "source_en": "Seen: 4 for half a day and 8 for a day; also 3/6, and 3.75/7.5 from 90 hours in "
    "12 days",
    "grade": "C",
}

GAP_DAYS: dict[str, Any] = {
    "03-01": _("1 March"),
    "04-01": _("1 April"),
    "05-01": _("1 May"),
    "06-01": _("1 June"),
    "07-01": _("1 July"),
    "08-01": _("1 August"),
    "09-01": _("1 September"),
    "10-01": _("1 October"),
    "11-01": _("1 November"),
    "12-01": _("1 December"),
}

TARGETS = (
    PolicyKey(
        "hours.party_member_year",
        _("Class hours of a Party member in a year"),
        Whole(0, 500, HOURS),
        32,
        source_zh="《中国共产党党员教育管理工作条例》第二十条：党员每年集中学习培训时间一般不少于32学时",
        source_en="Regulation on the education and management of Party members, Article 20: "
        "generally at least 32 class hours of centralised study a year",
        grade="A",
        computes=True,
    ),
    PolicyKey(
        "hours.secretary_year",
        _("Class hours of a Party secretary in a year"),
        Whole(0, 500, HOURS),
        56,
        source_zh="《2019—2023年全国党员教育培训工作规划》：基层党组织书记每年不少于56学时（规划期已于2023年届满，续期文件待核实）",
        source_en="National plan for training Party members 2019-2023: at least 56 class hours a "
        "year for grassroots secretaries (the plan ended in 2023; its successor is to be checked)",
        computes=True,
        **PLAN,
    ),
    PolicyKey(
        "hours.party_committee_member_year",
        _("Class hours of a member of a Party committee in a year"),
        Whole(0, 500, HOURS),
        56,
        source_zh="《2019—2023年全国党员教育培训工作规划》：基层党组织书记和班子成员每年不少于56学时",
        source_en="National plan for training Party members 2019-2023: at least 56 class hours a "
        "year for secretaries and members of grassroots Party committees",
        computes=True,
        **PLAN,
    ),
    PolicyKey(
        "hours.committee_only_member_year",
        _("Class hours of a committee member outside the Party committee"),
        Choice({"as_party_member": _("as a Party member, else none"), "none": _("none")}),
        "as_party_member",
        computes=True,
    ),
    PolicyKey(
        "hours.street_cadre_year",
        _("A year's training of a sub-district cadre: hours, or days"),
        Parts(
            {"hours": (HOURS, Whole(0, 500, HOURS)), "days": (_("days"), Whole(0, 100, _("days")))},
            either=True,
        ),
        {"hours": 90, "days": 12},
        computes=True,
        **CADRES,
    ),
    PolicyKey(
        "hours.senior_cadre_5y",
        _("Five years' training of a leading cadre: hours, or months"),
        Parts(
            {
                "hours": (HOURS, Whole(0, 2000, HOURS)),
                "months": (_("months"), Whole(0, 24, _("months"))),
            },
            either=True,
        ),
        {"hours": 550, "months": 3},
        **CADRES,
    ),
    PolicyKey(
        "hours.online_cadre_year",
        _("Online hours of a cadre in a year (not for secretaries)"),
        Whole(0, 500, HOURS),
        50,
        source_zh="云南干部网络学院：干部每年网上自学不少于50学时（供参照）",
        source_en="Yunnan e-learning: at least 50 hours of online self-study a year (for "
        "comparison)",
        grade="B",
    ),
    PolicyKey(
        "training.centralised_min_year",
        _("Centralised trainings of a secretary in a year, county level or above"),
        Whole(0, 20),
        1,
        source_zh="《2019—2023年全国党员教育培训工作规划》：每年至少参加1次集中培训；另见某省社区书记县级以上培训每年至少1次",
        source_en="National plan 2019-2023: at least one centralised training a year; a provincial "
        "rule says the same at county level or above",
        computes=True,
        **PLAN,
    ),
    PolicyKey(
        "training.induction_deadline",
        _("A new secretary is trained within"),
        Duration(("day", "month")),
        {"count": 6, "unit": "month"},
        source_zh="《2019—2023年全国党员教育培训工作规划》：新任党组织书记半年内培训",
        source_en="National plan 2019-2023: new secretaries are trained within half a year",
        computes=True,
        **PLAN,
    ),
    PolicyKey(
        "training.induction_alert",
        _("A reminder that a new secretary is not trained yet, after"),
        Duration(("day", "month")),
        {"count": 120, "unit": "day"},
        computes=True,
    ),
    PolicyKey(
        "training.induction_notice",
        _("A new secretary who is not trained yet hears of it before the deadline"),
        Choice(
            {
                "90": _("90 days before"),
                "60": _("60 days before"),
                "30": _("30 days before"),
                "14": _("14 days before"),
            },
            several=True,
        ),
        ["60", "30"],
        note_zh="不选即不提醒；每人每次只提醒一次。",
        note_en="With none chosen nobody is told; each person hears once each time.",
        computes=True,
    ),
    PolicyKey(
        "training.promotion_makeup",
        _("Training missed before a promotion is made up within"),
        Duration(("day", "month")),
        {"count": 12, "unit": "month"},
        **CADRES,
    ),
    PolicyKey(
        "coverage.cycle_years",
        _("Everyone takes part in a rotation training once in"),
        Duration(("year",), 20),
        {"count": 5, "unit": "year"},
        **YUNNAN,
    ),
    PolicyKey(
        "coverage.backstop",
        _("The district lists each year who still needs training"),
        YesNo(),
        True,
        **YUNNAN,
    ),
)
CONVERSION = (
    PolicyKey(
        "hours.minutes_per_hour",
        _("Minutes of a class hour"),
        Whole(30, 60, _("minutes")),
        45,
        source_zh="本平台假定（各地有45分钟、60分钟两种算法，待各区确认）",
        source_en="Assumed by this portal (45 and 60 minutes are both in use; each district "
        "confirms)",
        computes=True,
    ),
    PolicyKey(
        "hours.half_day", _("Class hours of half a day"), Hours(8), 16, computes=True, **DAY_HOURS
    ),
    PolicyKey(
        "hours.full_day", _("Class hours of a day"), Hours(12), 32, computes=True, **DAY_HOURS
    ),
    PolicyKey(
        "hours.online_bands",
        _("Class hours of an online lesson by its length"),
        Bands(),
        [[30, 4], [15, 2], [1, 1]],
        source_zh="云南干部网络学院：30分钟及以上1学时，15—30分钟0.5学时，15分钟以内0.25学时",
        source_en="Yunnan e-learning: 30 minutes or more 1 class hour, 15 to 30 minutes 0.5, less "
        "0.25",
        grade="B",
    ),
    PolicyKey(
        "hours.online_test",
        _("Class hours of an online test that is passed"),
        Hours(4),
        2,
        source_zh="云南干部网络学院：测试通过0.5学时",
        source_en="Yunnan e-learning: a passed test is 0.5 class hours",
        grade="B",
    ),
    PolicyKey(
        "hours.online_cap_share",
        _("Most of the year's target that online hours may fill"),
        Share(),
        "1/2",
        computes=True,
    ),
    PolicyKey(
        "hours.unit_study_cap_share",
        _("Most of the year's target that study in one's own unit may fill"),
        Share(),
        "1",
        note_zh="100%即不设上限。",
        note_en="100% means no limit.",
        computes=True,
    ),
    PolicyKey(
        "hours.tutoring_factor",
        _("Class hours of tutoring, times"),
        Whole(0, 10),
        0,
        note_zh="带教默认不计学时，待各区确认。",
        note_en="Tutoring does not count by default; each district confirms.",
        computes=True,
    ),
    PolicyKey(
        "hours.carry_over",
        _("Hours beyond the target count in the next year"),
        YesNo(),
        False,
        source_zh="某企业学时规定：按自然年计算；南京学分办法允许结转为选修（供参照）",
        source_en="An enterprise rule counts by calendar year; Nanjing lets a surplus carry as "
        "elective (for comparison)",
        grade="C",
        computes=True,
    ),
    PolicyKey(
        "hours.cross_year",
        _("A class that crosses the end of the year"),
        Choice({"session": _("by the day of each session"), "end": _("by its last day")}),
        "session",
        source_zh="某企业学时规定：跨年培训班按实际日期分计",
        source_en="An enterprise rule: a class that crosses years is split by date",
        grade="C",
    ),
    PolicyKey(
        "hours.lecture_given_factor",
        _("Class hours of a lecture given, times"),
        Whole(0, 10),
        0,
        source_zh="南京学分办法：授课按5倍计；默认不计（供参照）",
        source_en="Nanjing counts a lecture given five times; not counted by default (for "
        "comparison)",
        grade="C",
        computes=True,
    ),
    PolicyKey(
        "hours.exempt_groups",
        _("Groups without a fixed target; the organiser enters the group, no details"),
        Choice(
            {
                "age": _("advanced age"),
                "illness": _("serious illness"),
                "disability": _("disability"),
            },
            several=True,
        ),
        ["age", "illness", "disability"],
        source_zh="《中国共产党党员教育管理工作条例》第二十三条：年老体弱、伤残等党员不作硬性要求，可送学上门",
        source_en="Regulation on the education and management of Party members, Article "
        "23: no hard "
        "requirement for the old, the ill and the disabled; teaching is brought home",
        grade="A",
    ),
    PolicyKey(
        "hours.gap_notice",
        _("Days on which people hear how many class hours are still missing"),
        Choice(GAP_DAYS, several=True),
        ["06-01", "09-01", "11-01"],
        note_zh="不选即不提醒；只告知本人，每人每次一次。",
        note_en="With none chosen nobody is told; only the person hears, once each time.",
        computes=True,
    ),
    PolicyKey(
        "hours.rounding",
        _("Class hours are counted in steps of"),
        Hours(1),
        1,
        note_zh="台账以0.25学时为最小单位。",
        note_en="The ledger counts in quarters of a class hour.",
    ),
    PolicyKey(
        "briefing_counts_as_training",
        _("Meetings under a day without plan, teaching plan and teacher count"),
        YesNo(),
        False,
        source_zh="太白县培训管理规定：不得以会代训，一天以内传达部署性会议不算培训",
        source_en="Rules of Taibai county: a meeting that passes on instructions is no training",
        grade="B",
    ),
)
KEYS = TARGETS + CONVERSION


def register() -> None:
    """Called once at start-up."""
    register_keys(KEYS)
