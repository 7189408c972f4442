"""Template tags for lists and for what every page repeats; built in, so no page loads them.

A page of 50 rows may cost twice a bare view (benchmarks/pages.py): these do what Django's own tags
do for one row at a time, without doing it anew for each.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.db.models import Model
from django.template.base import Parser, Token
from django.template.context import Context
from django.urls import get_script_prefix, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.templatetags.house import nav_count, status_chip

register = template.Library()
MOST_COUNTED = 99


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


@register.filter
def label(row: Model | None, field: str) -> str:
    """The label of a choice, as `get_<field>_display` says it; "" without a row.

    Django's own method hashes the lazy labels of every choice each time: 0.1 ms, on every row.
    """
    value = getattr(row, field, None)
    if row is None or value is None:
        return ""
    return _labels(type(row), field, get_language() or "").get(value, str(value))


@register.simple_tag
def state_chip(row: Model, field: str = "state") -> SafeString:
    """The chip of a row's state, in the words of its choices."""
    return status_chip(getattr(row, field), label(row, field))


class KeptNode(template.Node):
    """A part of a template that is the same for everybody: rendered once for each language."""

    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist
        self.rendered: dict[str, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        language = get_language() or settings.LANGUAGE_CODE
        if language not in self.rendered or settings.DEBUG:
            self.rendered[language] = self.nodelist.render(context)
        return self.rendered[language]


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """`{% kept %}…{% endkept %}` around what depends on the language alone, never on the reader."""
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist)


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
