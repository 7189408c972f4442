"""`{% why key %}`: the small ? beside every figure that a rule decides."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from committees.models import Place
from core.registries import policy_keys
from core.templatetags.house import icon

register = template.Library()


@register.simple_tag
def why(key: str, district: Any = None) -> SafeString:
    """A link to the page that shows the rule, its source and who checked it. No query.

    `district`: a place of level district whose value is shown; else the reader's own.
    """
    label = _("Why this figure? %(rule)s") % {"rule": policy_keys.get(key).label}
    url = reverse("records:policy-why", args=[key])
    if isinstance(district, Place) and district.level == Place.Level.DISTRICT:
        url = f"{url}?district={district.pk}"
    return format_html(
        '<a class="tb-why" href="{}" title="{}">{}</a>', url, label, icon("question-circle", label)
    )
