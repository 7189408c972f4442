"""A seat is sold once, however many press at the same moment.

First a control without the guard, which must oversell: it proves that the race is real on this
machine. Then the service and the page, with one connection a thread, on PostgreSQL and on SQLite.
"""

from __future__ import annotations

import datetime
import http.client
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import close_old_connections, connection, connections
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleGrant, User
from committees.models import Person, Place
from core.errors import DomainError
from courses import figures, services
from courses.models import SEATED, Enrolment, Offering, SeatPool
from notices import services as notices
from notices.models import Notice, OutboxItem
from tests.factories.accounts import client_of, user_with
from tests.factories.committees import TrainingBaseFactory, make_district
from tests.factories.courses import OfferingFactory, SessionFactory

pytestmark = [
    pytest.mark.hard,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(600),
]
CROWD, SEATS, RUNS, PAGE_RUNS = 200, 20, 20, 3
# PostgreSQL takes 100 connections by default; the crowd presses in this many threads.
THREADS = 50


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker is another process; here nobody rings for it."""
    monkeypatch.setattr("notices.services.queueing.ring", lambda task: None)


class Hall:
    """A base, and a crowd of secretaries and members of its district."""

    def __init__(self) -> None:
        self.tree = make_district()
        self.base = TrainingBaseFactory(host=self.tree.district)
        self.unit: Place = self.tree.committees[0]
        self.people = Person.objects.bulk_create(
            [Person(name_zh=f"样本{n}", unit=self.unit) for n in range(CROWD)]
        )
        self.users = User.objects.bulk_create(
            [User(username=f"crowd{n}", person=person) for n, person in enumerate(self.people)]
        )
        today = timezone.localdate()
        RoleGrant.objects.bulk_create(
            [
                RoleGrant(
                    user=user,
                    role="member",
                    place=self.unit,
                    from_on=today,
                    review_on=today + datetime.timedelta(days=365),
                )
                for user in self.users
            ]
        )

    def new_class(self, seats: int = SEATS) -> Offering:
        ahead = timezone.localdate() + datetime.timedelta(days=30)
        offering: Offering = OfferingFactory(base=self.base, begins_on=ahead, seats=seats)
        SessionFactory(offering=offering)
        return offering


@pytest.fixture
def hall() -> Hall:
    return Hall()


def outcome_of(act: Callable[[], Any]) -> Any:
    """What `act` gives, the code of a refusal, or the error in words."""
    try:
        return act()
    except DomainError as refusal:
        return refusal.code
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def rush(
    acts: list[Callable[[], Any]], *, own_connection: bool = True
) -> tuple[Counter[Any], list[float]]:
    """Do all `acts`, THREADS at a time from one starting signal; what came out, and seconds."""
    outcomes: list[Any] = []
    seconds: list[float] = []
    queue = iter(acts)
    turn = threading.Lock()
    gate = threading.Barrier(min(THREADS, len(acts)))

    def run() -> None:
        if own_connection:
            connection.ensure_connection()
        gate.wait(60)
        while True:
            with turn:
                act = next(queue, None)
            if act is None:
                break
            began = time.perf_counter()
            outcomes.append(outcome_of(act))
            seconds.append(time.perf_counter() - began)
        connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(gate.parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    return Counter(outcomes), seconds


def p95(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.95) - 1]


def sold(offering: Offering) -> int:
    return Enrolment.objects.filter(offering=offering, state__in=SEATED).count()


def enrolled(user: User, offering: Offering) -> str:
    assert user.person is not None
    services.enrol(actor=user, offering=offering, person=user.person)
    return "enrolled"


def cancelled(offering: Offering) -> str:
    services.cancel_offering(actor=None, offering=offering, reason="台风")
    return "cancelled"


# --- Control ------------------------------------------------------------------------------------
def count_then_insert(offering: Offering, person: Person) -> str:
    """What many systems do: look whether a seat is left, then take one."""
    pool = SeatPool.objects.get(offering=offering, unit=None)
    assert person.unit_id is not None
    if Enrolment.objects.filter(offering=offering, state__in=SEATED).count() >= pool.seats:
        return "class_full"
    Enrolment.objects.create(offering=offering, person=person, unit_id=person.unit_id, pool=pool)
    return "enrolled"


def test_without_the_guard_postgresql_oversells(hall: Hall) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in, so its control is the failed request, not the seat")
    oversold = []
    for _ in range(3):
        offering = hall.new_class()
        rush([partial(count_then_insert, offering, person) for person in hall.people])
        oversold.append(sold(offering) - SEATS)
    print(f"\ncontrol, {CROWD} requests for {SEATS} seats without the guard: oversold {oversold}")

    assert max(oversold) >= 1


# --- The service --------------------------------------------------------------------------------
@pytest.mark.sqlite
def test_twenty_seats_are_sold_exactly_twenty_times(hall: Hall) -> None:
    figures_of_runs, worst = [], 0.0
    for _ in range(RUNS):
        offering = hall.new_class()
        outcomes, seconds = rush([partial(enrolled, user, offering) for user in hall.users])
        assert outcomes == {"enrolled": SEATS, "class_full": CROWD - SEATS}
        figures_of_runs.append(sold(offering))
        worst = max(worst, p95(seconds))
    print(
        f"\nservice on {connection.vendor}: sold {Counter(figures_of_runs)} in {RUNS} runs of "
        f"{CROWD} requests for {SEATS} seats, worst p95 {worst:.2f} s"
    )

    assert figures_of_runs == [SEATS] * RUNS
    assert list(figures.check_pools()) == list(figures.check_figures()) == []
    told = OutboxItem.objects.filter(rule="enrolment_confirmed", channel="inbox")
    assert told.count() == SEATS * RUNS


@pytest.mark.sqlite
def test_enrolling_and_cancelling_at_once_keeps_the_books(hall: Hall) -> None:
    """Half the crowd cancels and enrols again while the other half presses."""
    offering = hall.new_class(seats=CROWD // 2 + 5)
    holders, others = hall.users[: CROWD // 2], hall.users[CROWD // 2 :]
    for user in holders:
        enrolled(user, offering)
    held = list(Enrolment.objects.filter(offering=offering).order_by("pk"))

    def give_up_and_return(number: int) -> str:
        services.cancel_enrolment(actor=holders[number], enrolment=held[number])
        enrolled(holders[number], offering)
        return "back"

    acts: list[Callable[[], Any]] = []
    for number, user in enumerate(others):
        acts.append(partial(give_up_and_return, number))
        acts.append(partial(enrolled, user, offering))
    outcomes, _seconds = rush(acts)
    print(f"\nenrol against cancel on {connection.vendor}: {dict(outcomes)}")

    assert set(outcomes) <= {"back", "enrolled", "class_full"}
    assert sold(offering) == offering.pools.get().taken <= CROWD // 2 + 5
    assert list(figures.check_pools()) == list(figures.check_figures()) == []


@pytest.mark.sqlite
def test_a_class_cancelled_in_the_rush_ends_with_nobody_in_it(hall: Hall) -> None:
    offering = hall.new_class(seats=CROWD)
    acts: list[Callable[[], Any]] = [partial(enrolled, user, offering) for user in hall.users]
    acts.insert(
        THREADS,
        partial(cancelled, offering),
    )
    outcomes, _seconds = rush(acts)
    print(f"\nclass cancelled in the rush on {connection.vendor}: {dict(outcomes)}")

    assert set(outcomes) <= {"enrolled", "enrolment_closed", "cancelled"}
    assert outcomes["cancelled"] == 1
    assert sold(offering) == offering.pools.get().taken == 0
    told = OutboxItem.objects.filter(rule="offering_cancelled", channel="inbox").count()
    assert told == outcomes["enrolled"]
    assert list(figures.check_figures()) == []


@pytest.mark.sqlite
def test_one_person_in_twenty_classes_at_once_counts_once(hall: Hall) -> None:
    user = hall.users[0]
    classes = [hall.new_class() for _ in range(20)]

    outcomes, _seconds = rush([partial(enrolled, user, offering) for offering in classes])

    assert outcomes == {"enrolled": 20}
    assert list(figures.check_figures()) == []


# --- The page -----------------------------------------------------------------------------------
class Browser:
    """A signed-in reader's cookies, ready to press the button of the page."""

    def __init__(self, server: str, user: User) -> None:
        client = client_of(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        token = "t" * 32
        self.host = urlsplit(server).netloc
        self.headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; "
            f"{settings.CSRF_COOKIE_NAME}={token}",
            "X-CSRFToken": token,
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def press(self, path: str) -> int:
        """The status of the answer to a POST."""
        call = http.client.HTTPConnection(self.host, timeout=120)
        try:
            call.request("POST", path, body="", headers=self.headers)
            answer = call.getresponse()
            answer.read()
            return answer.status
        finally:
            call.close()


@pytest.mark.sqlite
def test_the_page_sells_twenty_seats_to_two_hundred(hall: Hall, live_server: Any) -> None:
    browsers = [Browser(live_server.url, user) for user in hall.users]
    sales, worst = [], 0.0
    for _ in range(PAGE_RUNS):
        offering = hall.new_class()
        path = reverse("courses:offering-enrol", args=[offering.public_id])
        outcomes, seconds = rush(
            [partial(browser.press, path) for browser in browsers], own_connection=False
        )
        assert outcomes == {302: CROWD}
        sales.append(sold(offering))
        worst = max(worst, p95(seconds))
    print(
        f"\npage on {connection.vendor}: sold {sales} in {PAGE_RUNS} runs of {CROWD} POSTs for "
        f"{SEATS} seats, worst p95 {worst:.2f} s"
    )

    assert sales == [SEATS] * PAGE_RUNS
    assert list(figures.check_pools()) == list(figures.check_figures()) == []


@pytest.mark.sqlite
def test_twenty_presses_of_one_person_are_one_enrolment_and_one_notice(
    hall: Hall, live_server: Any
) -> None:
    user = user_with(
        "member", place=hall.unit, person=Person.objects.create(name_zh="样本", unit=hall.unit)
    )
    browser = Browser(live_server.url, user)
    offering = hall.new_class()
    path = reverse("courses:offering-enrol", args=[offering.public_id])

    outcomes, seconds = rush([partial(browser.press, path)] * 20, own_connection=False)
    while notices.deliver(timezone.now() + datetime.timedelta(days=2)):
        pass
    print(
        f"\n20 presses of one person on {connection.vendor}: {dict(outcomes)}, "
        f"{sold(offering)} enrolment, {Notice.objects.filter(recipient=user).count()} notice, "
        f"p95 {p95(seconds):.2f} s"
    )

    assert outcomes == {302: 20}
    assert sold(offering) == offering.pools.get().taken == 1
    assert Notice.objects.filter(recipient=user).count() == 1
