"""The columns of a roster and what offices call them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.sheets.columns import Field, words

NAME = Field(
    "name",
    _("name"),
    words("姓名 名字 书记姓名 现任书记 书记 干部姓名 人员姓名 成员姓名 党组织书记 学员姓名 name"),
    pattern=".*书记姓名|.*党组织书记",
    required=True,
    heading="姓名",
)
SEX = Field("sex", _("sex"), words("性别 sex gender"), heading="性别")
BIRTH = Field(
    "birth",
    _("born in"),
    words("出生年月 出生日期 出生年月日 出生时间 出生年份 出生 生日 生年月 birthmonth birth"),
    heading="出生年月",
)
ID_NUMBER = Field(
    "id_number",
    _("identity number"),
    words("身份证号 身份证号码 身份证 公民身份号码 公民身份证号码 证件号码 证件号 居民身份证号"),
    heading="身份证号",
)
EDUCATION = Field(
    "education",
    _("education"),
    words("学历 文化程度 最高学历 学历学位 教育程度 education"),
    heading="学历",
)
PARTY = Field(
    "party", _("political affiliation"), words("政治面貌 是否党员 党员"), heading="政治面貌"
)
PHONE = Field(
    "phone",
    _("mobile"),
    words(
        "手机 手机号 手机号码 联系电话 移动电话 联系方式 电话 电话号码 本人手机 联系手机 "
        "联系手机号 书记手机 书记电话 mobile phone"
    ),
    heading="手机",
)
DISTRICT = Field(
    "district",
    _("district"),
    words("区 所属区 所在区 区县 县区 区名 区名称 district"),
    heading="区",
)
STREET = Field(
    "street",
    _("sub-district"),
    words("街镇 镇 街道 镇街 乡镇 街道镇 街道乡镇 街道镇乡 街镇乡 镇乡 所属街镇 街道名称 street"),
    pattern="(所属|所在)?(街道|街镇|乡镇|街道镇|街道乡镇|街镇乡|镇街|镇)(名称|办事处)?",
    heading="街镇",
)
COMMITTEE = Field(
    "committee",
    _("committee"),
    words(
        "居村委 居村委会 居委会 居民区 居委 社区 村 村居 居村 村社区 社区村 居民区村 村居委会 "
        "单位 工作单位 所在单位 所属单位 committee"
    ),
    pattern="(所属|所在)?(居村委会?|居委会?|居民区|社区|村居|居民委员会|村社区|社区村)(名称|村)?",
    heading="居村委会",
)
CODE = Field(
    "committee_code",
    _("committee code"),
    words("居委会代码 社区代码 居村委代码 居民区代码 代码 区划代码 统计代码 行政区划代码"),
    heading="居村委代码",
)
POSITION = Field(
    "position",
    _("post"),
    words("职务 现任职务 职位 岗位 担任职务 党内职务 现职务 职务名称 position"),
    heading="职务",
)
APPOINTED = Field(
    "appointed",
    _("in post since"),
    words(
        "任职时间 任现职时间 任职日期 任现职日期 任职年月 任现职年月 现职时间 任书记时间 "
        "起任时间 任职起始时间 appointed"
    ),
    heading="任职时间",
)
REMARK = Field("remark", _("remark"), words("备注 说明 附注 remark remarks"), heading="备注")

ROSTER_FIELDS = (
    NAME,
    SEX,
    BIRTH,
    ID_NUMBER,
    EDUCATION,
    PARTY,
    PHONE,
    DISTRICT,
    STREET,
    COMMITTEE,
    CODE,
    POSITION,
    APPOINTED,
    REMARK,
)
