"""The end of a year: what is open, the lock, what the database refuses, the gaps carried over."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from committees.services.policies import Draft, require_sound
from core.registries import plan_feeds
from records.errors import (
    AlreadyLocked,
    NotYoursToLock,
    TooEarlyToLock,
    YearIsLocked,
    YearNotSettled,
)
from records.models import HourDecision, HourEntry, YearEndStep, YearGap, YearLock
from records.services import post_hours, reverse_hours, verify
from records.services.year_end import (
    close_year,
    look_through_rules,
    open_points,
    take_gaps_over,
)
from tests.factories.accounts import user_with
from tests.factories.committees import AffiliationFactory, make_district
from tests.factories.courses import OfferingFactory
from tests.factories.records import HourAccountFactory, HourEntryFactory, posting

pytestmark = pytest.mark.django_db
DAY = datetime.date
DECEMBER = DAY(2025, 12, 20)


@pytest.fixture
def side() -> Any:
    tree: Any = make_district()
    tree.department = user_with("district", place=tree.district)
    tree.secretary = AffiliationFactory(place=tree.committees[0]).person
    return tree


def hours(
    person: Any, quarters: int, *, verified: bool = True, year: int = 2025, completes: bool = False
) -> HourEntry:
    facts = posting(person, quarters=quarters, session_on=DAY(year, 3, 5), completes=completes)
    return post_hours(actor=None, posting=facts, verified=verified)


def close(side: Any, **facts: Any) -> YearLock:
    given = {"actor": side.department, "district": side.district, "year": 2025, "today": DECEMBER}
    return close_year(**(given | facts))


def test_what_is_open_is_told_by_kind_and_unit(side):
    hours(side.secretary, 16, verified=False)
    OfferingFactory(
        base__districts=[side.district],
        begins_on=DAY(2025, 5, 1),
        ends_on=DAY(2025, 5, 2),
        state="running",
    )

    found = {name: points for name, points in open_points(side.district, 2025) if points}

    assert [(p.path, p.count) for p in found["unverified"]] == [(side.committees[0].path, 1)]
    assert [point.count for point in found["classes"]] == [1]
    assert {name: points for name, points in open_points(side.district, 2024) if points} == {}


def test_a_year_with_open_points_is_locked_only_with_a_reason(side):
    hours(side.secretary, 16, verified=False)

    with pytest.raises(YearNotSettled) as refusal:
        close(side)
    lock = close(side, reason="年报截止")

    assert refusal.value.field == "reason"
    assert (lock.year, lock.reason) == (2025, "年报截止")


def test_only_the_department_locks_its_own_year_from_december_on_and_once(side):
    other = make_district("别处")
    organiser = user_with("organiser", place=side.streets[0])

    for facts in ({"actor": organiser}, {"district": other.district}):
        with pytest.raises(NotYoursToLock):
            close(side, **facts)
    with pytest.raises(TooEarlyToLock):
        close(side, today=DAY(2025, 11, 30))
    close(side)
    with pytest.raises(AlreadyLocked):
        close(side)

    assert YearLock.objects.count() == 1
    assert YearEndStep.objects.count() == 1  # the second press took nothing over


def test_what_comes_later_stays_possible_and_is_marked_for_ever(side):
    before, waiting = hours(side.secretary, 16), hours(side.secretary, 8, verified=False)
    close(side, reason="截止")

    later = hours(side.secretary, 4)
    decision = verify(actor=side.department, entry=waiting)
    reversal = reverse_hours(actor=None, entry=before, reason="误录")
    next_year = hours(side.secretary, 4, year=2026)

    marks = [row.after_lock for row in (before, waiting, later, decision, reversal, next_year)]
    assert marks == [False, False, True, True, True, False]


def test_the_database_refuses_a_mark_that_is_not_true(side):
    account = HourAccountFactory(person=side.secretary)
    facts = {"account": account, "unit": side.committees[0], "session_on": DAY(2025, 3, 5)}
    waiting = HourEntryFactory(**facts)
    with pytest.raises(DatabaseError), transaction.atomic():
        HourEntryFactory(**facts, after_lock=True)
    YearLock.objects.create(district=side.district, year=2025)

    with pytest.raises(DatabaseError), transaction.atomic():
        HourEntryFactory(**facts)
    with pytest.raises(DatabaseError), transaction.atomic():
        HourDecision.objects.create(
            entry=waiting,
            kind="verified",
            account=account,
            year=2025,
            category=waiting.category,
            quarters=waiting.quarters,
        )
    HourEntryFactory(**facts, after_lock=True)

    assert HourEntry.objects.filter(after_lock=True).count() == 1


def test_the_lock_of_one_district_is_none_of_another(side):
    other = make_district("别处")
    YearLock.objects.create(district=other.district, year=2025)

    assert hours(side.secretary, 16).after_lock is False
    with pytest.raises(DatabaseError), transaction.atomic():
        YearLock.objects.create(district=side.streets[0], year=2025)


def test_a_lock_is_one_row_however_many_entries_there_are(side):
    counts = []
    for number in range(3):
        district: Any = make_district(f"区{number}")
        department = user_with("district", place=district.district)
        for place in district.committees[: number + 1]:
            hours(AffiliationFactory(place=place).person, 240)
        with CaptureQueriesContext(connection) as counted:
            close(side, actor=department, district=district.district)
        counts.append(len(counted))

    assert len(set(counts)) == 1
    assert YearLock.objects.count() == 3


def test_a_person_who_moves_keeps_the_hours_and_each_entry_its_unit(side):
    """The old district has locked, the new one has not: each rules its own entries."""
    other = make_district("别处")
    there = hours(side.secretary, 16)
    close(side)
    side.secretary.unit = other.committees[0]
    side.secretary.save(update_fields=["unit"])

    here = hours(side.secretary, 8)
    back = reverse_hours(actor=None, entry=there, reason="误录")

    assert (there.unit_id, here.unit_id) == (side.committees[0].pk, other.committees[0].pk)
    assert (here.after_lock, back.after_lock) == (False, True)
    assert {entry.account.person_id for entry in (there, here)} == {side.secretary.pk}


def test_gaps_are_kept_as_of_the_lock_and_feed_the_next_plan(side):
    reached = AffiliationFactory(place=side.committees[1]).person
    hours(side.secretary, 40 * 4, completes=True)
    hours(reached, 56 * 4, completes=True)

    close(side)
    hours(side.secretary, 16 * 4)
    (need,) = plan_feeds.get("gaps")(side.district.pk, 2026)

    assert (need.person_id, need.unit_id) == (side.secretary.pk, side.committees[0].pk)
    assert (need.quarters, need.trainings) == (16 * 4, 0)
    gap = YearGap.objects.get()
    assert (gap.target, gap.counted, gap.missing) == (224, 160, 64)
    assert plan_feeds.get("gaps")(side.district.pk, 2027) == []


def test_who_lacks_only_the_centralised_training_is_kept_too(side):
    hours(side.secretary, 60 * 4)

    take_gaps_over(actor=side.department, district=side.district, year=2025, today=DECEMBER)

    (need,) = plan_feeds.get("gaps")(side.district.pk, 2026)
    assert (need.person_id, need.quarters, need.trainings) == (side.secretary.pk, 0, 1)
    gap = YearGap.objects.get()
    assert (gap.target, gap.counted, gap.missing) == (224, 240, 0)


def test_the_database_refuses_a_gap_of_nothing(side):
    step = take_gaps_over(actor=side.department, district=side.district, year=2025, today=DECEMBER)
    person = AffiliationFactory(place=side.committees[1]).person
    nothing = YearGap(
        taken=step, person=person, unit=side.committees[1], target=224, counted=224, missing=0
    )

    with pytest.raises(DatabaseError), transaction.atomic():
        nothing.save()


def test_gaps_taken_over_again_are_a_list_of_their_own_and_the_last_one_counts(side):
    take_gaps_over(actor=side.department, district=side.district, year=2025, today=DECEMBER)
    hours(side.secretary, 56 * 4, completes=True)
    take_gaps_over(actor=side.department, district=side.district, year=2025, today=DECEMBER)

    assert plan_feeds.get("gaps")(side.district.pk, 2026) == []
    assert YearGap.objects.count() == 1


def test_a_locked_year_keeps_its_rules(side, monkeypatch):
    draft = Draft(value=60, from_on=DAY(2025, 12, 25), source_zh="文件")
    look_through_rules(actor=side.department, district=side.district, year=2025)
    require_sound("hours.secretary_year", side.district, draft, DECEMBER)
    close(side)

    with pytest.raises(YearIsLocked) as refusal:
        require_sound("hours.secretary_year", side.district, draft, DECEMBER)
    later = Draft(value=60, from_on=DAY(2026, 1, 1), source_zh="文件")
    require_sound("hours.secretary_year", side.district, later, DECEMBER)

    assert refusal.value.field == "from_on"
