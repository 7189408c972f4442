"""Workers that are killed in mid-work lose nothing and repeat nothing.

The control run shows that the same killing loses notices when a batch is marked before it is done.
"""

from __future__ import annotations

import os
import signal
from functools import partial
from typing import Any

import pytest

from accounts.models import User
from notices import services
from notices.models import Channel, Notice, OutboxItem
from tests.hard.processes import House, house, mail_sink, until
from tests.hard.worker import Reminder

pytestmark = [
    pytest.mark.hard,
    pytest.mark.timeout(400),
    pytest.mark.django_db(transaction=True),
]
PEOPLE = 1_000
KILLS = 10
CHILDREN = 2
State = OutboxItem.State


@pytest.fixture
def people() -> list[User]:
    return User.objects.bulk_create(
        [User(username=f"p{n}", email=f"p{n}@example.org") for n in range(PEOPLE)]
    )


@pytest.fixture
def no_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are written here and delivered by the workers only."""
    monkeypatch.setattr("notices.services.queueing.ring", lambda task: None)


def done() -> int:
    return OutboxItem.objects.filter(state=State.SENT).count()


def reached(goal: int) -> bool:
    return done() >= goal


def kill_again_and_again(portal: House, task: str, wanted: int, times: int = KILLS) -> int:
    """Kill the whole group of a worker each time it has done another share; returns the kills."""
    share = wanted // (times + 2)
    for kill in range(times):
        process = portal.worker(CHILDREN)
        portal.broker.ring(task)
        goal = min(done() + share // 2, wanted - 1)
        until(partial(reached, goal), 60)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if done() >= wanted:
            return kill + 1
    return times


def test_a_thousand_reminders_arrive_once_each_though_workers_are_killed(
    people: list[User], no_bell: None, record_property: Any
) -> None:
    with mail_sink() as (mail_url, letters), house(EMAIL_URL=mail_url) as portal:
        for n, person in enumerate(people):
            services.queue(rule=Reminder.key, recipients=[person], object_id=1, facts={"n": n})
        assert OutboxItem.objects.count() == 2 * PEOPLE

        kills = kill_again_and_again(portal, "notices.tasks.deliver", 2 * PEOPLE)
        portal.worker(CHILDREN)
        portal.broker.ring()
        seconds = until(lambda: done() == 2 * PEOPLE, 90)

    inboxes = sorted(Notice.objects.values_list("recipient_id", flat=True))
    assert inboxes == sorted(person.pk for person in people)
    numbers = {
        str(guid)
        for guid in OutboxItem.objects.filter(channel=Channel.EMAIL).values_list("guid", flat=True)
    }
    assert set(letters) == numbers  # none lost, and a repeated letter has the number of the first
    repeated = len(letters) - len(numbers)
    print(f"{kills} kills; e-mail repeated {repeated}; final {seconds:.0f} s after the last kill")
    assert repeated <= kills * CHILDREN
    assert seconds <= 60


def test_control_marking_before_doing_loses_notices_under_the_same_killing(
    people: list[User], no_bell: None
) -> None:
    with house() as portal:
        User.objects.update(email="")
        for n, person in enumerate(User.objects.all()):
            services.queue(rule=Reminder.key, recipients=[person], object_id=1, facts={"n": n})

        kill_again_and_again(portal, "tests.deliver_without_care", PEOPLE, times=3)

    lost = OutboxItem.objects.filter(state=State.SENT, notice=None).count()
    print(f"control: {lost} of {done()} notices lost")
    assert lost >= 1


def test_a_killed_worker_is_reported_silent_within_ten_seconds() -> None:
    from core import health

    with house() as portal:
        process = portal.worker(1)
        until(lambda: health.report()["checks"]["worker"] == "ok", 60)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

        assert until(lambda: health.report()["checks"]["worker"] == "silent", 12) <= 10.5
