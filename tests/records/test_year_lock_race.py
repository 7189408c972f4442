"""A lock and a posting meet: the entry lies on one side of the lock, whoever writes the row."""

from __future__ import annotations

import datetime
import threading
from typing import Any

import pytest
from django.db import connection, transaction

from core import guards
from records.models import HourEntry, YearLock
from records.services import lock_year
from tests.factories.committees import AffiliationFactory, make_district
from tests.factories.records import HourAccountFactory, HourEntryFactory

pytestmark = [
    pytest.mark.hard,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite lets one writer in at a time"
    ),
]


def locked_while_posting(tree: Any) -> bool:
    """Was the year locked before a raw entry, written without a mark, was committed?"""
    account = HourAccountFactory(person=AffiliationFactory(place=tree.committees[0]).person)
    done = threading.Event()

    def lock() -> None:
        try:
            lock_year(actor=None, district=tree.district, year=2025)
            done.set()
        finally:
            connection.close()

    locker = threading.Thread(target=lock)
    with transaction.atomic():
        HourEntryFactory(
            account=account, unit=tree.committees[0], session_on=datetime.date(2025, 3, 5)
        )
        locker.start()
        early = done.wait(timeout=3)
    locker.join(timeout=30)
    assert done.is_set()
    assert HourEntry.objects.filter(after_lock=False).count() == 1
    assert YearLock.objects.count() == 1
    return early


def test_without_the_guards_a_lock_overtakes_a_posting_under_way():
    """The control: what the guards are for."""
    guards.drop()
    try:
        assert locked_while_posting(make_district())
    finally:
        guards.install()


def test_the_lock_waits_for_a_posting_under_way():
    assert not locked_while_posting(make_district())
