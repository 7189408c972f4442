"""What classes tell people, and when they fall silent."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from courses import services
from courses.notices import RULES, DayBefore, ThreeDaysBefore
from notices.models import Notice, OutboxItem
from notices.rules import in_words
from notices.services import deliver, plan
from tests.factories.accounts import user_with
from tests.factories.courses import EnrolmentFactory, OfferingFactory, SessionFactory, person_in

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
REMINDERS = ["class_in_three_days", "class_tomorrow"]


def class_in(ahead: datetime.timedelta, **changes):
    """A class whose first session starts after `ahead`, and somebody enrolled long ago."""
    start = timezone.now().replace(second=0, microsecond=0) + ahead
    day = timezone.localtime(start).date()
    offering = OfferingFactory(begins_on=day, ends_on=day + DAY, **changes)
    SessionFactory(offering=offering, starts_at=start)
    person = person_in()
    user_with("secretary", place=person.unit, person=person)
    return EnrolmentFactory(offering=offering, person=person, created_at=timezone.now() - 20 * DAY)


def planned() -> list[str]:
    plan()
    return sorted(OutboxItem.objects.filter(rule__in=REMINDERS).values_list("rule", flat=True))


@pytest.mark.parametrize(
    ("ahead", "rules"),
    [
        (3 * DAY + HOUR, []),
        (3 * DAY - HOUR, ["class_in_three_days"]),
        (DAY + HOUR, ["class_in_three_days"]),
        (DAY - HOUR, ["class_tomorrow"]),
        (HOUR, ["class_tomorrow"]),
        (-HOUR, []),
    ],
)
def test_reminders_are_due_three_days_and_a_day_before(ahead, rules):
    class_in(ahead)

    assert planned() == rules
    assert planned() == rules  # the planner asks every minute


def test_who_enrolled_within_the_window_needs_no_reminder_of_it():
    enrolment = class_in(2 * DAY)
    enrolment.created_at = timezone.now()
    enrolment.save(update_fields=["created_at"])

    assert planned() == []


@pytest.mark.parametrize("state", ["draft", "cancelled", "completed", "running"])
def test_a_class_that_is_not_ahead_reminds_nobody(state):
    class_in(2 * DAY, state=state)

    assert planned() == []


def test_a_cancelled_enrolment_reminds_nobody():
    enrolment = class_in(2 * DAY)
    services.cancel_enrolment(actor=None, enrolment=enrolment)

    assert planned() == []


def test_a_reminder_on_its_way_is_dropped_when_the_class_is_cancelled():
    enrolment = class_in(2 * DAY)
    assert planned() == ["class_in_three_days"]

    services.cancel_offering(actor=None, offering=enrolment.offering, reason="台风")
    deliver()

    assert OutboxItem.objects.get(rule="class_in_three_days", channel="inbox").state == "dropped"
    assert [notice.rule for notice in Notice.objects.all()] == ["offering_cancelled"]


def test_a_moved_class_drops_the_old_reminder_and_sends_a_new_one():
    enrolment = class_in(2 * DAY)
    session = enrolment.offering.sessions.get()
    assert planned() == ["class_in_three_days"]
    session.starts_at += HOUR
    session.save(update_fields=["starts_at"])

    assert planned() == ["class_in_three_days"] * 2
    deliver()

    states = OutboxItem.objects.filter(channel="inbox").order_by("pk")
    assert [item.state for item in states] == ["dropped", "sent"]


def test_a_reminder_that_comes_too_late_is_dropped():
    enrolment = class_in(HOUR)
    assert planned() == ["class_tomorrow"]
    past = timezone.now() - HOUR
    enrolment.offering.sessions.update(starts_at=past)
    item = OutboxItem.objects.get(channel="inbox")
    item.facts["starts_at"] = past.isoformat()

    assert not DayBefore().still_wanted(item)


def test_a_seat_given_back_at_once_is_not_confirmed_afterwards():
    enrolment = class_in(20 * DAY)
    services.cancel_enrolment(actor=None, enrolment=enrolment)
    again = services.enrol(actor=None, offering=enrolment.offering, person=enrolment.person)
    services.cancel_enrolment(actor=None, enrolment=again)

    deliver()

    assert OutboxItem.objects.get(rule="enrolment_confirmed").state == "dropped"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("rule", [rule.key for rule in RULES])
def test_every_rule_speaks_without_a_query(rule, language, django_assert_num_queries):
    facts = {
        "title_zh": "加装电梯专题班",
        "title_en": "Class on lifts",
        "venue_zh": "一号教室",
        "venue_en": "Room 1",
        "begins_on": "2026-04-16",
        "starts_at": "2026-04-16T01:00:00Z",
        "offering": "6f0f3c5e-8b52-4f0e-9d55-6a1d7d9f0001",
        "reason": "台风",
        "attended": 3,
        "sessions": 4,
    }

    with django_assert_num_queries(0):
        message = in_words(rule, facts, language)

    assert ("Class on lifts" if language == "en" else "加装电梯专题班") in message.title
    assert message.body
    assert message.url.startswith("/")


def test_the_reminder_names_time_and_place():
    facts = {
        "title_zh": "班",
        "venue_zh": "一号教室",
        "begins_on": "2026-04-16",
        "starts_at": "2026-04-16T01:00:00Z",
        "offering": "6f0f3c5e-8b52-4f0e-9d55-6a1d7d9f0001",
    }

    message = in_words(ThreeDaysBefore.key, facts, "en")

    assert "09:00" in message.body
    assert "一号教室" in message.body
