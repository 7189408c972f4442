"""What the pages of notices show: notices in words, counts, the state of the outbox."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Window
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.prepared import prepared
from core.registries import notice_rules
from core.scope import scope_of
from notices.models import Channel, ChannelChoice, Notice, OutboxItem
from notices.rules import Message, in_words

# A due row that nobody has taken for so long means that no worker delivers (seconds).
LATE_AFTER = 60
TILE_ROWS = 3
State = OutboxItem.State


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice with its words in the reader's language."""

    notice: Notice
    message: Message
    asks: bool  # for a confirmation that has not been given


def shown(notice: Notice) -> Shown:
    rule = notice_rules.get(notice.rule) if notice.rule in notice_rules else None
    asks = rule is not None and rule.confirm and notice.confirmed_at is None
    return Shown(notice, in_words(notice.rule, notice.facts), asks)


@prepared
def unread(viewer: Any) -> QuerySet[Notice]:
    """What the viewer has not read, from the newest."""
    return Notice.objects.visible_to(viewer).filter(read_at=None).order_by("-created_at", "-pk")


@prepared
def unread_first(viewer: Any) -> QuerySet[Notice]:
    """All that the viewer has, what is unread before the rest."""
    return Notice.objects.visible_to(viewer).unread_first()


@prepared
def newest_unread(viewer: Any) -> QuerySet[Notice]:
    """The newest of them, each with the number of all as `unread`."""
    return unread.plain(viewer).annotate(unread=Window(Count("*")))[:TILE_ROWS]


def _counts(request: HttpRequest) -> dict[str, int]:
    """What waits behind each line of the navigation, as far as this request knows it."""
    counts: dict[str, int] = request.__dict__.setdefault("nav_counts", {})
    return counts


def unread_count(request: HttpRequest) -> int:
    """Unread notices of the reader; one count on a partial index, once for a request."""
    counts = _counts(request)
    if "notices" not in counts:
        counts["notices"] = unread(scope_of(request.user)).count()
    return counts["notices"]


def home_tile(request: HttpRequest) -> dict[str, Any] | None:
    """New notices for the Today page; nothing when all are read. One query, which also tells the
    navigation how many there are."""
    newest: list[Any] = list(newest_unread(scope_of(request.user)))
    count = _counts(request)["notices"] = newest[0].unread if newest else 0
    if not newest:
        return None
    return {"rows": [shown(notice) for notice in newest], "unread": count}


def wants_email(user: User) -> bool:
    """E-mail is wanted until declined."""
    declined = ChannelChoice.objects.filter(user=user, channel=Channel.EMAIL, wanted=False)
    return not declined.exists()


# --- Outbox -------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ChannelCounts:
    """How many rows of one channel stand in each state."""

    channel: str
    counts: tuple[tuple[str, str, int], ...]  # state, label, rows


def outbox_counts() -> list[ChannelCounts]:
    """Rows per channel and state, zeros included. One query."""
    grouped = OutboxItem.objects.values_list("channel", "state").annotate(rows=Count("pk"))
    found = {(channel, state): rows for channel, state, rows in grouped}
    return [
        ChannelCounts(
            str(channel.label),
            tuple(
                (state.value, str(state.label), found.get((channel.value, state.value), 0))
                for state in State
            ),
        )
        for channel in Channel
    ]


def rule_labels() -> dict[str, str]:
    return {key: str(rule.label) for key, rule in notice_rules.items()}


def outbox_health() -> str:
    """For /readyz: "ok", or how late the oldest due row is."""
    now = timezone.now()
    due = (
        OutboxItem.objects.filter(
            state__in=[State.QUEUED, State.INFLIGHT],
            due_at__lt=now - datetime.timedelta(seconds=LATE_AFTER),
        )
        .order_by("due_at")
        .values_list("due_at", flat=True)
        .first()
    )
    if due is None:
        return "ok"
    return f"{int((now - due).total_seconds() // 60)} minutes late"


def broken_invariants() -> Iterator[str]:
    """A delivered inbox row has its notice, and a notice has a delivered row."""
    posted = OutboxItem.objects.filter(channel=Channel.INBOX, state=State.SENT)
    if lost := posted.filter(notice=None).count():
        yield _("%(count)s delivered rows of the outbox have no notice.") % {"count": lost}
    if early := Notice.objects.exclude(item__state=State.SENT).count():
        yield _("%(count)s notices belong to rows that are not delivered.") % {"count": early}
