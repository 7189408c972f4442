"""Hours are posted once, whoever is killed and whoever presses at the same moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections
from django.db.models import Count, Sum

from committees.models import Person
from core import guards
from records import services
from records.models import HourDecision, HourEntry
from tests.factories.committees import PersonFactory
from tests.factories.records import HourAccountFactory, HourEntryFactory, posting
from tests.hard.hours_poster import SESSIONS
from tests.hard.processes import database_url, until

pytestmark = [pytest.mark.hard, pytest.mark.timeout(300), pytest.mark.django_db(transaction=True)]
PEOPLE = 60
ALL = PEOPLE * len(SESSIONS)


def poster(how: str) -> subprocess.Popen[bytes]:
    kept = {key: text for key, text in os.environ.items() if "PYTEST" not in key}
    env = kept | {
        "DJANGO_SETTINGS_MODULE": "trainingbase.settings",
        "DEBUG": "1",
        "REDIS_URL": "",
        "DATABASE_URL": database_url(),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    return subprocess.Popen([sys.executable, "-m", "tests.hard.hours_poster", how], env=env)


def kill_at(share: int, how: str) -> None:
    """Let a poster run until so many entries stand, then kill it in the middle of its work."""
    process = poster(how)
    until(lambda: HourEntry.objects.count() >= share, 90)
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_a_class_posted_twice_by_killed_workers_is_posted_once(record_property: Any) -> None:
    PersonFactory.create_batch(PEOPLE)

    kill_at(ALL // 3, "careful")
    broken_off = HourEntry.objects.count()
    kill_at(2 * ALL // 3, "careful")
    for _ in range(2):
        assert poster("careful").wait(90) == 0

    record_property("entries when the first worker was killed", broken_off)
    assert 0 < broken_off < ALL
    assert HourEntry.objects.count() == HourDecision.objects.count() == ALL
    by_cause = HourEntry.objects.values("account__person", "session_ref")
    assert all(row["n"] == 1 for row in by_cause.annotate(n=Count("pk")).order_by())
    totals = {services.year_total(person, 2026) for person in Person.objects.all()}
    assert totals == {len(SESSIONS) * 16}


def test_control_without_the_key_of_the_cause_hours_double() -> None:
    PersonFactory.create_batch(PEOPLE)

    kill_at(ALL // 3, "careless")
    assert poster("careless").wait(90) == 0

    assert HourEntry.objects.count() > ALL


def together(*works: Callable[[], Any]) -> list[Any]:
    """Run each in a thread of its own at one moment; what it returned or raised."""
    start, found = threading.Barrier(len(works)), [None] * len(works)

    def run(number: int) -> None:
        try:
            start.wait(10)
            found[number] = works[number]()
        except Exception as exc:
            found[number] = exc  # type: ignore[call-overload]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def test_eight_who_press_at_once_post_one_entry() -> None:
    person = PersonFactory()
    made = posting(person, key="a")

    found = together(*[lambda: services.post_hours(actor=None, posting=made, verified=True)] * 8)

    assert {getattr(one, "pk", one) for one in found} == {HourEntry.objects.get().pk}


def inserted(account: Any, session: uuid.UUID) -> int:
    """Rounds in which two doors that know no service gave one session out twice."""
    twice = 0
    for number in range(12):
        facts = {
            "account": account,
            "quarters": 10,
            "session_ref": uuid.UUID(int=session.int + number),
            "session_quarters": 16,
        }
        found = together(*[lambda facts=facts: HourEntryFactory(**facts)] * 2)
        errors = [one for one in found if isinstance(one, IntegrityError)]
        twice += not errors
    return twice


def test_the_database_gives_no_session_out_twice_and_without_its_guard_it_would() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    account = HourAccountFactory()

    assert inserted(account, uuid.UUID(int=1_000)) == 0
    entries = HourEntry.objects.values("session_ref").annotate(sum=Sum("quarters")).order_by()
    assert {row["sum"] for row in entries} == {10}
    try:
        with connection.cursor() as cursor:
            cursor.execute('DROP TRIGGER "records_hourentry_guard_session" ON "records_hourentry"')
        assert inserted(account, uuid.UUID(int=2_000)) > 0
    finally:
        guards.install()
