"""Words that differ from district to district: 居民区 or 社区, 带教 or 帮带.

`committees` keeps the word sets and registers a provider here, so that core need not know it.
Every other term of docs/words.md has one rendering, and that stands in the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import get_language, gettext_noop, ngettext_lazy
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, Any]

# Used where a district has not chosen its own.
DEFAULTS: Words = {
    "area": _("residential area"),
    "tutoring": _("tutoring"),
    "pupil": _("pupil"),
    "pupils": _("pupils"),
    "org_department": _("District Organization Department"),
    "society_department": _("District Society Work Department"),
}

# Sentences of Django and allauth that our catalogue says in a kinder way.
SENTENCES = (
    gettext_noop("This field is required."),
    gettext_noop("Enter a valid date."),
    gettext_noop("Enter a valid time."),
    gettext_noop("Enter a whole number."),
    gettext_noop("Select a valid choice. %(value)s is not one of the available choices."),
    gettext_noop("Select a valid choice. That choice is not one of the available choices."),
    gettext_noop("Your old password was entered incorrectly. Please enter it again."),
    gettext_noop("Your password can’t be too similar to your other personal information."),
    gettext_noop("Your password can’t be a commonly used password."),
    gettext_noop("Your password can’t be entirely numeric."),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
        "min_length",
    ),
)

# What a word set is: any object with fields named <key>_zh and, where they differ, <key>_en.
_providers: list[Callable[[Any], Any]] = []


def register_words(provider: Callable[[Any], Any]) -> None:
    """Let `provider(subject)` find the word set of a request or an object; None: not known."""
    if provider not in _providers:
        _providers.append(provider)


def chosen_words(subject: Any = None) -> Words:
    """The words for `subject`: a word set, a request (its reader's district), an object."""
    found = subject if hasattr(subject, "area_zh") else None
    for provider in _providers:
        if found is not None:
            break
        found = provider(subject)
    if found is None:
        return DEFAULTS
    suffix = "zh" if (get_language() or "zh").startswith("zh") else "en"
    chosen = {key: getattr(found, f"{key}_{suffix}", None) for key in DEFAULTS}
    return {key: chosen[key] or default for key, default in DEFAULTS.items()}


def in_language(zh: str, en: str) -> str:
    """A text of data in the reader's language; the other one where that is empty."""
    first, second = (en, zh) if (get_language() or "").startswith("en") else (zh, en)
    return first or second
