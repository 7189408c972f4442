"""English dates without doubt about the order of day and month: Thu 30 April 2026, 14:00."""

DATE_FORMAT = "j F Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y H:i"
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = "j F"
SHORT_DATE_FORMAT = "Y-m-d"
SHORT_DATETIME_FORMAT = "Y-m-d H:i"
FIRST_DAY_OF_WEEK = 1

# Used by core.templatetags.house, not by Django itself.
DAY_FORMAT = "D j M Y"
DAY_THIS_YEAR_FORMAT = "D j M"
MOMENT_FORMAT = "D j M Y H:i"
MOMENT_THIS_YEAR_FORMAT = "D j M H:i"
MARK_MONTH_FORMAT = "M"
MARK_WEEKDAY_FORMAT = "D"
RANGE_DASH = "–"

DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%Y/%m/%d", "%Y%m%d"]
TIME_INPUT_FORMATS = ["%H:%M", "%H:%M:%S"]
DATETIME_INPUT_FORMATS = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y/%m/%d %H:%M"]
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
