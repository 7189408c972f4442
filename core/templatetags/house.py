"""Template tags of the house; built in, so no page loads them. Dates, words, chips, icons.

Nothing here queries the database. What a tag renders is decided by its arguments, the active
language and the day.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.formats import get_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.words import chosen_words

register = template.Library()
Day = datetime.date | datetime.datetime

# Tone and icon of the states of the house (domain 10). A state not named here is neutral.
STATES: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(
        ("confirmed", "completed", "verified", "present", "graduated", "sent", "read", "done"),
        ("success", "check-circle"),
    ),
    **dict.fromkeys(("open", "active", "attending", "accepted", "running"), ("primary", "circle")),
    **dict.fromkeys(
        ("waitlisted", "pending", "proposed", "applied", "nominated", "queued", "assessing"),
        ("info", "hourglass-split"),
    ),
    **dict.fromkeys(
        ("late", "early", "leave", "paused", "extended", "returned", "full"),
        ("warning", "exclamation-circle"),
    ),
    **dict.fromkeys(
        ("rejected", "declined", "absent", "failed", "withdrawn", "not_completed"),
        ("danger", "x-circle"),
    ),
    **dict.fromkeys(("locked",), ("neutral", "lock")),
    "issued": ("success", "check-circle"),
    "revoked": ("neutral", "slash-circle"),
    **dict.fromkeys(
        ("cancelled", "replaced", "reversed", "terminated", "closed"), ("neutral", "slash-circle")
    ),
    **dict.fromkeys(("draft",), ("neutral", "pencil")),
    **dict.fromkeys(("compulsory",), ("mark", "bookmark")),
}


WBR = SafeString("<wbr>")
# The first sign that occurs names it: Edge and in-app views also say Chrome, Chrome says Safari.
BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("DingTalk", "DingTalk"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


# --- Dates --------------------------------------------------------------------------------------
def _local(value: Day) -> Day:
    if isinstance(value, datetime.datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _form(name: str) -> str:
    return str(get_format(name, get_language() or settings.LANGUAGE_CODE))


def _format(value: Day, name: str) -> str:
    """Django says 星期四 for the short weekday too; a date in a line of text says 周四."""
    return _formatted(value, name, get_language() or settings.LANGUAGE_CODE)


# Lists say the same few days again and again; formatting one takes longer than the rest of a row.
@lru_cache(maxsize=4096)
def _formatted(value: Day, name: str, language: str) -> str:
    return format_date(value, str(get_format(name, language))).replace("星期", "周")


def _is_this_year(value: Day) -> bool:
    return value.year == timezone.localdate().year


@register.filter
def day(value: Day | None) -> str:
    """2026年4月30日（周四）; the year is left out in the current one. "" for None."""
    if value is None:
        return ""
    value = _local(value)
    return _format(value, "DAY_THIS_YEAR_FORMAT" if _is_this_year(value) else "DAY_FORMAT")


@register.filter
def full_day(value: Day | None) -> str:
    """2026年4月30日（周四）, always with its year: for records, paper and other years."""
    return "" if value is None else _format(_local(value), "DAY_FORMAT")


@register.filter
def moment(value: datetime.datetime | None) -> str:
    """4月30日（周四） 14:00; with its year when that is not the current one."""
    if value is None:
        return ""
    local = _local(value)
    name = "MOMENT_THIS_YEAR_FORMAT" if _is_this_year(local) else "MOMENT_FORMAT"
    return _format(local, name)


@register.filter
def clock(value: datetime.datetime | datetime.time | None) -> str:
    """14:00, in the portal's time zone."""
    if value is None:
        return ""
    return (_local(value) if isinstance(value, datetime.datetime) else value).strftime("%H:%M")


@register.simple_tag
def when(start: Day | None, end: Day | None = None) -> SafeString | str:
    """A <time> element: one day or moment, or a span that does not repeat its common part.

    The parts may part at the end of a line, but none breaks inside.
    """
    if start is None:
        return ""
    language = get_language() or settings.LANGUAGE_CODE
    finish = None if end is None else _local(end)
    return _span(_local(start), finish, language, timezone.localdate())


