"""What the operator does with the outbox."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.doorbell import ring
from core.errors import DomainError
from notices import tasks
from notices.models import OutboxItem


class NotFailed(DomainError):
    code = "not_failed"


def retry(*, actor: User, item: OutboxItem) -> OutboxItem:
    """Send a failed item again, from its first attempt. Raises NotFailed for any other state."""
    failed = OutboxItem.State.FAILED
    with transaction.atomic():
        locked = OutboxItem.objects.select_for_update().get(pk=item.pk)
        if locked.state != failed:
            raise NotFailed(_("Only a notice that was not delivered can be sent again."))
        before = {"state": locked.state, "error": locked.last_error}
        locked.state, locked.attempts, locked.last_error = OutboxItem.State.QUEUED, 0, ""
        locked.due_at, locked.finished_at = timezone.now(), None
        locked.save(update_fields=["state", "attempts", "last_error", "due_at", "finished_at"])
        audit.record(
            actor=actor,
            action="notice.retry",
            obj=locked,
            before=before,
            after={"state": locked.state},
        )
        ring(tasks.deliver)
    return locked
