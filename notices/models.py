"""Outbox and inbox. A row here is the truth; the broker only rings the bell."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.scope import scope_of


class Channel(models.TextChoices):
    INBOX = "inbox", _("Inbox")
    EMAIL = "email", _("E-mail")


class OutboxItem(models.Model):
    """One message to one account over one channel, due at a time, written in the transaction of
    its cause. `key` makes it unique: rule, object, recipient, channel, occurrence."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        INFLIGHT = "inflight", _("Being sent")
        SENT = "sent", _("Delivered")
        DROPPED = "dropped", _("No longer needed")
        FAILED = "failed", _("Not delivered")

    key = models.CharField(_("key"), max_length=200, unique=True)
    guid = models.UUIDField(_("message number"), default=uuid.uuid4, unique=True)
    rule = models.CharField(_("rule"), max_length=60)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    recipient = models.ForeignKey(
        User, models.CASCADE, related_name="outbox", verbose_name=_("recipient")
    )
    object_id = models.BigIntegerField(_("object"))
    facts = models.JSONField(_("facts"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    due_at = models.DateTimeField(_("due at"), default=timezone.now)
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("outbox item")
        verbose_name_plural = _("outbox items")
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["queued", "inflight"]),
                name="outbox_open_by_due",
            ),
            models.Index(fields=["rule", "object_id"], name="outbox_by_object"),
        ]

    def __str__(self) -> str:
        return self.key


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, viewer: Any) -> NoticeQuerySet:
        """My own inbox."""
        return self.filter(recipient_id=scope_of(viewer).user_id)

    def unread_first(self) -> NoticeQuerySet:
        """Unread, then read ones, each from the newest."""
        read = models.Case(models.When(read_at=None, then=0), default=1)
        return self.order_by(read, "-created_at", "-pk")


class Notice(models.Model):
    """A message in somebody's inbox: the rule and its facts, put into words when read."""

    item = models.OneToOneField(
        OutboxItem, models.CASCADE, related_name="notice", verbose_name=_("outbox item")
    )
    recipient = models.ForeignKey(
        User, models.CASCADE, related_name="notices", verbose_name=_("recipient")
    )
    rule = models.CharField(_("rule"), max_length=60)
    facts = models.JSONField(_("facts"), default=dict)
    created_at = models.DateTimeField(_("arrived at"), default=timezone.now)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(fields=["recipient", "-created_at", "-id"], name="notice_by_recipient"),
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.rule}"


class ChannelChoice(models.Model):
    """Whether a person wants a channel besides the inbox, which always works."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="channel_choices", verbose_name=_("account")
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    wanted = models.BooleanField(_("wanted"), default=True)

    class Meta:
        verbose_name = _("choice of channel")
        verbose_name_plural = _("choices of channels")
        constraints = [
            models.UniqueConstraint(fields=["user", "channel"], name="channel_choice_once"),
            models.CheckConstraint(
                condition=~Q(channel="inbox") | Q(wanted=True), name="channel_inbox_always"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.channel}"
