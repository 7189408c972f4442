"""Ringing for a worker: after the commit, once, and never at a person's expense."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from kombu.exceptions import OperationalError

from core import doorbell

pytestmark = pytest.mark.django_db


class Bell:
    """Stands for a task: counts rings, or fails as a dead broker does."""

    name = "tests.bell"

    def __init__(self, error: Exception | None = None) -> None:
        self.error, self.rung = error, 0
        self.app = SimpleNamespace(conf=SimpleNamespace(task_always_eager=False))

    def delay(self) -> None:
        self.rung += 1
        if self.error is not None:
            raise self.error


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(doorbell, "_deaf_until", 0.0)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"


def settled() -> None:
    """Wait for rings that are going out."""
    for thread in threading.enumerate():
        if thread.name == "doorbell":
            thread.join(10)


def test_a_ring_waits_for_the_commit(django_capture_on_commit_callbacks: Any) -> None:
    bell = Bell()
    with django_capture_on_commit_callbacks() as waiting:
        doorbell.ring(bell)
        doorbell.ring(bell)
    assert bell.rung == 0

    for callback in waiting:
        callback()
    settled()
    assert bell.rung == 1


def test_a_ring_in_a_savepoint_that_is_rolled_back_does_not_silence_a_later_one(
    django_capture_on_commit_callbacks: Any,
) -> None:
    bell = Bell()
    with django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            doorbell.ring(bell)
            _ = 1 / 0
        doorbell.ring(bell)

    settled()
    assert bell.rung == 1


@pytest.mark.parametrize("error", [OperationalError("down"), ConnectionRefusedError()])
def test_a_dead_broker_is_left_alone_for_a_while(
    error: Exception, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bell = Bell(error)
    for _ in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            doorbell.ring(bell)
        settled()
    assert bell.rung == 1

    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + doorbell.DEAF_FOR + 1)
    with django_capture_on_commit_callbacks(execute=True):
        doorbell.ring(bell)
    settled()
    assert bell.rung == 2


def test_without_a_broker_nothing_is_published(
    django_capture_on_commit_callbacks: Any, settings: Any
) -> None:
    settings.REDIS_URL = ""
    bell = Bell()

    with django_capture_on_commit_callbacks(execute=True):
        doorbell.ring(bell)

    settled()
    assert bell.rung == 0


def test_nobody_waits_for_a_broker_that_does_not_answer(
    django_capture_on_commit_callbacks: Any,
) -> None:
    frozen = threading.Event()

    class Frozen(Bell):
        def delay(self) -> None:
            frozen.wait(10)
            super().delay()

    bell = Frozen()
    for _ in range(5):
        with django_capture_on_commit_callbacks(execute=True):
            doorbell.ring(bell)
    assert bell.rung == 0  # five people have gone on

    frozen.set()
    settled()
    # Once for the first, and once for all who rang while it was under way.
    assert bell.rung == 2
