"""Checking in, roll call, closing, completing."""

from __future__ import annotations

import datetime
import uuid
from fractions import Fraction
from typing import Any

import pytest
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st

from committees.policies import snapshot
from core.models import AuditEvent, SummaryDelta
from courses import codes, figures, services
from courses.completion import judge
from courses.errors import (
    CheckInShut,
    MarksMissing,
    NotEnrolled,
    NotYourClass,
    WrongCode,
    WrongState,
)
from courses.models import Attendance, Enrolment
from courses.rules import KEPT, least_attendance
from notices.models import OutboxItem
from records.models import HourEntry
from records.services import year_total
from tests.factories.accounts import user_with
from tests.factories.courses import (
    FIRST_DAY,
    EnrolmentFactory,
    OfferingFactory,
    SessionFactory,
    local,
    person_in,
)

pytestmark = pytest.mark.django_db
NINE = local(FIRST_DAY, 9)
NOON = local(FIRST_DAY, 12)
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def pupil():
    """A secretary with a seat; `session` is the morning of her class."""
    session = SessionFactory()
    person = person_in()
    user: Any = user_with("secretary", place=person.unit, person=person)
    user.enrolment = EnrolmentFactory(offering=session.offering, person=person)
    user.session = session
    return user


def check_in(user, at, code=None):
    code = codes.code_at(user.session.public_id, at) if code is None else code
    return services.check_in(actor=user, session=user.session, code=code, at=at)


@pytest.mark.parametrize(
    ("at", "mark"),
    [
        (NINE - 30 * MINUTE, "present"),
        (NINE + 15 * MINUTE, "present"),
        (NINE + 16 * MINUTE, "late"),
        (NOON, "late"),
    ],
)
def test_a_code_in_time_marks_present_and_then_late(pupil, at, mark):
    assert check_in(pupil, at).mark == mark

    pupil.enrolment.refresh_from_db()
    pupil.session.offering.refresh_from_db()
    assert pupil.enrolment.state == "attending"
    assert pupil.session.offering.state == "running"


def test_an_early_scan_hears_when_check_in_opens(pupil):
    with pytest.raises(CheckInShut, match="08:30"):
        check_in(pupil, NINE - 31 * MINUTE)


def test_after_the_end_the_roll_call_has_to_do(pupil):
    with pytest.raises(CheckInShut):
        check_in(pupil, NOON + MINUTE)


def test_checking_in_twice_keeps_the_first_mark(pupil):
    first = check_in(pupil, NINE)

    assert check_in(pupil, NINE + 40 * MINUTE, code="000000") == first
    assert Attendance.objects.count() == 1


def test_a_wrong_code_is_refused_and_guessing_ends(pupil):
    right = codes.code_at(pupil.session.public_id, NINE)
    wrong = "000000" if right != "000000" else "000001"
    for _ in range(10):
        with pytest.raises(WrongCode) as refusal:
            check_in(pupil, NINE, code=wrong)
    assert refusal.value.field == "code"

    with pytest.raises(WrongCode):
        check_in(pupil, NINE, code=right)


def test_wrong_codes_stay_counted_when_the_cache_forgets(pupil):
    right = codes.code_at(pupil.session.public_id, NINE)
    wrong = "000000" if right != "000000" else "000001"
    for _ in range(10):
        cache.clear()
        with pytest.raises(WrongCode):
            check_in(pupil, NINE, code=wrong)

    with pytest.raises(WrongCode):
        check_in(pupil, NINE, code=right)
    assert not Attendance.objects.exists()


def test_a_stranger_to_the_class_cannot_check_in(pupil):
    stranger: Any = user_with("secretary", place=pupil.enrolment.unit, person=person_in())
    stranger.session = pupil.session

    with pytest.raises(NotEnrolled):
        check_in(stranger, NINE)


def test_a_closed_session_takes_no_code(pupil):
    services.mark_attendance(
        actor=None, session=pupil.session, marks={pupil.enrolment.pk: "absent"}, at=NINE
    )
    services.close_session(actor=None, session=pupil.session, at=NOON)
    other = person_in()
    user: Any = user_with("secretary", place=other.unit, person=other)
    user.enrolment = EnrolmentFactory(offering=pupil.session.offering, person=other)
    user.session = pupil.session
    user.session.refresh_from_db()

    with pytest.raises(WrongState):
        check_in(user, NINE)


