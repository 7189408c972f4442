"""The columns of a class-hour register (学时台账), a line for each person, and of a class ledger
(培训台账), a line for each class, and what offices call them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from committees.roster.fields import CODE, COMMITTEE, PHONE, STREET
from core.sheets.columns import Field, words
from records.models import HourCategory

NAME = Field(
    "name",
    _("name"),
    words("姓名 名字 学员姓名 参训人员 参训人员姓名 人员姓名 书记姓名 党组织书记 name"),
    pattern=".*书记姓名|.*学员姓名",
    required=True,
    heading="姓名",
)
YEAR = Field("year", _("year"), words("年度 年份 培训年度 学时年度 year"), heading="年度")
DAY = Field(
    "day",
    _("day"),
    words("日期 培训日期 学习日期 培训时间 学习时间 开班时间 时间 起止时间 起止日期 培训起止时间"),
    heading="日期",
)
TITLE = Field(
    "title",
    _("class or subject"),
    words(
        "班次 班次名称 培训班 培训班名称 培训名称 培训内容 学习内容 课程 课程名称 培训项目 "
        "项目名称 主题 培训主题"
    ),
    required=True,
    heading="班次名称",
)
HOST = Field(
    "host", _("held by"), words("主办单位 举办单位 承办单位 组织单位 培训机构"), heading="主办单位"
)
CATEGORY = Field(
    "category",
    _("category"),
    words("类别 培训类别 学时类别 培训方式 学习方式 培训形式 培训类型 类型"),
    heading="类别",
)
HOURS = Field(
    "hours",
    _("class hours"),
    words("学时 学时数 获得学时 认定学时 培训学时 计入学时 核定学时 课时 学时小计"),
    heading="学时",
)
DAYS = Field("days", _("number of days"), words("天数 培训天数 学习天数"), heading="天数")
EVIDENCE = Field(
    "evidence",
    _("evidence"),
    words("佐证 佐证编号 佐证材料 证明材料 证书编号 结业证书编号 凭证号 档案号 材料编号"),
    heading="佐证材料",
)
FIELDS = (
    NAME, PHONE, STREET, COMMITTEE, CODE, YEAR, DAY, TITLE, HOST, CATEGORY, HOURS, DAYS, EVIDENCE,
)  # fmt: skip

NAMES = Field(
    "names",
    _("names"),
    words(
        "学员名单 参训名单 参训人员名单 参训学员 参训人员 参加人员 人员名单 名单 学员姓名 "
        "参训人员姓名 姓名 names"
    ),
    heading="学员名单",
)
PEOPLE = Field(
    "people",
    _("participants"),
    words(
        "人数 参训人数 实训人数 实到人数 参加人数 培训人数 学员人数 参训人次 培训人次 "
        "人次 结业人数 participants"
    ),
    pattern=".*(?<!应)(?:参训|实训|实到|培训|学员)人数.*",
    heading="参训人数",
)
LECTURERS = Field(
    "lecturers",
    _("lecturers"),
    words("授课人 授课教师 授课老师 主讲 主讲人 讲师 教师 师资 授课人员 授课师资"),
    heading="授课人",
)
VENUE = Field(
    "venue", _("venue"), words("地点 培训地点 办班地点 授课地点 上课地点 学习地点"), heading="地点"
)
ENDS = Field(
    "ends", _("last day"), words("结束日期 结业日期 结束时间 结业时间 止"), heading="结束日期"
)
LEDGER_DAY = replace(DAY, synonyms=DAY.synonyms | words("开始日期 开班日期 起 举办时间 举办日期"))
LEDGER_FIELDS = (
    YEAR, LEDGER_DAY, ENDS, TITLE, HOST, STREET, COMMITTEE, CODE, VENUE, LECTURERS, CATEGORY,
    HOURS, DAYS, PEOPLE, NAMES, EVIDENCE,
)  # fmt: skip

Category = HourCategory
CATEGORIES: Mapping[str, str] = {
    **dict.fromkeys(
        ("集中培训", "集中", "脱产培训", "脱产", "专题培训", "轮训", "任职培训", "面授", "线下"),
        Category.CENTRALISED,
    ),
    **dict.fromkeys(("集体学习", "集体", "中心组学习", "三会一课"), Category.COLLECTIVE),
    **dict.fromkeys(
        ("网络学习", "网络培训", "网络", "线上", "线上学习", "在线学习"), Category.ONLINE
    ),
    **dict.fromkeys(("情景实训", "实训", "沉浸式实训"), Category.EXERCISE),
    **dict.fromkeys(("现场教学", "现场", "实地教学", "走访"), Category.FIELD),
    **dict.fromkeys(("带教", "帮带", "跟班实践", "导师帮带"), Category.TUTORING),
    **dict.fromkeys(("授课", "讲课"), Category.LECTURE),
    **dict.fromkeys(("其他", "自学"), Category.OTHER),
}
