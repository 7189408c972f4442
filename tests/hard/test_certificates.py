"""Numbers of certificates under a crowd and under killing: each once, none left out.

First a control without the lock, in which workers must ask for a number that another one has: it
proves that the race is real on this machine.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections

from committees.models import Person, Place, TrainingBase
from core import jobs
from core.models import Job
from core.registries import invariant_checks
from courses.models import Attendance, Enrolment, Offering
from courses.services import certificates as class_certificates
from records import services
from records.certificates.content import Award
from records.models import Certificate, CertificateFile, CertificateSeries
from records.services import certificates as module
from tests.factories.committees import TrainingBaseFactory, make_district
from tests.factories.courses import EnrolmentFactory, OfferingFactory, SessionFactory
from tests.factories.records import award_for
from tests.hard.processes import House, house, until

pytestmark = [
    pytest.mark.hard,
    pytest.mark.timeout(600),
    pytest.mark.django_db(transaction=True),
]
WORKERS, ASKED = 20, 1_000
CLASS, KILLS = 60, 3


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody rings here; the workers of the last test are other processes."""
    monkeypatch.setattr("notices.services.queueing.ring", lambda task: None)
    monkeypatch.setattr("core.jobs.ring", lambda task: None)


class Desk:
    def __init__(self) -> None:
        self.tree = make_district()
        self.base: TrainingBase = TrainingBaseFactory(code="caoyang", host=self.tree.district)
        self.unit: Place = self.tree.committees[0]

    def awards(self, count: int) -> list[Award]:
        people = Person.objects.bulk_create(
            [Person(name_zh=f"样本{n}", unit=self.unit) for n in range(count)]
        )
        return [award_for(person, unit=self.unit) for person in people]

    def issue(self, award: Award) -> str:
        return services.issue_certificate(actor=None, base=self.base, award=award).number


@pytest.fixture
def desk() -> Desk:
    return Desk()


def crowd(acts: list[Callable[[], str]]) -> tuple[list[str], Counter[str]]:
    """Do all `acts` in WORKERS threads with connections of their own: results, and errors by
    name."""
    results: list[str] = []
    errors: Counter[str] = Counter()
    waiting, turn, gate = iter(acts), threading.Lock(), threading.Barrier(WORKERS)

    def work() -> None:
        connection.ensure_connection()
        gate.wait(60)
        while True:
            with turn:
                act = next(waiting, None)
            if act is None:
                break
            try:
                results.append(act())
            except Exception as error:
                errors[type(error).__name__] += 1
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results, errors


def unlocked(base: TrainingBase, year: int) -> CertificateSeries:
    """What the lock guards against: read the counter and hope."""
    series, _made = CertificateSeries.objects.get_or_create(base=base, year=year)
    return series


def test_control_without_the_lock_workers_ask_for_the_same_number(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_locked_series", unlocked)

    numbers, errors = crowd([partial(desk.issue, award) for award in desk.awards(200)])

    print(f"control: {len(numbers)} issued, {dict(errors)} of 200")
    assert errors["IntegrityError"] > 0


@pytest.mark.sqlite
def test_twenty_workers_issue_a_thousand_numbers_each_once(desk: Desk) -> None:
    awards = desk.awards(ASKED)
    # Every tenth award is asked for twice, by whoever comes.
    asked = [*awards, *awards[::10]]

    numbers, errors = crowd([partial(desk.issue, award) for award in asked])

    serials = list(Certificate.objects.order_by("serial").values_list("serial", flat=True))
    print(f"{WORKERS} workers: {len(set(numbers))} numbers for {len(asked)} requests, {errors}")
    assert errors == Counter()
    assert serials == list(range(1, ASKED + 1))
    assert len(set(numbers)) == ASKED
    assert CertificateSeries.objects.get().last == ASKED
    assert list(invariant_checks.get("certificate numbers")()) == []


def a_class(desk: Desk) -> Offering:
    offering: Offering = OfferingFactory(
        base=desk.base, state=Offering.State.COMPLETED, seats=CLASS
    )
    session = SessionFactory(offering=offering, state="closed")
    pool = offering.pools.get()
    people = Person.objects.bulk_create(
        [Person(name_zh=f"学员{n}", unit=desk.unit) for n in range(CLASS)]
    )
    for person in people:
        row = EnrolmentFactory(
            offering=offering,
            person=person,
            unit=desk.unit,
            pool=pool,
            state=Enrolment.State.COMPLETED,
        )
        Attendance.objects.create(session=session, enrolment=row, mark="present")
    return offering


def printed() -> int:
    return CertificateFile.objects.count()


def kill_in_mid_work(portal: House) -> int:
    """Kill the whole group of a worker each time it has done another share; returns the kills."""
    share = CLASS // (KILLS + 1)
    for kill in range(KILLS):
        process = portal.worker(1, queues="heavy")
        goal = min(printed() + share, CLASS - 1)
        until(lambda goal=goal: printed() >= goal, 90)  # type: ignore[misc]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        # The dead worker's claim would stand for a minute.
        Job.objects.update(claimed_until=None)
        if printed() >= CLASS:
            return kill + 1
    return KILLS


def test_a_class_of_sixty_issued_twice_by_workers_that_are_killed_has_sixty_numbers(
    desk: Desk, record_property: Any, settings: Any
) -> None:
    offering = a_class(desk)
    with house(MEDIA_ROOT=str(settings.MEDIA_ROOT)) as portal:
        class_certificates.issue_class_certificates(actor=None, offering=offering)
        kills = kill_in_mid_work(portal)
        portal.worker(1, queues="heavy")
        until(lambda: Job.objects.get().state == Job.State.DONE, 120)
        class_certificates.issue_class_certificates(actor=None, offering=offering)
        until(lambda: not Job.objects.unfinished().exists(), 60)

    serials = list(Certificate.objects.order_by("serial").values_list("serial", flat=True))
    print(f"{kills} kills: {len(serials)} certificates, {printed()} prints")
    assert kills == KILLS
    assert serials == list(range(1, CLASS + 1))
    assert Certificate.objects.values("account__person").distinct().count() == CLASS
    assert printed() == CLASS
    assert [job.done for job in Job.objects.order_by("pk")] == [CLASS, CLASS]
    assert jobs.run_due() is False