@given(seconds=st.integers(0, 4_000_000_000), key=st.uuids())
def test_a_code_counts_for_its_minute_and_the_next_and_no_longer(seconds, key):
    start = datetime.datetime.fromtimestamp(seconds - seconds % 60, datetime.UTC)
    code = codes.code_at(key, start)
    second = datetime.timedelta(seconds=1)

    assert len(code) == 6
    assert code.isdigit()
    assert codes.is_valid(key, code, start)
    assert codes.is_valid(key, code, start + 119 * second)
    later = start + 120 * second
    if code not in (codes.code_at(key, later), codes.code_at(key, later - 60 * second)):
        assert not codes.is_valid(key, code, later)


def test_a_code_belongs_to_one_session():
    first, second = uuid.UUID(int=1), uuid.UUID(int=2)

    assert codes.code_at(first, NINE) != codes.code_at(second, NINE)
    assert not codes.is_valid(second, codes.code_at(first, NINE), NINE)
    assert not codes.is_valid(first, "", NINE)
    assert not codes.is_valid(first, "１２３４５６", NINE)


def test_roll_call_writes_one_row_a_person_and_corrections_are_on_the_record(pupil):
    marks = {pupil.enrolment.pk: "absent"}
    assert services.mark_attendance(actor=None, session=pupil.session, marks=marks, at=NINE) == 1
    assert services.mark_attendance(actor=None, session=pupil.session, marks=marks, at=NINE) == 0
    services.mark_attendance(
        actor=None, session=pupil.session, marks={pupil.enrolment.pk: "late"}, at=NINE
    )

    assert [row.mark for row in Attendance.objects.all()] == ["late"]
    trail = AuditEvent.objects.filter(action="attendance.mark").order_by("pk")
    assert [(event.before, event.after) for event in trail] == [
        ({}, {"mark": "absent"}),
        ({"mark": "absent"}, {"mark": "late"}),
    ]


def test_roll_call_is_for_the_base_and_for_people_of_the_class(pupil):
    with pytest.raises(NotYourClass):
        services.mark_attendance(
            actor=pupil, session=pupil.session, marks={pupil.enrolment.pk: "present"}, at=NINE
        )
    with pytest.raises(NotEnrolled):
        services.mark_attendance(
            actor=None, session=pupil.session, marks={EnrolmentFactory().pk: "present"}, at=NINE
        )
    with pytest.raises(MarksMissing):
        services.mark_attendance(
            actor=None, session=pupil.session, marks={pupil.enrolment.pk: "asleep"}, at=NINE
        )
    assert not Attendance.objects.exists()


def test_a_session_closes_when_everybody_has_a_mark(pupil):
    with pytest.raises(CheckInShut):
        services.close_session(actor=None, session=pupil.session, at=NINE - MINUTE)
    with pytest.raises(MarksMissing):
        services.close_session(actor=None, session=pupil.session, at=NOON)
    check_in(pupil, NINE)
    services.close_session(actor=None, session=pupil.session, at=NOON)
    services.close_session(actor=None, session=pupil.session, at=NOON)

    assert AuditEvent.objects.filter(action="session.close").count() == 1
    with pytest.raises(WrongState):
        services.mark_attendance(
            actor=None, session=pupil.session, marks={pupil.enrolment.pk: "late"}, at=NOON
        )


def held_class(marks: dict[str, list[str]], quarters: int = 16):
    """A class of one session a day, marked and closed; `marks`: name -> mark of each session."""
    count = len(next(iter(marks.values())))
    last = FIRST_DAY + datetime.timedelta(days=count - 1)
    offering = OfferingFactory(ends_on=last)
    people = {name: EnrolmentFactory(offering=offering) for name in marks}
    for number in range(count):
        start = local(FIRST_DAY + datetime.timedelta(days=number), 9)
        session = SessionFactory(offering=offering, starts_at=start, quarters=quarters)
        services.mark_attendance(
            actor=None,
            session=session,
            marks={people[name].pk: own[number] for name, own in marks.items()},
            at=start,
        )
        services.close_session(actor=None, session=session, at=start)
    offering.refresh_from_db()
    return offering, people