@lru_cache(maxsize=4096)
def _span(begin: Day, finish: Day | None, language: str, today: datetime.date) -> SafeString:
    """`language` and `today` only key the cache: both change the words."""
    parts, exact = [day(begin)], begin.isoformat()
    if isinstance(begin, datetime.datetime):
        parts, exact = [day(begin), clock(begin)], begin.isoformat(timespec="minutes")
    if finish is not None and finish != begin:
        dash = _form("RANGE_DASH")
        if not isinstance(finish, datetime.datetime):
            parts[-1] += dash
            parts.append(day(finish))
        elif isinstance(begin, datetime.datetime) and begin.date() == finish.date():
            parts[-1] += f"{dash}{clock(finish)}"
        else:
            parts[-1] += dash
            parts += [day(finish), clock(finish)]
    spaced = [(part, "" if part.endswith(_form("RANGE_DASH")) else " ") for part in parts[:-1]]
    # After a dash the line may break, but there is no gap.
    words = format_html_join(WBR, "<span>{}</span>{}", (*spaced, (parts[-1], "")))
    return format_html('<time datetime="{}">{}</time>', exact, words)


@register.simple_tag
def today() -> datetime.date:
    """The portal's day: `{% today as day_now %}`."""
    return timezone.localdate()


@register.simple_tag
def day_mark(value: Day) -> SafeString:
    """The square with month, large day number and weekday that begins a row of a list."""
    local = _local(value)
    return _day_mark(local.year, local.month, local.day, get_language() or settings.LANGUAGE_CODE)


@lru_cache(maxsize=1024)
def _day_mark(year: int, month: int, day: int, language: str) -> SafeString:
    date = datetime.date(year, month, day)
    return render_to_string(
        "components/day.html",
        {
            "value": date,
            "month": _format(date, "MARK_MONTH_FORMAT"),
            "weekday": _format(date, "MARK_WEEKDAY_FORMAT"),
        },
    )


# --- Figures ------------------------------------------------------------------------------------
@register.filter
def hours(quarters: int | None) -> str:
    """Class hours from integer quarters, without needless zeros: 6 -> "1.5", 4 -> "1"."""
    if quarters is None:
        return "—"
    return f"{(Decimal(quarters) / 4).normalize():f}"


def _share(value: float | None, total: float | None) -> float | None:
    return None if not total or value is None else float(value) / float(total)


@register.filter
def share_of(value: float | None, total: float | None) -> str:
    """Percentage 0-100 for drawing (one decimal, capped at 100, "0" when there is no total)."""
    share = _share(value, total)
    return "0" if share is None else f"{min(max(share * 100, 0), 100):.1f}"


@register.filter
def percent(value: float | None, total: float | None = 1) -> str:
    """A share in words of figures: "61.4%"; "—" when there is nothing to divide by."""
    share = _share(value, total)
    return "—" if share is None else f"{share * 100:.1f}%".replace(".0%", "%")


@register.filter
def masked_phone(value: str | None) -> str:
    """138****8000; shorter numbers keep their last two digits; "" for none."""
    digits = "".join(sign for sign in str(value or "") if sign.isdigit())
    if len(digits) >= 11:
        return f"{digits[-11:-8]}****{digits[-4:]}"
    return f"****{digits[-2:]}" if digits else ""


# --- Words --------------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def word(context: Context, key: str, of: Any = None) -> str:
    """The term `key` as the district of `of` (a word set) or of the reader says it.

    See core.words; an unknown key is a programming error and raises KeyError.
    """
    return chosen_words(of if of is not None else context.get("request"))[key]


@register.simple_tag(takes_context=True)
def nav_count(context: Context, link: Any) -> int:
    """What waits behind a line of the navigation; counted once a request, however often shown."""
    request = context.get("request")
    if request is None or link.badge is None:
        return 0
    counts: dict[str, int] = request.__dict__.setdefault("nav_counts", {})
    if link.key not in counts:
        counts[link.key] = link.badge(request)
    return counts[link.key]


@register.filter
def initial(name: Any) -> str:
    """First sign of a name, for the round mark beside it."""
    return str(name or "?").strip()[:1].upper() or "?"


