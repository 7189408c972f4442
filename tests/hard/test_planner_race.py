"""Two beats and four workers plan and deliver the same month at the same time."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connections

from accounts.models import User
from core.registries import notice_rules
from notices import services
from notices.models import Notice, OutboxItem
from notices.rules import Due, Facts, Message, TimedRule

pytestmark = [pytest.mark.hard, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]
PLANNERS, DELIVERERS = 8, 4
DAYS, PEOPLE, CLASSES = 30, 10, 6
FIRST = datetime.datetime(2026, 4, 1, 7, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


class DayBefore(TimedRule):
    """Reminds everybody of class n, which begins on day n x 5, three days and one day before."""

    key = "tests.day_before"
    label = "Day before"

    def __init__(self, people: list[int]) -> None:
        self.people = people

    def render(self, facts: Facts, language: str) -> Message:
        return Message(title="Class")

    def due(self, now: datetime.datetime) -> Iterator[Due]:
        today = (now - FIRST).days
        for number in range(1, CLASSES + 1):
            for before in (3, 1):
                if 5 * number - before <= today < 5 * number:
                    for person in self.people:
                        yield Due(person, number, f"{before} days")


def at_once(act: Callable[[threading.Barrier], None], count: int) -> None:
    """Run `act` in `count` threads that keep step with the barrier; raises what one raised."""
    errors: list[BaseException] = []
    barrier = threading.Barrier(count, timeout=60)

    def run() -> None:
        try:
            act(barrier)
        except BaseException as error:
            errors.append(error)
            barrier.abort()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notices.services.queueing.ring", lambda task: None)
    monkeypatch.setattr("notices.services.delivery.ring", lambda task: None)


def test_thirty_days_of_eight_planners_and_four_deliverers(monkeypatch: pytest.MonkeyPatch) -> None:
    people = [User.objects.create(username=f"p{n}").pk for n in range(PEOPLE)]
    monkeypatch.setitem(notice_rules._entries, DayBefore.key, (100, DayBefore(people)))

    def plan_a_month(barrier: threading.Barrier) -> None:
        for day in range(DAYS):
            barrier.wait()
            services.plan(FIRST + datetime.timedelta(days=day))

    at_once(plan_a_month, PLANNERS)

    wanted = {
        (person, number, f"{before} days")
        for person in people
        for number in range(1, CLASSES + 1)
        for before in (3, 1)
    }
    keys = {
        f"{DayBefore.key}:{number}:{person}:inbox:{occurrence}"
        for person, number, occurrence in wanted
    }
    assert set(OutboxItem.objects.values_list("key", flat=True)) == keys
    assert OutboxItem.objects.count() == len(wanted)

    def deliver_everything(barrier: threading.Barrier) -> None:
        barrier.wait()
        while services.deliver(FIRST + datetime.timedelta(days=DAYS)):
            pass

    at_once(deliver_everything, DELIVERERS)

    given: list[Any] = list(Notice.objects.values_list("item__key", flat=True))
    assert sorted(given) == sorted(keys)
