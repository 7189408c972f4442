"""/livez and /readyz: what they say, and that each check breaks when its part does."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import DatabaseError
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import timezone

from core import health, pulse, registries
from core.models import Heartbeat
from core.tasks import beat_heartbeat
from tests.factories.notices import OutboxItemFactory

pytestmark = pytest.mark.django_db
SECOND = datetime.timedelta(seconds=1)


def checks() -> dict[str, str]:
    found: dict[str, str] = health.report()["checks"]
    return found


def test_livez_needs_no_database(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    monkeypatch.setattr(health, "_database", lambda: "unreachable")

    assert client.get("/livez", headers={"host": "10.0.0.5"}).json() == {"status": "ok"}


def test_readyz_names_what_is_degraded_and_stays_ready(client: Client) -> None:
    answer = client.get("/readyz", headers={"host": "10.0.0.5"})

    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert {"worker", "beat"} <= set(answer.json()["degraded"])
    assert answer.json()["checks"]["database"] == "ok"
    assert answer.json()["checks"]["migrations"] == "ok"
    assert answer.json()["checks"]["outbox"] == "ok"


def test_readyz_is_503_without_a_database(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    class Dead:
        def cursor(self) -> Any:
            raise DatabaseError

    monkeypatch.setattr(health, "connection", Dead())

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": "unreachable"}


def test_readyz_is_503_while_migrations_are_pending(
    monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    monkeypatch.setattr(health, "_migrated", False)
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: ["one"])

    assert client.get("/readyz").json()["checks"]["migrations"] == "pending"


def test_a_worker_is_silent_ten_seconds_after_its_last_sign() -> None:
    assert checks()["worker"] == "never seen"
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        health.beat(health.WORKER)
    with time_machine.travel(now + 9 * SECOND, tick=False):
        assert checks()["worker"] == "ok"
    with time_machine.travel(now + 10 * SECOND, tick=False):
        assert checks()["worker"] == "silent"


def test_beat_is_silent_two_minutes_after_its_last_ring() -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        beat_heartbeat()
        beat_heartbeat()
    with time_machine.travel(now + 119 * SECOND, tick=False):
        assert checks()["beat"] == "ok"
    with time_machine.travel(now + 120 * SECOND, tick=False):
        assert checks()["beat"] == "silent"


def test_the_outbox_is_late_a_minute_after_a_row_was_due() -> None:
    now = timezone.now()
    OutboxItemFactory(due_at=now)
    with time_machine.travel(now + 60 * SECOND, tick=False):
        assert checks()["outbox"] == "ok"
    with time_machine.travel(now + 61 * SECOND, tick=False):
        assert checks()["outbox"] == "1 minutes late"


def test_a_broker_that_is_not_there_is_unreachable(settings: Any) -> None:
    settings.REDIS_URL = ""
    assert checks()["broker"] == "not configured"

    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert checks()["broker"] == "unreachable"


def test_a_check_that_fails_is_bad_news_and_no_error_page(
    monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    def fail() -> str:
        raise RuntimeError

    monkeypatch.setitem(registries.health_checks._entries, "tests", (1, fail))

    assert client.get("/readyz").json()["checks"]["tests"] == "failed"


@pytest.mark.django_db(transaction=True)
def test_the_pulse_of_a_worker_survives_a_database_that_is_away_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers: Iterator[Exception | None] = iter([DatabaseError(), None])
    thread = pulse.Pulse("tests-worker")
    real = health.beat

    def beat(name: str) -> None:
        error = next(answers)
        if error is not None:
            raise error
        real(name)
        thread.ending.set()

    monkeypatch.setattr(health, "beat", beat)
    monkeypatch.setattr(pulse, "EVERY", 0.01)
    thread.start()
    thread.join(10)

    assert not thread.is_alive()
    assert Heartbeat.objects.filter(name="tests-worker").exists()


def test_check_invariants_prints_sentences_and_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registries.invariant_checks, "_entries", {})
    registries.invariant_checks.add("fine", lambda: iter(()))
    out = StringIO()
    call_command("check_invariants", stdout=out)
    assert out.getvalue() == "1 checks, all well\n"

    registries.invariant_checks.add("seats", lambda: iter(["One seat too many."]))
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("check_invariants", stdout=out)
    assert stopped.value.code == 1
    assert out.getvalue() == "seats: One seat too many.\n2 checks, 1 findings\n"
