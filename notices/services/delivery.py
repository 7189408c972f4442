"""Delivering what is due: the inbox exactly once, e-mail at least once with a lease.

An inbox notice and the state of its outbox row change in one transaction, so a killed worker
leaves both or neither. An e-mail is claimed, sent outside any transaction and then marked; a
worker that dies in between leaves a lease that runs out, and the message goes again under the
same message number.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from smtplib import SMTPException, SMTPResponseException
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone, translation

from core.doorbell import ring
from core.registries import notice_rules
from notices import tasks
from notices.models import Channel, Notice, OutboxItem
from notices.rules import NoticeRule, after_quiet_hours, in_words

log = structlog.get_logger(__name__)
State = OutboxItem.State
INBOX_BATCH = 100
EMAIL_BATCH = 20
LEASE = datetime.timedelta(seconds=40)
# No sending begins after this part of the lease, so that it ends before another worker may claim.
SENDING = datetime.timedelta(seconds=20)
MOST_ATTEMPTS = 8
LONGEST_WAIT = 60  # minutes
OPEN = Q(state__in=[State.QUEUED, State.INFLIGHT])


def deliver(now: datetime.datetime | None = None) -> int:
    """Deliver one batch of each channel; a full batch rings for the next. Returns rows handled."""
    moment = now or timezone.now()
    posted = _deliver_inbox(moment)
    mailed = _deliver_email(moment)
    if posted >= INBOX_BATCH or mailed >= EMAIL_BATCH:
        ring(tasks.deliver)
    return posted + mailed


def _claimable(channel: Channel, now: datetime.datetime) -> Any:
    """Rows of `channel` that are due and held by nobody, locked for this transaction.

    On SQLite the transaction itself is the lock: BEGIN IMMEDIATE lets one writer in.
    """
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    return (
        OutboxItem.objects.filter(OPEN, free, channel=channel, due_at__lte=now)
        .select_related("recipient")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("due_at", "pk")
    )


# --- Inbox --------------------------------------------------------------------------------------
def _deliver_inbox(now: datetime.datetime) -> int:
    with transaction.atomic():
        items = list(_claimable(Channel.INBOX, now)[:INBOX_BATCH])
        wanted, unwanted = _sorted_out(items, now)
        Notice.objects.bulk_create(
            [
                Notice(
                    item=item,
                    recipient_id=item.recipient_id,
                    rule=item.rule,
                    facts=item.facts,
                    created_at=now,
                )
                for item in wanted
            ]
        )
        _finish(wanted, State.SENT, now)
        _finish(unwanted, State.DROPPED, now)
    return len(items)


def _sorted_out(
    items: Iterable[OutboxItem], now: datetime.datetime
) -> tuple[list[OutboxItem], list[OutboxItem]]:
    """Which items are still wanted and which no longer; those that cannot say wait for a retry."""
    wanted: list[OutboxItem] = []
    unwanted: list[OutboxItem] = []
    for item in items:
        try:
            (wanted if _still_wanted(item) else unwanted).append(item)
        except Exception as error:
            _postpone(item, type(error).__name__, item.attempts + 1, now)
    return wanted, unwanted


def _still_wanted(item: OutboxItem) -> bool:
    """Ask the rule, in a savepoint so that a failing query harms this item only."""
    rule: NoticeRule = notice_rules.get(item.rule)
    if not item.recipient.is_active:
        return False
    if type(rule).still_wanted is NoticeRule.still_wanted:
        return True
    with transaction.atomic():
        return rule.still_wanted(item)


def _finish(items: list[OutboxItem], state: str, now: datetime.datetime) -> None:
    if items:
        OutboxItem.objects.filter(pk__in=[item.pk for item in items]).update(
            state=state, finished_at=now, claimed_until=None, last_error=""
        )


def _postpone(item: OutboxItem, error: str, attempts: int, now: datetime.datetime) -> None:
    """Try again after 1, 2, 4 … 60 minutes; after eight attempts somebody has to look."""
    changes: dict[str, Any] = {"claimed_until": None, "attempts": attempts, "last_error": error}
    if attempts >= MOST_ATTEMPTS:
        changes |= {"state": State.FAILED, "finished_at": now}
    else:
        wait = min(2 ** (attempts - 1), LONGEST_WAIT)
        changes |= {"state": State.QUEUED, "due_at": now + datetime.timedelta(minutes=wait)}
    # Only while the item is still ours: a lease that ran out has given it to another worker.
    held = OutboxItem.objects.filter(OPEN, pk=item.pk, claimed_until=item.claimed_until)
    held.update(**changes)
    log.warning("notice.not_sent", item=item.pk, channel=item.channel, error=error)


# --- E-mail -------------------------------------------------------------------------------------
def _deliver_email(now: datetime.datetime) -> int:
    _let_sleep(now)
    items = _claim(now)
    if not items:
        return 0
    begun = timezone.now()
    wanted, unwanted = _sorted_out(items, now)
    _finish(unwanted, State.DROPPED, now)
    connection = get_connection()
    try:
        for item in wanted:
            if timezone.now() - begun > SENDING:
                _give_back(item)
            else:
                _send(item, connection, now)
    finally:
        _close(connection)
    return len(items)


def _let_sleep(now: datetime.datetime) -> None:
    """In the quiet hours, due e-mails of quiet rules wait for the morning."""
    morning = after_quiet_hours(now)
    if morning == now:
        return
    quiet = [key for key, rule in notice_rules.items() if rule.quiet]
    OutboxItem.objects.filter(
        state=State.QUEUED, channel=Channel.EMAIL, rule__in=quiet, due_at__lte=now
    ).update(due_at=morning)


def _claim(now: datetime.datetime) -> list[OutboxItem]:
    """Lease one batch. Attempts are counted here, so that a row that kills its worker ends too."""
    with transaction.atomic():
        found = list(_claimable(Channel.EMAIL, now)[:EMAIL_BATCH])
        worn = [item for item in found if item.attempts >= MOST_ATTEMPTS]
        OutboxItem.objects.filter(pk__in=[item.pk for item in worn]).update(
            state=State.FAILED, finished_at=now, claimed_until=None, last_error="WorkerLost"
        )
        items = [item for item in found if item.attempts < MOST_ATTEMPTS]
        for item in items:
            item.state, item.attempts = State.INFLIGHT, item.attempts + 1
            item.claimed_until = now + LEASE
        OutboxItem.objects.bulk_update(items, ["state", "attempts", "claimed_until"])
    return items


def _give_back(item: OutboxItem) -> None:
    OutboxItem.objects.filter(pk=item.pk, claimed_until=item.claimed_until).update(
        state=State.QUEUED, claimed_until=None, attempts=item.attempts - 1
    )


def _send(item: OutboxItem, connection: Any, now: datetime.datetime) -> None:
    try:
        _letter(item, connection).send()
    except Exception as error:
        if isinstance(error, (SMTPException, OSError)):
            _close(connection)  # the next letter opens a fresh one
        _postpone(item, _reason(error), item.attempts, now)
    else:
        # Marked whoever holds the lease by now: it has been sent.
        OutboxItem.objects.filter(OPEN, pk=item.pk).update(
            state=State.SENT, finished_at=timezone.now(), claimed_until=None, last_error=""
        )


def _letter(item: OutboxItem, connection: Any) -> EmailMessage:
    language = item.recipient.language or settings.LANGUAGE_CODE
    message = in_words(item.rule, item.facts, language)
    with translation.override(language):
        text = render_to_string(
            "notices/email/notice.txt", {"message": message, "portal": settings.PORTAL_URL}
        )
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    return EmailMessage(
        subject=" ".join(message.title.split()),
        body=text,
        to=[item.recipient.email],
        headers={
            "Message-ID": f"<{item.guid}@{host}>",
            "X-Notice": str(item.guid),
            "Auto-Submitted": "auto-generated",
        },
        connection=connection,
    )


def _reason(error: Exception) -> str:
    """What went wrong, without the address that a server may repeat."""
    code = error.smtp_code if isinstance(error, SMTPResponseException) else ""
    return f"{type(error).__name__} {code}".strip()


def _close(connection: Any) -> None:
    try:
        connection.close()
    except (SMTPException, OSError) as error:
        log.info("notice.mail_server_gone", error=type(error).__name__)
