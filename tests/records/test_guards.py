"""What the database itself refuses of the ledger, on SQLite and on PostgreSQL."""

from __future__ import annotations

import uuid

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from committees.models import Place
from core import guards
from records import services
from records.models import HourDecision, HourEntry, YearLock
from records.services.posting import decision_on
from tests.factories.committees import PersonFactory, PlaceFactory
from tests.factories.records import HourAccountFactory, HourEntryFactory, posting

pytestmark = pytest.mark.django_db
SESSION = {"session_ref": uuid.UUID(int=7), "session_quarters": 16}


def refused(sql: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    "changes",
    [
        {"quarters": 0},
        {"quarters": -4},
        {"year": 2025},
        {"category": None},
        {"session_ref": uuid.UUID(int=7)},
        {"quarters": 17, **SESSION},
        {"measure": "day"},
        {"amount": 3},
    ],
)
def test_what_is_no_entry(changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        HourEntryFactory(**changes)


@pytest.mark.parametrize("table", ["hourentry", "hourdecision", "yearlock"])
def test_change_and_deletion_of_what_was_posted(table):
    services.post_hours(actor=None, posting=posting(PersonFactory()), verified=True)
    YearLock.objects.create(district=PlaceFactory(kind=Place.Kind.DISTRICT), year=2026)

    refused(f"UPDATE records_{table} SET year = 2025")
    refused(f"DELETE FROM records_{table}")


def test_more_hours_of_a_session_than_it_has():
    account = HourAccountFactory()
    HourEntryFactory(account=account, quarters=10, **SESSION)

    with pytest.raises(IntegrityError, match="more than the session"), transaction.atomic():
        HourEntryFactory(account=account, quarters=7, **SESSION)
    with pytest.raises(IntegrityError, match="more than the session"), transaction.atomic():
        HourEntry.objects.bulk_create(
            HourEntryFactory.build(account=account, quarters=4, **SESSION) for _ in range(2)
        )
    HourEntryFactory(account=account, quarters=6, **SESSION)


def test_a_returned_claim_leaves_its_session_free():
    account = HourAccountFactory()
    entry = HourEntryFactory(account=account, quarters=16, **SESSION)
    decision_on(entry, None, False, HourDecision.Kind.REJECTED, "缺佐证材料").save()

    HourEntryFactory(account=account, quarters=16, **SESSION)


@pytest.mark.parametrize(
    "changes", [{"quarters": -3}, {"category": "online"}, {"session_on": "2026-03-06"}, SESSION]
)
def test_a_reversal_that_does_not_mirror_its_entry(changes):
    entry = HourEntryFactory(quarters=4)
    mirror = {"account": entry.account, "quarters": -4, "needs_decision": False}

    with pytest.raises(IntegrityError), transaction.atomic():
        HourEntryFactory(reverses=entry, year=2026, **(mirror | changes))
    HourEntryFactory(reverses=entry, **mirror)
    with pytest.raises(IntegrityError), transaction.atomic():
        HourEntryFactory(reverses=entry, **mirror)


def test_a_decision_that_says_other_than_its_entry():
    entry = HourEntryFactory(quarters=4)
    decision = decision_on(entry, None, False)
    decision.quarters = 400

    with pytest.raises(IntegrityError, match="repeats its entry"), transaction.atomic():
        decision.save()


def test_a_second_decision_and_a_return_without_a_reason():
    entry = HourEntryFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        decision_on(entry, None, False, HourDecision.Kind.REJECTED).save()
    decision_on(entry, None, False).save()

    with pytest.raises(IntegrityError), transaction.atomic():
        decision_on(entry, None, False, HourDecision.Kind.REJECTED, "缺佐证材料").save()


def test_a_decision_on_what_was_taken_back_and_the_reverse():
    entry, other = HourEntryFactory.create_batch(2)
    mirror = {"quarters": -4, "needs_decision": False}
    HourEntryFactory(account=entry.account, reverses=entry, **mirror)
    decision_on(other, None, False, HourDecision.Kind.REJECTED, "缺佐证材料").save()

    with pytest.raises(IntegrityError, match="taken back"), transaction.atomic():
        decision_on(entry, None, False).save()
    with pytest.raises(IntegrityError, match="not reversed"), transaction.atomic():
        HourEntryFactory(account=other.account, reverses=other, **mirror)


def test_the_guards_are_installed_again_and_again():
    guards.install()
    guards.install()

    test_more_hours_of_a_session_than_it_has()
