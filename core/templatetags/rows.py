"""Template tags for lists and for what every page repeats; built in, so no page loads them.

A page of 50 rows may cost twice a bare view (benchmarks/pages.py): these do what Django's own tags
do for one row at a time, without doing it anew for each.
"""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Mapping
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.db.models import Model
from django.template.base import FilterExpression, Parser, Token
from django.template.context import Context
from django.urls import get_script_prefix, reverse
from django.utils.dateformat import format as format_date
from django.utils.formats import get_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.templatetags.house import nav_count, status_chip

register = template.Library()
MOST_COUNTED = 99
HANZI = re.compile(r"[\u3400-\u9fff\U00020000-\U0003134f]")


_UUID, _NUMBER = uuid.UUID(int=2**128 - 1), 987_654_321


@lru_cache(maxsize=256)
def _address(name: str, sample: Any, prefix: str) -> tuple[str, str]:
    """What stands before and after the key in the address of a page; `prefix` keys the cache."""
    before, _key, after = reverse(name, args=[sample]).partition(str(sample))
    return before, after


@register.simple_tag
def link(name: str, key: Any) -> str:
    """The address of a page about one thing, by number or public key: `{% url %}` for the rows of
    a list, without walking the routes for each."""
    sample = _UUID if isinstance(key, uuid.UUID) else _NUMBER
    before, after = _address(name, sample, get_script_prefix())
    return f"{before}{key}{after}"


@lru_cache(maxsize=512)
def _labels(model: type[Model], field: str, language: str) -> Mapping[Any, str]:
    """Labels of a field's choices; `language` only keys the cache."""
    chosen = model._meta.get_field(field)
    return {value: str(label) for value, label in getattr(chosen, "flatchoices", ())}


def choice_labels(model: type[Model], field: str) -> Mapping[Any, str]:
    """Labels of a field's choices in the reader's language."""
    return _labels(model, field, get_language() or "")


@register.filter
def label(row: Model | None, field: str) -> str:
    """The label of a choice, as `get_<field>_display` says it; "" without a row.

    Django's own method hashes the lazy labels of every choice each time: 0.1 ms, on every row.
    """
    value = getattr(row, field, None)
    if row is None or value is None:
        return ""
    return choice_labels(type(row), field).get(value, str(value))


@register.simple_tag
def state_chip(row: Model, field: str = "state") -> SafeString:
    """The chip of a row's state, in the words of its choices."""
    return status_chip(getattr(row, field), label(row, field))


@lru_cache(maxsize=1024)
def _month(value: datetime.date, language: str) -> str:
    return format_date(value, str(get_format("YEAR_MONTH_FORMAT", language)))


@register.filter
def month(value: datetime.date | None) -> str:
    """2026年4月, where the day would only fill a row; "" for None."""
    return "" if value is None else _month(value, get_language() or settings.LANGUAGE_CODE)


FIGURES = re.compile(r"[\d\s.,/%—–-]*")


@register.filter
def dotted(value: Any) -> str:
    """Pieces parted by dots, each dot held to the piece before it: none begins a line."""
    return str(value).replace(" · ", "\u00a0· ")


@register.filter
def is_figure(value: Any) -> bool:
    """Whether a cell holds figures only: those stand right, in a column of their own width."""
    return FIGURES.fullmatch(str(value)) is not None


ISO_DAY = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")


@register.filter
def dated(value: Any) -> str:
    """The day of a document, kept as it was written: 2021-05-17 and 2021-05 as the reader writes
    days and months, any other text as it is."""
    text = str(value or "")
    found = ISO_DAY.fullmatch(text)
    if found is None:
        return text
    year, month, day = found.groups()
    try:
        date = datetime.date(int(year), int(month), int(day or 1))
    except ValueError:
        return text
    form = "DATE_FORMAT" if day else "YEAR_MONTH_FORMAT"
    return format_date(date, str(get_format(form, get_language() or settings.LANGUAGE_CODE)))


Piece = tuple["LiveNode", dict[str, Any]]
# The live pieces met so far by the part that is being kept; None while nothing is.
_pieces: ContextVar[list[Piece] | None] = ContextVar("live pieces", default=None)
# Where a live piece stands, in the text that is kept.
_MARK = re.compile("\x00([0-9]+)\x00")
# Roles, entries, themes and languages in use give some hundred frames; the rest is rebuilt.
MOST_KEPT = 512


