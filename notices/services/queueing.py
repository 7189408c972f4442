"""Writing the outbox: by the transaction of a cause, and by the planner for timed rules."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

import structlog
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.doorbell import ring
from core.registries import notice_rules
from notices import tasks
from notices.models import Channel, ChannelChoice, OutboxItem
from notices.rules import Due, NoticeRule, TimedRule, after_quiet_hours

log = structlog.get_logger(__name__)
T = TypeVar("T")
CHUNK = 500
OCCURRENCE_LENGTH = 60


def queue(
    *,
    rule: str,
    recipients: Iterable[User],
    object_id: int,
    facts: dict[str, Any],
    occurrence: str = "",
    due_at: datetime.datetime | None = None,
) -> int:
    """Write outbox rows for `recipients` in the caller's transaction; returns how many are new.

    The same rule, object, recipient and occurrence is written once. Inactive accounts get nothing.
    """
    chosen: NoticeRule = notice_rules.get(rule)
    wishes = [
        (user, Due(user.pk, object_id, occurrence, facts, due_at))
        for user in dict.fromkeys(recipients)
    ]
    made = _write(chosen, wishes, timezone.now())
    if made:
        ring(tasks.deliver)
    return made


def plan(now: datetime.datetime | None = None) -> int:
    """Ask every timed rule what is due and write it; returns how many rows are new.

    Any number of planners may run at the same time: the unique key keeps the rows apart. A rule
    that fails is logged and does not keep the others from their turn.
    """
    moment = now or timezone.now()
    made = 0
    for key, rule in notice_rules.items():
        if not isinstance(rule, TimedRule):
            continue
        try:
            made += sum(_plan_chunk(rule, chunk, moment) for chunk in _chunks(rule.due(moment)))
        except Exception as error:
            log.error("notices.rule_failed", rule=key, error=type(error).__name__, exc_info=True)
    if made:
        ring(tasks.deliver)
    return made


def _plan_chunk(rule: NoticeRule, dues: list[Due], now: datetime.datetime) -> int:
    with transaction.atomic():
        users = User.objects.in_bulk({due.recipient_id for due in dues})
        wishes = [(users[due.recipient_id], due) for due in dues if due.recipient_id in users]
        return _write(rule, wishes, now)


def _write(rule: NoticeRule, wishes: list[tuple[User, Due]], now: datetime.datetime) -> int:
    by_mail = _reached_by_mail(rule, [user for user, _ in wishes])
    rows = [
        _item(rule, due, channel, now)
        for user, due in wishes
        if user.is_active
        for channel in (Channel.INBOX, Channel.EMAIL)
        if channel == Channel.INBOX or user.pk in by_mail
    ]
    # One order for all writers: two planners at the same rows wait for each other, never in a ring.
    rows.sort(key=lambda row: row.key)
    made = 0
    for chunk in _chunks(iter(rows)):
        keys = [row.key for row in chunk]
        known = set(OutboxItem.objects.filter(key__in=keys).values_list("key", flat=True))
        new = [row for row in chunk if row.key not in known]
        # Another planner may write the same rows meanwhile; the key lets one of us win.
        OutboxItem.objects.bulk_create(new, ignore_conflicts=True)
        made += len(new)
    return made


def _reached_by_mail(rule: NoticeRule, users: list[User]) -> set[int]:
    """Of `users`, those who get this rule by e-mail: an address, and no refusal."""
    if not rule.email:
        return set()
    addressed = {user.pk for user in users if user.email}
    declined = ChannelChoice.objects.filter(
        user__in=addressed, channel=Channel.EMAIL, wanted=False
    ).values_list("user", flat=True)
    return addressed - set(declined)


def _item(rule: NoticeRule, due: Due, channel: Channel, now: datetime.datetime) -> OutboxItem:
    if len(due.occurrence) > OCCURRENCE_LENGTH:
        raise ValueError(f"occurrence is longer than {OCCURRENCE_LENGTH} signs")
    at = due.due_at or now
    if channel == Channel.EMAIL and rule.quiet:
        at = after_quiet_hours(at)
    return OutboxItem(
        key=f"{rule.key}:{due.object_id}:{due.recipient_id}:{channel.value}:{due.occurrence}",
        rule=rule.key,
        channel=channel,
        recipient_id=due.recipient_id,
        object_id=due.object_id,
        facts=json.loads(json.dumps(due.facts, cls=DjangoJSONEncoder)),
        due_at=at,
        created_at=now,
    )


def _chunks(rows: Iterator[T]) -> Iterator[list[T]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk
