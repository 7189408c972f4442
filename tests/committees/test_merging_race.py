"""Merging while others merge or write: one merge is done, and nothing stays on the empty record."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from committees.merging import patience
from committees.merging.plan import plan_merge
from committees.models import Affiliation, Person, PersonMerge
from committees.services import merging
from committees.services.appointments import appoint, settle_unit
from committees.services.late_rows import check_merged_records, gather
from committees.services.merging import merge_people, undo_merge
from core.errors import DomainError
from courses.figures import check_figures, check_pools
from courses.models import Enrolment
from courses.services import enrol
from tests.factories.committees import AffiliationFactory, make_district
from tests.factories.courses import OfferingFactory

pytestmark = [
    pytest.mark.hard,
    pytest.mark.sqlite,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(300),
]
RUNS = 5


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notices.services.queueing.ring", lambda task: None)


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Do all acts from one starting signal, each with its own connection."""
    start, outcomes = threading.Barrier(len(acts)), []

    def run(act: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            act()
            outcomes.append("done")
        except DomainError as refusal:
            outcomes.append(refusal.code)
        except Exception as error:
            outcomes.append(f"{type(error).__name__}: {error}")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def pair() -> tuple[Person, Person, Any]:
    tree = make_district(streets=1, committees=3)
    people = [
        AffiliationFactory(post="committee_member", place=place).person
        for place in tree.committees[:2]
    ]
    return people[0], people[1], tree


def test_without_the_lock_two_merges_both_think_they_may() -> None:
    """The control: both look, both find the record free. The database's own guard refuses one."""
    kept, gone, _tree = pair()
    looked = threading.Barrier(2)
    found: list[bool] = []

    def merge_without_lock() -> None:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                found.append(Person.objects.get(pk=gone.pk).merged_into_id is None)
                looked.wait(timeout=30)

    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time")
    assert at_once(merge_without_lock, merge_without_lock) == ["done", "done"]
    assert found == [True, True]
    assert kept.merged_into_id is None


def test_two_merges_of_one_record_at_once_are_one_merge() -> None:
    for _ in range(RUNS):
        one, two, tree = pair()
        third = AffiliationFactory(post="committee_member", place=tree.committees[2]).person

        outcomes = at_once(
            partial(merge_people, actor=None, kept=one, gone=two),
            partial(merge_people, actor=None, kept=two, gone=one),
            partial(merge_people, actor=None, kept=third, gone=two),
        )

        assert set(outcomes) <= {"done", "merge_refused"}, outcomes
        standing = PersonMerge.objects.filter(kept__in=[one, two, third])
        gone = list(standing.values_list("gone_id", flat=True))
        assert len(gone) == len(set(gone)) == outcomes.count("done")
        shells = Person.objects.exclude(merged_into=None)
        assert not Affiliation.objects.filter(person__in=shells).exists()


def test_an_enrolment_in_the_same_moment_ends_up_with_the_record_that_stays() -> None:
    for _ in range(RUNS):
        kept, gone, _tree = pair()
        offering = OfferingFactory(seats=3)
        early = offering.enrolment_ends_at - datetime.timedelta(days=30)

        outcomes = at_once(
            partial(enrol, actor=None, offering=offering, person=gone, at=early),
            partial(merge_people, actor=None, kept=kept, gone=gone),
        )

        assert outcomes in (["done", "done"], ["done", "no_unit"]), outcomes
        owners = {row.person_id for row in Enrolment.objects.filter(offering=offering)}
        assert owners == ({kept.pk} if outcomes == ["done", "done"] else set())
        assert [*check_pools(), *check_merged_records()] == []


def test_a_service_begun_in_the_same_moment_is_not_lost() -> None:
    for _ in range(RUNS):
        kept, gone, tree = pair()

        outcomes = at_once(
            partial(
                appoint,
                actor=None,
                person=gone,
                post="other",
                place=tree.committees[2],
                from_on=None,
            ),
            partial(merge_people, actor=None, kept=kept, gone=gone),
        )

        assert outcomes[0] == "done", outcomes
        gather()
        assert not Affiliation.objects.filter(person=gone).exists()
        assert list(check_merged_records()) == []


@pytest.mark.parametrize("gives_way", [False, True], ids=["control", "merge gives way"])
def test_who_holds_a_row_and_waits_for_the_person_goes_through(monkeypatch, gives_way) -> None:
    """As when a service is ended: first its row, then the person. The control shows the ring."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time")
    kept, gone, _tree = pair()
    row_held, people_locked = threading.Event(), threading.Event()

    def plan_under_locks(*arguments: Any) -> Any:
        row_held.wait(30)
        people_locked.set()
        return plan_merge(*arguments)

    def end_a_service() -> None:
        with transaction.atomic():
            Affiliation.objects.select_for_update().get(person=gone)
            row_held.set()
            people_locked.wait(30)
            settle_unit(gone)

    monkeypatch.setattr(merging, "plan_merge", plan_under_locks)
    if not gives_way:
        monkeypatch.setattr(patience, "LONGEST_WAIT_MS", 0)  # waits for ever
        monkeypatch.setattr(patience, "TRIES", 1)

    outcomes = at_once(end_a_service, partial(merge_people, actor=None, kept=kept, gone=gone))

    if gives_way:
        assert outcomes == ["done", "done"]
        assert Affiliation.objects.filter(person=kept).count() == 2
    else:
        assert outcomes != ["done", "done"]


def test_two_undos_at_once_are_one() -> None:
    kept, gone, _tree = pair()
    merge = merge_people(actor=None, kept=kept, gone=gone)

    outcomes = at_once(*[partial(undo_merge, actor=None, merge=merge)] * 2)

    assert outcomes == ["done", "merge_refused"]
    assert list(check_figures()) == []
    assert Affiliation.objects.get(person=gone).place_id == gone.unit_id


def test_a_late_row_follows_and_an_undo_gives_it_back() -> None:
    kept, gone, _tree = pair()
    merge = merge_people(actor=None, kept=kept, gone=gone)
    row = Affiliation.objects.create(person=gone, post="expert", external="样本大学")
    assert len(list(check_merged_records())) == 1

    assert gather() == 1

    row.refresh_from_db()
    assert row.person_id == kept.pk
    undo_merge(actor=None, merge=merge)
    row.refresh_from_db()
    assert row.person_id == gone.pk
