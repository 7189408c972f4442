"""The worker's sign of life: a thread of its main process, so that a long task does not hide it."""

from __future__ import annotations

import threading

import structlog
from django.db import DatabaseError, InterfaceError, connection

from core import health

log = structlog.get_logger(__name__)
EVERY = 3.0  # seconds


class Pulse(threading.Thread):
    """Notes a sign of life every few seconds until the process ends.

    The connection is closed after each: the main process forks, and a child must not inherit it.
    """

    def __init__(self, name: str = health.WORKER) -> None:
        super().__init__(name="pulse", daemon=True)
        self.part = name
        self.ending = threading.Event()

    def run(self) -> None:
        while True:
            try:
                health.beat(self.part)
            except (DatabaseError, InterfaceError) as error:
                log.warning("pulse.database_unreachable", error=type(error).__name__)
            finally:
                connection.close()
            if self.ending.wait(EVERY):
                return