class KeptNode(template.Node):
    """A part of a template that is rendered once for each language and value of its keys.

    Text and live pieces alternate in what is kept; only the live pieces are rendered again.
    """

    def __init__(self, nodelist: template.NodeList, keys: tuple[FilterExpression, ...]) -> None:
        self.nodelist, self.keys = nodelist, keys
        self.rendered: dict[tuple[Any, ...], list[str | Piece]] = {}

    def render(self, context: Context) -> SafeString:
        if _pieces.get() is not None:  # inside another kept part, which keeps this one too
            return self.nodelist.render(context)
        key = (get_language() or settings.LANGUAGE_CODE, *(k.resolve(context) for k in self.keys))
        parts = self.rendered.get(key)
        if parts is None or settings.DEBUG:
            if len(self.rendered) >= MOST_KEPT:
                self.rendered.clear()
            parts = self.rendered[key] = self._parts(context)
        if len(parts) == 1:
            return SafeString(parts[0])
        return SafeString("".join([_again(part, context) for part in parts]))

    def _parts(self, context: Context) -> list[str | Piece]:
        pieces: list[Piece] = []
        before = _pieces.set(pieces)
        try:
            split = _MARK.split(self.nodelist.render(context))
        finally:
            _pieces.reset(before)
        return [pieces[int(text)] if at % 2 else text for at, text in enumerate(split)]


def _again(part: str | Piece, context: Context) -> str:
    if isinstance(part, str):
        return part
    node, named = part
    with context.push(**named):
        return str(node.nodelist.render(context))


class LiveNode(template.Node):
    """A piece inside a kept part that is rendered for every reader."""

    def __init__(self, nodelist: template.NodeList, names: tuple[str, ...]) -> None:
        self.nodelist, self.names = nodelist, names

    def render(self, context: Context) -> SafeString:
        pieces = _pieces.get()
        if pieces is None:
            return self.nodelist.render(context)
        pieces.append((self, {name: context.get(name) for name in self.names}))
        return SafeString(f"\x00{len(pieces) - 1}\x00")


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """`{% kept key … %}…{% endkept %}` around what depends on the language and the keys alone.

    Nothing inside may come from the reader or the database, except between `{% live %}` tags.
    """
    keys = tuple(parser.compile_filter(word) for word in token.split_contents()[1:])
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist, keys)


@register.tag
def live(parser: Parser, token: Token) -> LiveNode:
    """`{% live name … %}…{% endlive %}` inside a kept part: what is the reader's own.

    It sees the page's context, and of the names set inside the kept part those listed.
    """
    names = tuple(token.split_contents()[1:])
    nodelist = parser.parse(("endlive",))
    parser.delete_first_token()
    return LiveNode(nodelist, names)


@register.simple_tag(takes_context=True)
def nav_badge(context: Context, link: Any) -> SafeString | str:
    """The round figure behind a line of the navigation; nothing when nothing waits."""
    count = nav_count(context, link)
    if not count:
        return ""
    return format_html(
        '<span class="tb-badge"><span class="tb-hide-text">, {} </span>{}</span>',
        _("new:"),
        "99+" if count > MOST_COUNTED else count,
    )


@register.filter
def source_text(value: Any) -> str:
    """Where data come from, in the reader's language.

    A source that is known to the catalogue (those of the demonstration are) is translated. Any
    other is shown as it was written; Chinese on an English page says that it is Chinese.
    """
    text = str(value or "")
    shown = _(text) if text else ""
    if HANZI.search(shown) and not (get_language() or settings.LANGUAGE_CODE).startswith("zh"):
        return format_html('<span lang="zh-Hans">{}</span>', shown)
    return shown


@register.filter
def figure(value: Any) -> Any:
    """A count as the reader's language groups it: 4072 -> 4,072. Text stays as it is, unless it
    is nothing but the digits of a count."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and value[0] != "0":
        value = int(value)
    return number_format(value, force_grouping=True) if isinstance(value, int) else value


@register.simple_tag
def unbroken(text: str) -> SafeString:
    """A day or a time for the middle of a sentence, where no line may end inside it."""
    return format_html('<span class="tb-short">{}</span>', text)
