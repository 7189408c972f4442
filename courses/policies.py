"""Rules of the plan, of classes and of attendance that a district may set."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from committees.policies import PolicyKey, register_keys
from committees.rules import Choice, Duration, Parts, Share, Weights, Whole, Window, YesNo

TAIBAI: dict[str, Any] = {
    "source_zh": "太白县培训管理规定：年初报备年度计划，无计划不办班；"
    "单一专题班不超过5天（供参照）",
    "source_en": "Rules of Taibai county: the plan is filed at the start of the year, no class "
    "outside it; a class on one topic takes 5 days at most (for comparison)",
    "grade": "B",
}
LEAVE: dict[str, Any] = {
    "source_zh": "中组部《关于在干部教育培训中进一步加强学员管理的规定》（2013）："
    "请假累计超过总学时1/7的，按退学处理",
    "source_en": "Rules on the management of trainees (2013): leave of more than 1/7 of the hours "
    "means withdrawal",
    "grade": "A",
}
SCHOOL: dict[str, Any] = {
    "source_zh": "党校学员管理制度：按半天考勤；半天由班主任批准，一天由教务处，"
    "更长逐级上报（经改编）",
    "source_en": "Rules of Party schools: attendance by half day; leave is approved in steps "
    "(adapted)",
    "grade": "C",
}
NOTICE: dict[str, Any] = {
    "source_zh": "某地2017年培训通知：考试60%、平时40%；85、75、60分为优秀、良好、合格；"
    "出勤不足四分之三不予评定",
    "source_en": "A training notice of 2017: exam 60%, regular work 40%; 85, 75 and 60 points; no "
    "result under three quarters of attendance",
    "grade": "B",
}
SHEET: dict[str, Any] = {
    "source_zh": "所见测评表：下课后15分钟至48小时内填写，回收率80%以上",
    "source_en": "Evaluation sheets seen: within 15 minutes to 48 hours, a return of 80% or more",
    "grade": "C",
}
POINTS = Whole(0, 100)

PLAN = (
    PolicyKey(
        "plan.filing_window",
        _("The annual plan is filed"),
        Window(),
        {"from": "01-01", "to": "02-28"},
        group="classes",
        note_zh="“年初”有依据，具体日期为本平台假定。",
        note_en="“Start of the year” has a source, the days are assumed.",
        **TAIBAI,
    ),
    PolicyKey(
        "offering.plan_required",
        _("No class outside the annual plan"),
        YesNo(),
        True,
        group="classes",
        **TAIBAI,
    ),
    PolicyKey(
        "offering.lead_workdays",
        _("A class is reported before it opens by"),
        Duration(("workday", "day"), 90),
        {"count": 15, "unit": "workday"},
        group="classes",
        source_zh="颍州区2019年办班审批：开班前15个工作日报批（供参照）",
        source_en="Yingzhou 2019: reported 15 working days before the opening (for comparison)",
        grade="C",
    ),
    PolicyKey(
        "offering.single_topic_max_days",
        _("Most days of a class on one topic"),
        Whole(1, 60, _("days")),
        5,
        group="classes",
        **TAIBAI,
    ),
    PolicyKey(
        "enrol.max_calls_year",
        _("Calls of a leading cadre in a year from which a warning is shown"),
        Whole(1, 20),
        2,
        group="classes",
        **TAIBAI,
    ),
    PolicyKey(
        "enrol.duplicate_topic_year",
        _("The same topic twice in a year"),
        Choice(
            {
                "warn": _("a warning, possible with a reason"),
                "refuse": _("is refused"),
                "allow": _("is allowed"),
            }
        ),
        "warn",
        group="classes",
        **TAIBAI,
    ),
    PolicyKey(
        "quota.method",
        _("How seats are divided among sub-districts"),
        Choice(
            {
                "committees": _("by number of committees, largest remainder, at least one"),
                "equal": _("in equal parts"),
                "by_hand": _("by hand"),
            }
        ),
        "committees",
        group="classes",
    ),
    PolicyKey(
        "quota.release",
        _("Seats that are not used are released before the opening by"),
        Duration(("workday", "day"), 60),
        {"count": 3, "unit": "workday"},
        group="classes",
    ),
    PolicyKey(
        "enrol.substitute_until",
        _("A substitute is possible, with the organiser's consent, until before the opening"),
        Duration(("day", "workday", "hour"), 60),
        {"count": 1, "unit": "day"},
        group="classes",
    ),
)
ATTENDANCE = (
    PolicyKey(
        "attendance.unit",
        _("Attendance is counted by"),
        Choice({"half_day": _("half day"), "session": _("session")}),
        "half_day",
        group="attendance",
        **SCHOOL,
    ),
    PolicyKey(
        "attendance.late_grace",
        _("Minutes after the start that still count as present"),
        Whole(0, 120, _("minutes")),
        15,
        group="attendance",
        computes=True,
    ),
    PolicyKey(
        "attendance.lates_equal_absence",
        _("Times late that make one absence (0: never)"),
        Whole(0, 20),
        3,
        group="attendance",
    ),
    PolicyKey(
        "leave.max_fraction",
        _("Most of a class that may be missed on leave"),
        Share(),
        "1/7",
        group="attendance",
        note_zh="恰为1/7不退学，超过才退学。",
        note_en="Exactly 1/7 is still allowed; only more means withdrawal.",
        **LEAVE,
    ),
    PolicyKey(
        "leave.rule_min_days",
        _("Days of a class from which on the leave rule applies"),
        Whole(1, 30, _("days")),
        3,
        group="attendance",
        note_zh="更短的班次超过限度的，不发结业证书。",
        note_en="In a shorter class too much leave means no certificate.",
        computes=True,
    ),
    PolicyKey(
        "leave.approval_ladder",
        _("Who approves leave, up to half days"),
        Parts(
            {
                "class_head": (_("class head, half days"), POINTS),
                "base": (_("base administrator, half days"), POINTS),
            }
        ),
        {"class_head": 1, "base": 2},
        group="attendance",
        note_zh="更长的由区级部门批准。",
        note_en="Anything longer is approved by the district department.",
        **SCHOOL,
    ),
    PolicyKey(
        "absence.withdraw_days",
        _("Days absent without leave that mean withdrawal"),
        Whole(1, 30, _("days")),
        2,
        group="attendance",
        source_zh="天河区党校考勤制度：累计旷课两天以上按退学处理",
        source_en="Attendance rules of Tianhe Party school: two days absent mean withdrawal",
        grade="B",
    ),
    PolicyKey(
        "completion.min_attendance",
        _("Least share of sessions attended to complete a class of several days"),
        Share(),
        "6/7",
        group="attendance",
        source_zh="由请假不超过1/7推得（《学员管理规定》2013）",
        source_en="Follows from leave of 1/7 at most (rules on trainees, 2013)",
        grade="A",
        computes=True,
    ),
    PolicyKey(
        "completion.min_attendance_short",
        _("Least share of sessions attended to complete a short class"),
        Share(),
        "3/4",
        group="attendance",
        computes=True,
        **NOTICE,
    ),
    PolicyKey(
        "assessment.scale",
        _("Points of the grades excellent, good, pass"),
        Parts(
            {
                "excellent": (_("excellent"), POINTS),
                "good": (_("good"), POINTS),
                "pass": (_("pass"), POINTS),
            }
        ),
        {"excellent": 85, "good": 75, "pass": 60},
        group="attendance",
        **NOTICE,
    ),
    PolicyKey(
        "assessment.weights",
        _("Weights of exam and regular work (not used where there is no exam)"),
        Weights({"exam": _("exam"), "regular": _("regular work")}),
        {"exam": 60, "regular": 40},
        group="attendance",
        **NOTICE,
    ),
    PolicyKey(
        "evaluation.window_h",
        _("An evaluation is open for"),
        Duration(("hour", "day"), 500),
        {"count": 48, "unit": "hour"},
        group="attendance",
        **SHEET,
    ),
    PolicyKey(
        "evaluation.target_return",
        _("Return of evaluations to be reached"),
        Share(),
        "4/5",
        group="attendance",
        **SHEET,
    ),
)
KEYS = PLAN + ATTENDANCE


def register() -> None:
    """Called once at start-up."""
    register_keys(KEYS)