# --- Signs --------------------------------------------------------------------------------------
@lru_cache(maxsize=4)
def _sprite(static_url: str) -> str:
    return static("vendor/icons.svg")


@register.simple_tag
def icon(name: str, label: Any = "", css: str = "") -> SafeString:
    """An icon of static/icons.txt. Without `label` it is decoration and hidden from readers."""
    return _icon(name, str(label), css)


@lru_cache(maxsize=1024)
def _icon(name: str, label: str, css: str) -> SafeString:
    classes = f"tb-icon {css}".strip()
    href = f"{_sprite(settings.STATIC_URL)}#{name}"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>',
            classes,
            label,
            href,
        )
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"></use></svg>',
        classes,
        href,
    )


@register.simple_tag
def chip(label: Any, tone: str = "neutral", sign: str = "") -> SafeString:
    """A small state in words, with a capital first; `sign` is the name of an icon."""
    return _chip(capfirst(str(label)), tone, sign)


@lru_cache(maxsize=1024)
def _chip(label: str, tone: str, sign: str) -> SafeString:
    return format_html(
        '<span class="tb-chip tb-chip-{}">{}{}</span>', tone, icon(sign) if sign else "", label
    )


@register.simple_tag
def status_chip(state: str, label: Any = "") -> SafeString:
    """The chip of a state of the house (`STATES`): its tone and icon, `label` in words."""
    tone, sign = STATES.get(str(state), ("neutral", "circle"))
    return chip(label or state, tone, sign)


@register.filter
def message_icon(tags: str) -> str:
    """The icon that goes with a message's level."""
    icons = {"success": "check-circle", "warning": "exclamation-triangle", "error": "x-circle"}
    return icons.get(str(tags).split(" ")[-1], "info-circle")


@register.filter
def error_fields(form: Any) -> Iterable[Any]:
    """Bound fields with errors, in the order of the page, for the summary at the top."""
    return [field for field in form if field.errors] if form is not None else []


@register.simple_tag(takes_context=True)
def home_tile(context: Context, tile: Mapping[str, Any]) -> SafeString:
    """A part of the Today page in its own template, with what its app says."""
    page = context.template
    assert page is not None  # a tag runs while its page is rendered
    with context.push(**tile["context"]):
        return page.engine.get_template(tile["template"]).render(context)


@register.simple_tag(takes_context=True)
def has_errors(context: Context) -> bool:
    """Is there a bound, invalid form on this page (as `form`)? Then the title begins with it."""
    form = context.get("form")
    return bool(form is not None and getattr(form, "is_bound", False) and form.errors)


@register.simple_tag
def page_count(page: Any) -> str:
    """ "21 to 40 of 312" for a page of a paginator."""
    return _("%(first)s to %(last)s of %(total)s") % {
        "first": number_format(page.start_index(), force_grouping=True),
        "last": number_format(page.end_index(), force_grouping=True),
        "total": number_format(page.paginator.count, force_grouping=True),
    }


@register.filter
def without_placeholder(field: Any) -> str:
    """Take the placeholder away: a label stands above, grey text is mistaken for input."""
    field.field.widget.attrs.pop("placeholder", None)
    return ""


@register.filter
def browser_name(user_agent: str | None) -> str:
    """ "Edge · Windows" from what a browser sends; unknown ones in their own words, cut short."""
    text = str(user_agent or "")
    names = [name for sign, name in BROWSERS if sign in text][:1]
    names += [name for sign, name in SYSTEMS if sign in text][:1]
    return " · ".join(names) or text[:40] or "—"


@register.filter
def page_numbers(page: Any) -> list[int]:
    """Numbers to offer: first, last and those beside this one; 0 stands for a gap."""
    last, here = page.paginator.num_pages, page.number
    shown = sorted({1, last, *(n for n in range(here - 1, here + 2) if 1 <= n <= last)})
    offered: list[int] = []
    for number in shown:
        if offered and number - offered[-1] > 1:
            offered.append(0)
        offered.append(number)
    return offered


@register.simple_tag(takes_context=True)
def here_with(context: Context, **changes: Any) -> str:
    """The query string of this page with `changes`; None or "" removes a name."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"
