"""The class-hour ledger."""

from __future__ import annotations

import datetime

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records import services
from records.errors import AlreadyReversed, NotReversible
from records.models import HourAccount, HourEntry
from tests.factories.committees import PersonFactory
from tests.factories.records import HourAccountFactory, HourEntryFactory

pytestmark = pytest.mark.django_db


def post(person, key, quarters=6, on=datetime.date(2026, 3, 5)):
    return services.post_hours(
        person=person,
        unit=None,
        session_on=on,
        category="centralised",
        quarters=quarters,
        title_zh="加装电梯",
        source="session",
        key=key,
    )


def test_the_same_cause_is_posted_once():
    person = PersonFactory()

    assert post(person, "a") == post(person, "a", quarters=99)
    assert HourEntry.objects.count() == HourAccount.objects.count() == 1
    assert services.year_total(person, 2026) == 6


def test_hours_count_in_the_year_of_their_day():
    person = PersonFactory()
    post(person, "a", on=datetime.date(2025, 12, 31))
    post(person, "b", on=datetime.date(2026, 1, 1))

    assert services.year_total(person, 2025) == services.year_total(person, 2026) == 6
    assert services.year_total(person, 2024) == 0


def test_the_total_spans_the_accounts_of_a_merged_person():
    person = PersonFactory()
    for account in (HourAccountFactory(person=person), HourAccountFactory(person=person)):
        HourEntryFactory(account=account, quarters=4)

    assert services.year_total(person, 2026) == 8
    assert services.account_for(person) == HourAccount.objects.order_by("pk").first()


def test_a_reversal_takes_back_once_and_is_not_itself_reversed():
    person = PersonFactory()
    entry = post(person, "a")
    reversal = services.reverse_hours(actor=None, entry=entry, reason="误录")

    with pytest.raises(AlreadyReversed):
        services.reverse_hours(actor=None, entry=entry, reason="误录")
    with pytest.raises(NotReversible):
        services.reverse_hours(actor=None, entry=reversal, reason="误录")

    assert (reversal.quarters, reversal.reverses, reversal.year) == (-6, entry, 2026)
    assert services.year_total(person, 2026) == 0


def test_nothing_is_posted_backwards():
    with pytest.raises(ValueError, match="reverse_hours"):
        post(PersonFactory(), "a", quarters=-4)


@pytest.mark.parametrize(
    "changes", [{"quarters": 0}, {"quarters": -4}, {"year": 2025}, {"category": None}]
)
def test_the_database_refuses_what_is_no_entry(changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        HourEntryFactory(**changes)


def test_the_ledger_refuses_change_and_deletion():
    entry = HourEntryFactory()

    with pytest.raises(DatabaseError), transaction.atomic():
        HourEntry.objects.filter(pk=entry.pk).update(quarters=8)
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.delete()


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    acts=st.lists(
        st.tuples(st.sampled_from(["post", "reverse"]), st.integers(0, 3), st.integers(1, 96)),
        max_size=20,
    )
)
def test_replaying_posts_and_reversals_gives_the_same_total(db, acts):
    person = PersonFactory()
    standing: dict[int, HourEntry] = {}
    expected: dict[int, int] = {}
    for _ in range(2):
        for act, cause, quarters in acts:
            if act == "post":
                entry = post(person, f"{person.pk}:{cause}", quarters)
                expected.setdefault(cause, entry.quarters)
                standing[cause] = entry
            elif cause in standing:
                try:
                    services.reverse_hours(actor=None, entry=standing[cause], reason="误录")
                except AlreadyReversed:
                    assert expected[cause] == 0
                expected[cause] = 0

    assert services.year_total(person, 2026) == sum(expected.values())
