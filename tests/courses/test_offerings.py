"""Planning classes and sessions."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from committees.models import PolicyValue
from courses import services
from courses.errors import NotYourClass, WrongOffering, WrongState
from courses.models import Course, Offering, Session
from tests.factories.accounts import user_with
from tests.factories.committees import TrainingBaseFactory
from tests.factories.courses import (
    FIRST_DAY,
    CourseFactory,
    EnrolmentFactory,
    OfferingFactory,
    SessionFactory,
    local,
)

pytestmark = pytest.mark.django_db
BEFORE = local(FIRST_DAY - datetime.timedelta(days=10), 10)
DAY = datetime.timedelta(days=1)


def create(**changes):
    course = CourseFactory()
    facts = {
        "actor": None,
        "base": course.base,
        "title_zh": "加装电梯专题班",
        "begins_on": FIRST_DAY,
        "ends_on": FIRST_DAY + DAY,
        "seats": 30,
        "courses": [course],
        "at": BEFORE,
    }
    return services.create_offering(**(facts | changes))


def test_a_new_class_is_a_draft_with_its_seats():
    offering = create()

    assert offering.state == Offering.State.DRAFT
    assert offering.pools.get(unit=None).seats == 30


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"seats": 0}, "seats"),
        ({"seats": 2_001}, "seats"),
        ({"ends_on": FIRST_DAY - DAY}, "ends_on"),
        ({"ends_on": FIRST_DAY + 400 * DAY}, "ends_on"),
        (
            {"begins_on": datetime.date(9999, 1, 1), "ends_on": datetime.date(9999, 1, 1)},
            "begins_on",
        ),
        ({"begins_on": datetime.date(1, 1, 1), "ends_on": datetime.date(1, 1, 1)}, "begins_on"),
        ({"enrol_until": local(FIRST_DAY + DAY, 9)}, "enrol_until"),
        ({"courses": []}, "courses"),
    ],
)
def test_facts_that_do_not_fit_are_refused_at_their_field(changes, field):
    with pytest.raises(WrongOffering) as refusal:
        create(**changes)

    assert refusal.value.field == field
    assert not Offering.objects.exists()


def test_a_course_of_another_base_is_refused():
    with pytest.raises(WrongOffering):
        create(courses=[CourseFactory()])


def test_only_the_base_itself_plans_its_classes():
    base = TrainingBaseFactory()
    own, other = (
        user_with("base_admin", base=base),
        user_with("base_admin", base=TrainingBaseFactory()),
    )
    course = CourseFactory(base=base)

    assert create(actor=own, base=base, courses=[course]).base == base
    with pytest.raises(NotYourClass):
        create(actor=other, base=base, courses=[course])


def test_a_class_opens_with_its_first_session():
    offering = create()
    with pytest.raises(WrongOffering):
        services.open_offering(actor=None, offering=offering, at=BEFORE)
    SessionFactory(offering=offering)

    assert services.open_offering(actor=None, offering=offering, at=BEFORE).state == "open"


def test_a_class_keeps_the_rules_of_the_day_it_first_opened():
    offering = OfferingFactory(state="draft")
    SessionFactory(offering=offering)
    services.open_offering(actor=None, offering=offering, at=BEFORE)
    services.close_enrolment(actor=None, offering=offering)
    PolicyValue.objects.create(
        key="leave.max_fraction",
        district=offering.base.host,
        value="1/10",
        from_on=datetime.date(2020, 1, 1),
        source_zh="区里规定",
    )

    again = services.open_offering(actor=None, offering=offering, at=BEFORE)

    assert again.rules["leave.max_fraction"] == {"value": "1/7", "from": None, "own": False}


def test_a_class_whose_day_has_come_does_not_open():
    offering = OfferingFactory(state="draft")
    SessionFactory(offering=offering)

    with pytest.raises(WrongOffering):
        services.open_offering(actor=None, offering=offering, at=local(FIRST_DAY, 8))


def test_enrolment_closes_and_opens_again():
    offering = OfferingFactory()
    SessionFactory(offering=offering)

    assert services.close_enrolment(actor=None, offering=offering).state == "enrol_closed"
    assert services.open_offering(actor=None, offering=offering, at=BEFORE).state == "open"


def test_a_completed_class_never_opens_again():
    offering = OfferingFactory(state="completed")
    SessionFactory(offering=offering)

    with pytest.raises(WrongState):
        services.open_offering(actor=None, offering=offering, at=BEFORE)


def test_seats_never_fall_below_those_taken():
    offering = OfferingFactory(seats=3)
    for _ in range(2):
        EnrolmentFactory(offering=offering)

    with pytest.raises(WrongOffering) as refusal:
        services.update_offering(actor=None, offering=offering, seats=1, at=BEFORE)
    services.update_offering(actor=None, offering=offering, seats=2, at=BEFORE)

    assert refusal.value.field == "seats"
    assert offering.pools.get().seats == 2


def test_a_class_with_people_stays_in_its_year():
    offering = EnrolmentFactory().offering
    new_day = datetime.date(2027, 1, 7)

    with pytest.raises(WrongOffering) as refusal:
        services.update_offering(
            actor=None, offering=offering, begins_on=new_day, ends_on=new_day, at=BEFORE
        )

    assert refusal.value.field == "begins_on"


def test_dates_move_only_with_their_sessions_inside():
    offering = SessionFactory().offering
    later = FIRST_DAY + DAY

    with pytest.raises(WrongOffering):
        services.update_offering(
            actor=None, offering=offering, begins_on=later, ends_on=later, at=BEFORE
        )


def test_a_running_class_is_not_planned_any_more():
    with pytest.raises(WrongState):
        services.update_offering(
            actor=None, offering=OfferingFactory(state="running"), title_zh="别的"
        )


def add(offering, **changes):
    facts = {
        "actor": None,
        "offering": offering,
        "course": offering.courses.first(),
        "starts_at": local(FIRST_DAY, 9),
        "ends_at": local(FIRST_DAY, 11, 30),
        "quarters": 12,
    }
    return services.add_session(**(facts | changes))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (
            {"starts_at": local(FIRST_DAY - DAY, 9), "ends_at": local(FIRST_DAY - DAY, 11)},
            "starts_at",
        ),
        ({"ends_at": local(FIRST_DAY, 8)}, "ends_at"),
        ({"ends_at": local(FIRST_DAY, 9)}, "ends_at"),
        ({"ends_at": local(FIRST_DAY + DAY, 1)}, "ends_at"),
        ({"quarters": 14}, "hours"),
        ({"quarters": 0}, "hours"),
    ],
)
def test_a_session_fits_into_its_class_and_its_time(changes, field):
    with pytest.raises(WrongOffering) as refusal:
        add(OfferingFactory(), **changes)

    assert refusal.value.field == field
    assert not Session.objects.exists()


def test_a_session_teaches_a_course_of_its_class():
    with pytest.raises(WrongOffering) as refusal:
        add(OfferingFactory(), course=CourseFactory())

    assert refusal.value.field == "course"


@pytest.mark.parametrize(
    ("start", "end", "clashes"),
    [((11, 30), (12, 30), False), ((11, 29), (12, 30), True), ((9, 30), (10, 30), True)],
)
def test_sessions_of_a_class_may_touch_and_not_overlap(start, end, clashes):
    offering = OfferingFactory()
    add(offering)
    second = {
        "starts_at": local(FIRST_DAY, *start),
        "ends_at": local(FIRST_DAY, *end),
        "quarters": 4,
    }

    if clashes:
        with pytest.raises(WrongOffering):
            add(offering, **second)
    else:
        assert add(offering, **second).pk


def test_a_session_moves_over_its_own_time():
    session = add(OfferingFactory())

    moved = services.update_session(
        actor=None, session=session, starts_at=local(FIRST_DAY, 9, 15), ends_at=local(FIRST_DAY, 12)
    )

    assert moved.starts_at == local(FIRST_DAY, 9, 15)


def test_a_draft_forgets_a_session_and_an_open_class_keeps_one():
    draft = OfferingFactory(state="draft")
    services.drop_session(actor=None, session=add(draft))
    assert not draft.sessions.exists()

    offering = OfferingFactory()
    first = add(offering)
    with pytest.raises(WrongOffering):
        services.drop_session(actor=None, session=first)
    add(offering, starts_at=local(FIRST_DAY, 14), ends_at=local(FIRST_DAY, 17))
    services.drop_session(actor=None, session=first)
    first.refresh_from_db()
    assert first.state == "cancelled"


def test_a_reported_class_names_its_source_and_has_no_seats():
    base = TrainingBaseFactory()
    facts: dict[str, Any] = {
        "base": base,
        "title_zh": "论坛",
        "title_en": "Forum",
        "kind": "salon",
        "begins_on": datetime.date(2021, 6, 25),
        "ends_on": datetime.date(2021, 6, 25),
    }

    with pytest.raises(WrongOffering):
        services.record_reported_offering(**facts, source="")
    offering = services.record_reported_offering(**facts, source="报道")

    assert (offering.historical, offering.state, offering.pools.count()) == (True, "completed", 0)


def test_a_course_title_stands_once_in_a_base():
    course = CourseFactory(title_zh="停车改造")

    with pytest.raises(WrongOffering) as refusal:
        services.create_course(actor=None, base=course.base, title_zh="停车改造 ")
    services.create_course(actor=None, base=TrainingBaseFactory(), title_zh="停车改造")

    assert refusal.value.field == "title_zh"
    assert Course.objects.count() == 2


@pytest.mark.parametrize("quarters", [0, 401])
def test_a_course_has_a_plausible_length(quarters):
    with pytest.raises(WrongOffering):
        services.create_course(
            actor=None, base=TrainingBaseFactory(), title_zh="停车改造", quarters=quarters
        )


def test_changing_a_course_is_on_the_record():
    from core.models import AuditEvent

    course = CourseFactory(title_zh="停车改造", published=False)
    services.update_course(actor=None, course=course, published=True)

    event = AuditEvent.objects.get(action="course.update")
    assert (event.before, event.after) == ({"published": False}, {"published": True})
