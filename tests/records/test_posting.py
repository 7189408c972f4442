"""The contract of posting: once for a cause, never changed, taken back once."""

from __future__ import annotations

import datetime
import uuid
from contextlib import suppress

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import AuditEvent
from records import services
from records.errors import AlreadyReversed, MoreThanTheSession, NotReversible
from records.models import HourAccount, HourDecision, HourEntry
from tests.factories.committees import PersonFactory
from tests.factories.records import HourAccountFactory, posting

pytestmark = pytest.mark.django_db
SESSION = uuid.UUID(int=7)


def post(person, key, verified=True, **facts):
    return services.post_hours(
        actor=None, posting=posting(person, key=key, **facts), verified=verified
    )


def test_the_same_cause_is_posted_once():
    person = PersonFactory()

    assert post(person, "a", quarters=6) == post(person, "a", quarters=99)
    assert HourEntry.objects.count() == HourAccount.objects.count() == 1
    assert services.year_total(person, 2026) == 6


def test_many_causes_are_posted_in_one_go_and_answered_in_their_order():
    people = PersonFactory.create_batch(3)
    post(people[1], "1")
    postings = [posting(person, key=str(number)) for number, person in enumerate(people)]

    for _ in range(2):
        entries = services.post_all(actor=None, postings=postings, verified=True)

    assert [entry.key for entry in entries] == ["0", "1", "2"]
    assert [entry.account.person for entry in entries] == people
    assert HourEntry.objects.count() == HourDecision.objects.count() == 3


def test_posting_leaves_one_line_in_the_audit_trail():
    people = PersonFactory.create_batch(2)
    services.post_all(actor=None, postings=[posting(one) for one in people], verified=True)

    event = AuditEvent.objects.get(action="hours.post")

    assert event.after == {"entries": 2, "quarters": 32, "source": "session", "verified": True}


def test_the_query_count_of_posting_does_not_grow_with_the_class():
    counts = []
    for number in (2, 12):
        people = PersonFactory.create_batch(number)
        services.post_all(actor=None, postings=[posting(one) for one in people], verified=True)
        in_session = {"session_ref": SESSION, "session_quarters": 16}
        again = [posting(one, **in_session) for one in people]
        with CaptureQueriesContext(connection) as counted:
            services.post_all(actor=None, postings=again, verified=True)
        counts.append(len(counted))

    assert counts[0] == counts[1] <= 12


def test_hours_count_in_the_year_of_their_day():
    person = PersonFactory()
    post(person, "a", session_on=datetime.date(2025, 12, 31))
    post(person, "b", session_on=datetime.date(2026, 1, 1))

    assert services.year_total(person, 2025) == services.year_total(person, 2026) == 16
    assert services.year_total(person, 2024) == 0


def test_hours_that_nobody_has_seen_wait_to_be_verified():
    person = PersonFactory()
    entry = post(person, "a", verified=False)

    assert list(HourEntry.objects.pending()) == [entry]
    assert services.year_total(person, 2026) == 0


def test_the_total_spans_the_accounts_of_a_merged_person():
    person = PersonFactory()
    first, second = (HourAccountFactory(person=person) for _ in range(2))
    post(person, "a")
    other = PersonFactory()
    post(other, "b")
    HourAccount.objects.filter(person=other).update(person=person)

    assert services.year_total(person, 2026) == 32
    assert services.account_for(person) == first != second


def test_a_session_gives_nobody_more_than_its_hours():
    person = PersonFactory()
    session = {"session_ref": SESSION, "session_quarters": 16}
    post(person, "morning", quarters=10, **session)

    with pytest.raises(MoreThanTheSession):
        post(person, "afternoon", quarters=7, **session)
    post(person, "rest", quarters=6, **session)
    post(PersonFactory(), "other", quarters=16, **session)

    assert services.year_total(person, 2026) == 16


def test_a_session_taken_back_can_be_posted_again_under_a_new_key():
    person = PersonFactory()
    session = {"session_ref": SESSION, "session_quarters": 16}
    entry = post(person, "a", **session)
    services.reverse_hours(actor=None, entry=entry, reason="误录")

    post(person, "a2", **session)

    assert services.year_total(person, 2026) == 16


def test_a_session_counts_over_both_accounts_of_a_merged_person():
    person, other = PersonFactory.create_batch(2)
    session = {"session_ref": SESSION, "session_quarters": 16}
    post(other, "a", **session)
    HourAccount.objects.filter(person=other).update(person=person)
    HourAccountFactory(person=other)

    with pytest.raises(MoreThanTheSession):
        post(person, "b", **session)


def test_a_reversal_takes_back_once_and_is_not_itself_reversed():
    person = PersonFactory()
    entry = post(person, "a")
    reversal = services.reverse_hours(actor=None, entry=entry, reason="误录")

    with pytest.raises(AlreadyReversed):
        services.reverse_hours(actor=None, entry=entry, reason="误录")
    with pytest.raises(NotReversible):
        services.reverse_hours(actor=None, entry=reversal, reason="误录")

    assert (reversal.quarters, reversal.reverses, reversal.year) == (-16, entry, 2026)
    assert reversal.reason == "误录"
    assert services.year_total(person, 2026) == 0


def test_waiting_hours_are_taken_back_without_ever_counting():
    person = PersonFactory()
    entry = post(person, "a", verified=False)
    services.reverse_hours(actor=None, entry=entry, reason="误录")

    assert not HourEntry.objects.pending().exists()
    assert services.year_total(person, 2026) == 0


def test_causes_are_taken_back_by_key_as_often_as_one_asks():
    person = PersonFactory()
    for key in "ab":
        post(person, key)

    first = services.reverse_all(actor=None, keys=["a", "b", "never"], reason="停办")
    again = services.reverse_all(actor=None, keys=["a", "b", "never"], reason="停办")

    assert ([entry.quarters for entry in first], again) == ([-16, -16], [])
    assert services.year_total(person, 2026) == 0


def test_nothing_is_posted_backwards():
    with pytest.raises(ValueError, match="reverse_hours"):
        post(PersonFactory(), "a", quarters=-4)


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["post", "reverse"]), st.integers(0, 4), st.integers(1, 24), st.booleans()
    ),
    max_size=7,
)


def replay(acts, times):
    """`acts` for a person of their own, each of them `times` over; in part for one session of 24
    quarters. Returns the person."""
    person, session = PersonFactory(), uuid.uuid4()
    for act, cause, quarters, in_session in acts:
        facts = {"session_ref": session, "session_quarters": 24} if in_session else {}
        key = f"{person.pk}:{cause}"
        for _ in range(times):
            if act == "reverse":
                services.reverse_all(actor=None, keys=[key], reason="误录")
                continue
            with suppress(MoreThanTheSession):
                post(person, key, quarters=quarters, **facts)
    return person


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=ACTS)
def test_replaying_any_sequence_with_any_retries_gives_the_same_total(db, acts):
    people = [replay(acts, times) for times in (1, 2)]

    totals = [services.year_total(person, 2026) for person in people]
    entries = HourEntry.objects.filter(account__person__in=people)
    by_session = entries.exclude(session_ref=None).values("session_ref")
    assert totals[0] == totals[1]
    assert sum(totals) == sum(entries.values_list("quarters", flat=True))
    assert all(row["sum"] <= 24 for row in by_session.annotate(sum=Sum("quarters")).order_by())
