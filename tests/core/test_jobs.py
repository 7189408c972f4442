"""Long work: done in chunks, resumed after a kill, given up when it cannot be done."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core import jobs, registries
from core.errors import DomainError
from core.models import Heartbeat, Job
from core.models import jobs as models_of_jobs
from core.registries import JobKind, Step
from tests.factories.accounts import user_with

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """What a worker that is shot never gets to handle."""


def note(number: int) -> None:
    """The work of a chunk: a row that would stand twice, or not at all, if a chunk did."""
    Heartbeat.objects.create(name=f"row {number}", at=timezone.now())


def written() -> list[str]:
    return list(Heartbeat.objects.order_by("pk").values_list("pk", flat=True))


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> registries.Registry[JobKind]:
    fresh: registries.Registry[JobKind] = registries.Registry("job kinds")
    for module in (jobs, models_of_jobs):
        monkeypatch.setattr(module, "job_kinds", fresh)
    return fresh


def counting(rows: int, *, breaks: dict[int, BaseException] | None = None) -> JobKind:
    """A kind that writes one row for each chunk and breaks off once in each chunk of `breaks`."""
    waiting = dict(breaks or {})

    def step(job: Job) -> Step:
        number = job.cursor.get("next", 1)
        note(number)
        if number in waiting:
            raise waiting.pop(number)
        return Step(number, rows, {"next": number + 1}, finished=number == rows)

    return JobKind("count", "Counting", step)


def ask(actor: User | None = None) -> Job:
    return jobs.start(actor=actor, kind="count", facts={}, subject="numbers")


def later(seconds: float) -> time_machine.travel:
    return time_machine.travel(timezone.now() + datetime.timedelta(seconds=seconds))


def test_a_job_is_done_chunk_by_chunk(kinds: Any) -> None:
    kinds.add("count", counting(3))
    job = ask()

    assert jobs.run_due() is False

    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.percent) == (Job.State.DONE, 3, 3, 100)
    assert written() == ["row 1", "row 2", "row 3"]


def test_a_killed_worker_loses_only_its_chunk_and_the_next_one_goes_on(kinds: Any) -> None:
    kinds.add("count", counting(3, breaks={2: Killed()}))
    job = ask()
    with pytest.raises(Killed):
        jobs.run_due()
    assert written() == ["row 1"]

    jobs.run_due()  # the dead worker's claim still stands
    assert written() == ["row 1"]
    with later(61):
        jobs.run_due()

    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert written() == ["row 1", "row 2", "row 3"]


def test_a_rule_that_says_no_ends_the_job_with_its_sentence(kinds: Any) -> None:
    kinds.add("count", counting(3, breaks={2: DomainError("Row 2 cannot be.")}))
    job = ask()

    jobs.run_due()

    job.refresh_from_db()
    assert (job.state, job.message, job.done) == (Job.State.FAILED, "Row 2 cannot be.", 1)
    assert written() == ["row 1"]


def test_a_stopped_job_goes_on_where_it_ended(kinds: Any) -> None:
    kinds.add("count", counting(3, breaks={2: DomainError("Not now.")}))
    job = ask()
    jobs.run_due()

    assert jobs.again(job=job)
    jobs.run_due()

    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.DONE, "")
    assert written() == ["row 1", "row 2", "row 3"]


def test_work_that_always_breaks_is_given_up(kinds: Any) -> None:
    def step(job: Job) -> Step:
        raise ZeroDivisionError

    kinds.add("count", JobKind("count", "Counting", step))
    job = ask()
    for attempt in range(jobs.MOST_ATTEMPTS + 1):
        with later(61 * (attempt + 1)):
            jobs.run_due()

    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert job.message


def test_a_cancelled_job_stops_before_its_next_chunk(kinds: Any) -> None:
    def step(job: Job) -> Step:
        number = job.cursor.get("next", 1)
        note(number)
        if number == 2:
            jobs.cancel(job=job)
        return Step(number, 3, {"next": number + 1}, finished=number == 3)

    kinds.add("count", JobKind("count", "Counting", step, atomic=False))
    job = ask()

    jobs.run_due()

    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert written() == ["row 1", "row 2"]
    assert jobs.cancel(job=job) is False


def test_when_the_time_is_up_the_job_is_given_back(kinds: Any) -> None:
    kinds.add("count", counting(3))
    job = ask()

    for _round in range(2):
        # No time at all: one chunk is done, then others have their turn.
        claimed = jobs._claim()
        assert claimed is not None
        jobs._work(claimed, until=0.0)

    job.refresh_from_db()
    assert (job.state, job.done, job.claim) == (Job.State.RUNNING, 2, "")


def test_who_lost_the_claim_writes_nothing(kinds: Any) -> None:
    kinds.add("count", counting(3))
    job = ask()
    slow = jobs._claim()
    assert slow is not None
    with later(61):
        assert jobs.run_due() is False

    jobs._work(slow, until=float("inf"))

    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert written() == ["row 1", "row 2", "row 3"]


def test_the_end_is_told_in_the_same_transaction(kinds: Any) -> None:
    told: list[tuple[str, bool]] = []

    def ended(job: Job) -> None:
        told.append((job.state, transaction.get_connection().in_atomic_block))

    kind = counting(1)
    kinds.add("count", JobKind("count", "Counting", kind.step, ended=ended))
    ask()

    jobs.run_due()

    assert told == [(Job.State.DONE, True)]


def test_a_job_acts_with_the_rights_its_owner_has_today(kinds: Any) -> None:
    owner = user_with("auditor")
    kinds.add("count", counting(1))
    job = ask(owner)
    assert jobs.actor_of(job) == owner

    owner.is_active = False
    owner.save(update_fields=["is_active"])

    with pytest.raises(jobs.JobRefused):
        jobs.actor_of(job)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_every_length(
    rows: int, kinds: Any, client: Client, django_assert_num_queries: Any
) -> None:
    owner = user_with("auditor")
    kinds.add("count", counting(1))
    for _row in range(rows):
        ask(owner)
    client.force_login(owner)

    with django_assert_num_queries(6):  # session, account, roles, unread, count, rows
        page = client.get(reverse("job-list"))

    assert len(page.context["page"]) == rows


def test_a_page_shows_how_far_a_job_is_and_asks_until_it_is_over(
    kinds: Any, client: Client
) -> None:
    owner = user_with("auditor")
    kinds.add("count", counting(4, breaks={3: DomainError("Stopped here.")}))
    job = ask(owner)
    client.force_login(owner)
    address = reverse("job-show", args=[job.public_id])
    assert "every 2s" in client.get(address).content.decode()

    jobs.run_due()
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()

    assert "Stopped here." in part
    assert "every 2s" not in part
    assert "<html" not in part


def test_old_jobs_are_forgotten(kinds: Any) -> None:
    kinds.add("count", counting(1))
    ask()
    jobs.run_due()
    waiting = ask()

    with time_machine.travel(timezone.now() + jobs.KEPT + datetime.timedelta(days=1)):
        jobs.tidy()

    assert list(Job.objects.all()) == [waiting]