def test_completing_decides_posts_hours_and_tells_once():
    offering, people = held_class(
        {
            "often": ["present"] * 4 + ["late", "early", "absent"],
            "seldom": ["present"] * 5 + ["leave", "absent"],
        }
    )
    user = user_with("secretary", place=people["often"].unit, person=people["often"].person)

    for _ in range(2):
        services.complete_offering(actor=None, offering=offering)

    for row in people.values():
        row.refresh_from_db()
    assert (people["often"].state, people["often"].reason) == ("completed", "6/7 ≥ 6/7")
    assert (people["seldom"].state, people["seldom"].reason) == ("not_completed", "5/7 < 6/7")
    assert year_total(people["often"].person, 2026) == 6 * 16
    assert year_total(people["seldom"].person, 2026) == 5 * 16
    assert HourEntry.objects.count() == 11
    told = OutboxItem.objects.filter(rule="class_completed")
    assert [item.recipient for item in told] == [user]
    assert offering.pools.get().taken == 2
    completed = SummaryDelta.objects.filter(metric="completed_people")
    assert [(delta.place_id, delta.amount) for delta in completed] == [(people["often"].unit_id, 1)]
    assert list(figures.check_pools()) == []


def test_a_class_is_completed_only_with_every_session_closed():
    offering, _people = held_class({"one": ["present"]})
    SessionFactory(offering=offering, starts_at=local(FIRST_DAY, 14))

    with pytest.raises(WrongState):
        services.complete_offering(actor=None, offering=offering)

    assert not HourEntry.objects.exists()


def test_a_class_without_a_single_session_is_not_completed():
    with pytest.raises(WrongState):
        services.complete_offering(actor=None, offering=OfferingFactory(state="running"))


def test_a_district_may_ask_for_more_attendance():
    from committees.models import PolicyValue

    offering, people = held_class({"often": ["present", "present", "present", "absent"]})
    PolicyValue.objects.create(
        key="completion.min_attendance",
        district=offering.base.host,
        value="9/10",
        from_on=datetime.date(2020, 1, 1),
        source_zh="区里规定",
    )

    services.complete_offering(actor=None, offering=offering)

    assert Enrolment.objects.get(pk=people["often"].pk).reason == "3/4 < 9/10"


def test_a_short_class_is_judged_by_three_quarters():
    """A morning of a two-day class is a quarter of it: six sevenths would forbid any absence."""
    offering = OfferingFactory(ends_on=FIRST_DAY + datetime.timedelta(days=1))

    days = [FIRST_DAY, FIRST_DAY, FIRST_DAY + datetime.timedelta(days=1)]

    assert least_attendance(offering, days) == Fraction(3, 4)
    assert least_attendance(offering, [*days, offering.ends_on.replace(day=28)]) == Fraction(6, 7)


def test_a_class_is_judged_by_the_rules_it_opened_with():
    """The rule becomes stricter while the class is open; its people keep what was promised."""
    offering, people = held_class({"often": ["present"] * 3 + ["absent"]})
    offering.rules = snapshot(KEPT, offering.base.host, FIRST_DAY) | {
        "completion.min_attendance": {"value": "3/4", "from": None, "own": False}
    }
    offering.save(update_fields=["rules"])

    services.complete_offering(actor=None, offering=offering)

    assert Enrolment.objects.get(pk=people["often"].pk).reason == "3/4 ≥ 3/4"


@given(
    marks=st.lists(st.sampled_from(["present", "late", "early", "leave", "absent"]), max_size=60),
    least=st.fractions(0, 1, max_denominator=20),
)
def test_the_verdict_is_exact(marks, least):
    verdict = judge(marks, len(marks), least)
    attended = sum(mark in ("present", "late", "early") for mark in marks)

    assert verdict.attended == attended
    assert verdict.completed == (
        len(marks) > 0 and attended * least.denominator >= least.numerator * len(marks)
    )


def test_a_third_of_three_is_exactly_a_third():
    assert judge(["present", "absent", "absent"], 3, Fraction(1, 3)).completed
