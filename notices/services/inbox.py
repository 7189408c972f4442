"""What a reader does with an inbox."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.errors import DomainError
from core.registries import notice_rules
from notices.models import Channel, ChannelChoice, Notice


class NothingToConfirm(DomainError):
    code = "nothing_to_confirm"


def mark_read(*, notice: Notice) -> Notice:
    """Note that the notice was opened; the first time counts."""
    if notice.read_at is None:
        notice.read_at = timezone.now()
        Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=notice.read_at)
    return notice


def mark_all_read(*, actor: User) -> int:
    """Mark everything in `actor`'s inbox as read; returns how many were not."""
    unread = Notice.objects.visible_to(actor).filter(read_at=None)
    return unread.update(read_at=timezone.now())


def asks_to_confirm(notice: Notice) -> bool:
    """Does the notice's rule want the reader's confirmation?"""
    return notice.rule in notice_rules and notice_rules.get(notice.rule).confirm


def confirm(*, actor: User, notice: Notice) -> Notice:
    """Confirm receipt, once. Raises NothingToConfirm when the notice does not ask for it."""
    if not asks_to_confirm(notice):
        raise NothingToConfirm(_("This notice needs no confirmation."))
    with transaction.atomic():
        locked = Notice.objects.select_for_update().select_related("recipient").get(pk=notice.pk)
        if locked.confirmed_at is None:
            now = timezone.now()
            locked.read_at, locked.confirmed_at = locked.read_at or now, now
            locked.save(update_fields=["read_at", "confirmed_at"])
            audit.record(
                actor=actor, action="notice.confirm", obj=locked, after={"confirmed_at": now}
            )
    return locked


def choose_channel(*, actor: User, channel: str, wanted: bool) -> None:
    """Turn a channel besides the inbox on or off for `actor`.

    Raises DomainError for the inbox, which always works.
    """
    if channel == Channel.INBOX:
        raise DomainError(_("The inbox cannot be turned off."), field="channel")
    with transaction.atomic():
        choice, created = ChannelChoice.objects.get_or_create(
            user=actor, channel=channel, defaults={"wanted": wanted}
        )
        before = True if created else choice.wanted
        if before == wanted:
            return
        choice.wanted = wanted
        choice.save(update_fields=["wanted"])
        audit.record(
            actor=actor,
            action="notice.choose_channel",
            obj=choice,
            before={"wanted": before},
            after={"wanted": wanted},
        )
