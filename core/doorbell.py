"""Ring for a worker without ever making a person wait for the broker.

Rows in the database are the truth; a ring that is lost costs seconds, because beat rings too.
"""

from __future__ import annotations

import threading
import time
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)

# After a failed ring this process leaves the broker alone for so long (seconds). Rings go out from
# a thread: a frozen broker was measured to hold the publisher for 1 to 3 s.
DEAF_FOR = 10.0
_deaf_until = 0.0
_lock = threading.Lock()
_ringing: set[str] = set()
_again: set[str] = set()


class _Waiting:
    """A ring that waits for its transaction."""

    def __init__(self, task: Any) -> None:
        self.task, self.done = task, False

    def __call__(self) -> None:
        self.done = True
        _publish(self.task)


def ring(task: Any) -> None:
    """Start `task` once the current transaction is committed. Never raises, never waits.

    Rung several times in one transaction, it starts once.
    """
    connection = transaction.get_connection()
    scope = set(connection.savepoint_ids)
    for savepoints, waiting, *_ in connection.run_on_commit:
        same = isinstance(waiting, _Waiting) and waiting.task is task and not waiting.done
        # A ring inside a savepoint that has ended may still be rolled back; it does not count.
        if same and set(savepoints) <= scope:
            return
    transaction.on_commit(_Waiting(task))


def _publish(task: Any) -> None:
    if task.app.conf.task_always_eager:
        task.delay()
        return
    if not settings.REDIS_URL or time.monotonic() < _deaf_until:
        return
    with _lock:
        if task.name in _ringing:
            _again.add(task.name)
            return
        _ringing.add(task.name)
    threading.Thread(target=_ring_until_quiet, args=(task,), name="doorbell", daemon=True).start()


def _ring_until_quiet(task: Any) -> None:
    """Publish, and once more when somebody rang meanwhile: the first may have come too soon."""
    while True:
        heard = _heard(task)
        with _lock:
            if not heard or task.name not in _again:
                _ringing.discard(task.name)
                _again.discard(task.name)
                return
            _again.discard(task.name)


def _heard(task: Any) -> bool:
    global _deaf_until
    try:
        task.delay()
    except (OperationalError, OSError) as error:
        _deaf_until = time.monotonic() + DEAF_FOR
        log.warning("doorbell.unheard", task=task.name, error=type(error).__name__)
        return False
    return True
