"""The Celery application of the worker tests: the portal's own, with rules and tasks of the tests.

Started as `celery -A tests.hard.worker worker`, so that a real process knows them.
"""

from __future__ import annotations

import os
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trainingbase.settings")

import django

django.setup()

from django.utils import timezone  # noqa: E402

from core.registries import notice_rules  # noqa: E402
from notices.models import Channel, Notice, OutboxItem  # noqa: E402
from notices.rules import Facts, Message, NoticeRule  # noqa: E402
from trainingbase.celery import app  # noqa: E402

__all__ = ["app"]
SECONDS_TO_ASK = 0.002
STEP = 100


class Reminder(NoticeRule):
    """A reminder whose live state takes a moment to ask for, as a query does."""

    key = "tests.reminder"
    label = "Reminder"
    email = True
    quiet = False

    def render(self, facts: Facts, language: str) -> Message:
        return Message(title="Reminder", body=str(facts["n"]))

    def still_wanted(self, item: OutboxItem) -> bool:
        time.sleep(SECONDS_TO_ASK)
        return True


if Reminder.key not in notice_rules:
    notice_rules.add(Reminder.key, Reminder())


@app.task(name="tests.deliver_without_care")
def deliver_without_care() -> None:
    """What the outbox guards against: mark a batch as done first, then do it."""
    waiting = OutboxItem.objects.filter(channel=Channel.INBOX, state=OutboxItem.State.QUEUED)
    items = list(waiting.order_by("pk")[:STEP])
    OutboxItem.objects.filter(pk__in=[item.pk for item in items]).update(
        state=OutboxItem.State.SENT, finished_at=timezone.now()
    )
    for item in items:
        time.sleep(SECONDS_TO_ASK)
        Notice.objects.create(
            item=item, recipient_id=item.recipient_id, rule=item.rule, facts=item.facts
        )
    if len(items) == STEP:
        deliver_without_care.delay()
