"""Rules whose records do not exist in this portal yet: practice, personal data, where it runs.

They are on record for the district; the app that will own them takes its rows over.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from committees.policies import PolicyKey
from committees.rules import Choice, Duration, Parts, Text, Whole, YesNo

WEEKS = {
    "first": _("the first"),
    "second": _("the second"),
    "third": _("the third"),
    "last": _("the last"),
}
WEEKDAYS = {
    "monday": _("Monday"),
    "tuesday": _("Tuesday"),
    "wednesday": _("Wednesday"),
    "thursday": _("Thursday"),
    "friday": _("Friday"),
}
INSTITUTE: dict[str, Any] = {
    "source_zh": "宝山社区治理学院实训报道（单面镜观察、反复纠正）",
    "source_en": "Report on exercises at the Baoshan Institute (observers behind a screen, "
    "repeated correction)",
    "grade": "B",
}
ARCHIVE: dict[str, Any] = {
    "source_zh": "档案保管期限分永久、30年、10年三档（机关文件材料归档范围规定）；"
    "逐类对应为本平台假定",
    "source_en": "Archive periods are permanent, 30 or 10 years; which record falls under which is "
    "assumed by this portal",
    "grade": "C",
}

PRACTICE = (
    PolicyKey(
        "exercise.players",
        _("Players of an exercise"),
        Parts({"least": (_("at least"), Whole(2, 50)), "most": (_("at most"), Whole(2, 50))}),
        {"least": 5, "most": 12},
        group="practice",
        source_zh="宝山社区治理学院沉浸式课堂为8人；范围5—12人为本平台假定",
        source_en="8 players in the immersive class of the Baoshan Institute; the range is assumed",
        grade="B",
    ),
    PolicyKey(
        "exercise.draw",
        _("How roles are cast"),
        Choice({"random": _("drawn at random"), "assigned": _("assigned by the base")}),
        "random",
        group="practice",
        source_zh="宝山社区治理学院：角色卡随机抽取",
        source_en="Baoshan Institute: role cards are drawn at random",
        grade="B",
    ),
    PolicyKey(
        "exercise.rotate",
        _("Roles change with every round"),
        YesNo(),
        True,
        group="practice",
        source_zh="宝山社区治理学院：角色轮换",
        source_en="Baoshan Institute: roles rotate",
        grade="B",
    ),
    PolicyKey(
        "exercise.rounds_min",
        _("Least rounds of an exercise; a correction round on request"),
        Whole(1, 10),
        1,
        group="practice",
        **INSTITUTE,
    ),
    PolicyKey(
        "exercise.observers_min",
        _("Least observers of an exercise"),
        Whole(0, 20),
        1,
        group="practice",
        **INSTITUTE,
    ),
    PolicyKey(
        "dispute.panel_rule",
        _("Day and seats of the dispute panel"),
        Parts(
            {
                "week": (_("Week of the month"), Choice(WEEKS)),
                "weekday": (_("Weekday"), Choice(WEEKDAYS)),
                "seats": (_("Seats"), Whole(1, 15)),
            }
        ),
        {"week": "last", "weekday": "thursday", "seats": 3},
        group="practice",
        source_zh="华阳社区报道：每月最后一个周四，党代表、人大代表、政协委员各一人",
        source_en="Report on Huayang: the last Thursday of each month, one Party representative, "
        "one deputy, one CPPCC member",
        grade="B",
    ),
    PolicyKey(
        "dispute.holiday_rule",
        _("When the day of the panel is no working day"),
        Choice(
            {
                "earlier": _(
                    "the nearest earlier working Thursday, else working day, of the month"
                ),
                "later": _("the next working day"),
                "none": _("no panel in that month"),
            }
        ),
        "earlier",
        group="practice",
        note_zh="节假日安排公布前，日期均为暂定；街镇可另定并说明理由，提前7天通知。",
        note_en="Days are provisional until the holidays of the year are published; the "
        "sub-district "
        "may choose otherwise with a reason and 7 days' notice.",
    ),
    PolicyKey(
        "consultation.publish_days",
        _("Result of a consultation is published within"),
        Duration(("workday", "day"), 60),
        {"count": 5, "unit": "workday"},
        group="practice",
        source_zh="《上海市居民委员会工作条例》第十七条要求公布结果；5个工作日为本平台假定",
        source_en="Shanghai regulation on residents' committees, Article 17: results are "
        "published; "
        "the 5 working days are assumed",
        grade="D",
    ),
    PolicyKey(
        "claim.confirm_days",
        _("A claim is confirmed within"),
        Duration(("day", "workday"), 90),
        {"count": 7, "unit": "day"},
        group="practice",
    ),
    PolicyKey(
        "claim.expire_days",
        _("An item nobody claims is looked at again after"),
        Duration(("day", "month"), 400),
        {"count": 60, "unit": "day"},
        group="practice",
    ),
)
PRIVACY = (
    PolicyKey(
        "privacy.phone_mask",
        _("How mobile numbers are shown"),
        Choice({"middle": "138****1234", "last": "*******1234"}),
        "middle",
        group="privacy",
        source_zh="《个人信息保护法》第六条（最小必要）；掩码形式为本平台假定",
        source_en="Personal Information Protection Law, Article 6 (least necessary); the "
        "form of the "
        "mask is assumed",
        grade="A",
    ),
    PolicyKey(
        "privacy.id_number",
        _("Identity numbers"),
        Choice({"not_collected": _("are not collected")}),
        "not_collected",
        group="privacy",
        source_zh="《个人信息保护法》第六条（最小必要）",
        source_en="Personal Information Protection Law, Article 6 (least necessary)",
        grade="A",
    ),
    PolicyKey(
        "privacy.retention",
        _("Years that records are kept (0: for ever)"),
        Parts(
            {
                "registers": (_("registers"), Whole(0, 100)),
                "leave": (_("leave slips"), Whole(0, 100)),
                "statistics": (_("statistics"), Whole(0, 100)),
                "contact": (_("contact data after leaving"), Whole(0, 100)),
            }
        ),
        {"registers": 30, "leave": 10, "statistics": 0, "contact": 1},
        group="privacy",
        **ARCHIVE,
    ),
    PolicyKey(
        "privacy.pia_record_years",
        _("Years that an assessment of personal data is kept"),
        Whole(3, 50),
        3,
        group="privacy",
        source_zh="《个人信息保护法》第五十六条：影响评估报告和处理情况记录至少保存三年",
        source_en="Personal Information Protection Law, Article 56: at least three years",
        grade="A",
    ),
    PolicyKey(
        "privacy.request_days",
        _("A request about personal data is answered within"),
        Duration(("workday", "day"), 60),
        {"count": 15, "unit": "workday"},
        group="privacy",
    ),
    PolicyKey(
        "deploy.region",
        _("Where the portal runs"),
        Text(),
        "中国境内，自有服务器",
        group="privacy",
        source_zh="《个人信息保护法》第三十六条：国家机关处理的个人信息在境内存储",
        source_en="Personal Information Protection Law, Article 36: data of state organs "
        "are stored "
        "inside the country",
        grade="A",
    ),
)
KEYS = PRACTICE + PRIVACY
