"""What a notice is about: rules that put facts into words and say whether they still hold.

An app registers its rules in `AppConfig.ready`: `registries.notice_rules.add(rule.key, rule)`.
Facts are plain values (no objects) and hold no more than a name, a class and a date: they wait in
the outbox and are put into words when they are sent or read, in the recipient's language.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import structlog
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.registries import notice_rules

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from notices.models import OutboxItem

log = structlog.get_logger(__name__)
Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """A notice in words. `url` is a path of this portal, or empty."""

    title: str
    body: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """A notice that a timed rule asks for. `occurrence` tells repetitions apart ("3 days")."""

    recipient_id: int
    object_id: int
    occurrence: str
    facts: dict[str, Any] = field(default_factory=dict)
    due_at: datetime.datetime | None = None


class NoticeRule:
    """One kind of notice.

    `email`: also by e-mail to those who have an address and have not declined; `quiet`: e-mail
    waits for the morning between 21:00 and 08:00; `confirm`: the reader confirms receipt.
    """

    key: ClassVar[str]
    label: ClassVar[_StrOrPromise]
    email: ClassVar[bool] = False
    quiet: ClassVar[bool] = True
    confirm: ClassVar[bool] = False

    def render(self, facts: Facts, language: str) -> Message:
        """The facts in words; `language` is active while this runs. No queries."""
        raise NotImplementedError

    def still_wanted(self, item: OutboxItem) -> bool:
        """Does the reason still stand at the moment of sending? Reads live state."""
        return True


class TimedRule(NoticeRule):
    """A rule that the planner asks every minute which notices are due."""

    def due(self, now: datetime.datetime) -> Iterator[Due]:
        """Every notice due at `now`. Asked again and again: naming one twice sends it once."""
        raise NotImplementedError


def in_words(rule_key: str, facts: Facts, language: str = "") -> Message:
    """The message in `language` (the active one when empty). A rule that is gone or fails gives a
    plain title instead of an error: an inbox must open."""
    chosen = language or translation.get_language() or ""
    with translation.override(chosen):
        try:
            return notice_rules.get(rule_key).render(facts, chosen)
        except Exception as error:
            log.error("notice.not_rendered", rule=rule_key, error=type(error).__name__)
            return Message(title=_("A notice that can no longer be shown"))


def after_quiet_hours(
    at: datetime.datetime, hours: tuple[int, int] | None = None
) -> datetime.datetime:
    """`at` itself, or eight in the morning when it falls into the quiet hours (local time)."""
    start, end = hours or settings.QUIET_HOURS
    local = timezone.localtime(at)
    if end <= local.hour < start:
        return at
    morning = local.replace(hour=end, minute=0, second=0, microsecond=0)
    return morning if local.hour < end else morning + datetime.timedelta(days=1)
