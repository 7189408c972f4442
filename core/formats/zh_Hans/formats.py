"""Chinese dates as people write them: 2026年4月30日（周四）, 14:00. D is the short weekday."""

DATE_FORMAT = "Y年n月j日"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "Y年n月j日 H:i"
YEAR_MONTH_FORMAT = "Y年n月"
MONTH_DAY_FORMAT = "n月j日"
SHORT_DATE_FORMAT = "Y-m-d"
SHORT_DATETIME_FORMAT = "Y-m-d H:i"
FIRST_DAY_OF_WEEK = 1

# Used by core.templatetags.house, not by Django itself.
DAY_FORMAT = "Y年n月j日（D）"
DAY_THIS_YEAR_FORMAT = "n月j日（D）"
MOMENT_FORMAT = "Y年n月j日（D） H:i"
MOMENT_THIS_YEAR_FORMAT = "n月j日（D） H:i"
MARK_MONTH_FORMAT = "n月"
MARK_WEEKDAY_FORMAT = "D"
RANGE_DASH = "–"

DATE_INPUT_FORMATS = ["%Y-%m-%d", "%Y年%m月%d日", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"]
TIME_INPUT_FORMATS = ["%H:%M", "%H:%M:%S", "%H：%M"]
DATETIME_INPUT_FORMATS = [
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y年%m月%d日 %H:%M",
    "%Y/%m/%d %H:%M",
]
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
