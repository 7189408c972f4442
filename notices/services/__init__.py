"""Everything that changes outbox and inboxes."""

from notices.services.delivery import deliver
from notices.services.inbox import choose_channel, confirm, mark_all_read, mark_read
from notices.services.outbox import retry
from notices.services.queueing import plan, queue

__all__ = [
    "choose_channel",
    "confirm",
    "deliver",
    "mark_all_read",
    "mark_read",
    "plan",
    "queue",
    "retry",
]
