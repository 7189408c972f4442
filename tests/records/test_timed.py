"""Notices on certain days: one for a person and an occasion, only to those whom it concerns."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from committees.models import PolicyValue
from notices import services as notices
from notices.models import Notice, OutboxItem
from notices.rules import in_words
from records import services
from records.services.paper import say_complete_since
from records.timed import HourGap, InductionDue
from tests.factories.accounts import user_with
from tests.factories.committees import AffiliationFactory, PersonFactory, make_district
from tests.factories.records import posting

pytestmark = pytest.mark.django_db
DAY = datetime.date
LONG_AGO = DAY(2020, 1, 1)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def tree():
    return make_district()


def at(day: datetime.date, hour: int = 9) -> datetime.datetime:
    return datetime.datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def secretary(place, begun=LONG_AGO):
    person = PersonFactory(is_party_member=True)
    AffiliationFactory(person=person, place=place, from_on=begun)
    user_with("secretary", place=place, person=person)
    return person


def study(person, hours, *, verified=True, **facts):
    fact = posting(person, quarters=int(hours * 4), **facts)
    return services.post_hours(actor=None, posting=fact, verified=verified)


def planned(rule, day, hour=9):
    """What the planner writes on a day: person and occasion."""
    with time_machine.travel(at(day, hour)):
        notices.plan()
    rows = OutboxItem.objects.filter(rule=rule.key, channel="inbox").order_by("pk")
    return [(row.object_id, row.key.rpartition(":")[2]) for row in rows]


def set_rule(key, value, district=None):
    PolicyValue.objects.create(key=key, value=value, district=district, from_on=DAY(2020, 1, 1))


# --- Hours still missing --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "occasion"),
    [
        (DAY(2026, 5, 31), None),
        (DAY(2026, 6, 1), "2026-06-01"),
        (DAY(2026, 6, 7), "2026-06-01"),
        (DAY(2026, 6, 8), None),
        (DAY(2026, 9, 1), "2026-09-01"),
        (DAY(2026, 11, 3), "2026-11-01"),
        (DAY(2026, 12, 1), None),
    ],
)
def test_on_the_days_of_the_rule_and_a_week_after_for_what_was_not_written(tree, day, occasion):
    person = secretary(tree.committees[0])

    assert planned(HourGap, day) == ([(person.pk, occasion)] if occasion else [])


def test_nobody_hears_before_the_morning(tree):
    secretary(tree.committees[0])

    assert planned(HourGap, DAY(2026, 6, 1), hour=7) == []


def test_asked_again_all_week_each_hears_once(tree):
    people = [secretary(place) for place in tree.committees[:3]]

    for number in range(7):
        cache.clear()
        planned(HourGap, DAY(2026, 6, 1 + number))

    assert len(planned(HourGap, DAY(2026, 6, 7))) == len(people)


def test_a_round_that_is_written_is_not_counted_again(tree):
    secretary(tree.committees[0])
    for _twice in range(2):
        planned(HourGap, DAY(2026, 6, 1))

    with time_machine.travel(at(DAY(2026, 6, 1))), CaptureQueriesContext(connection) as seen:
        assert list(HourGap().due(at(DAY(2026, 6, 1)))) == []

    assert not any("records_hourdecision" in query["sql"] for query in seen.captured_queries)
    assert len(seen) <= 3


def test_on_any_other_day_the_planner_asks_the_rules_and_nothing_else(tree):
    secretary(tree.committees[0])

    with CaptureQueriesContext(connection) as seen:
        assert list(HourGap().due(at(DAY(2026, 7, 15)))) == []

    assert len(seen) == 1


def test_only_those_hear_who_miss_hours_serve_and_have_an_account(tree):
    missing, done, exempt, silent, beginner = (
        secretary(tree.committees[0]),
        secretary(tree.committees[1]),
        secretary(tree.committees[2]),
        PersonFactory(is_party_member=True),
        secretary(tree.committees[3], begun=DAY(2026, 5, 20)),
    )
    AffiliationFactory(person=silent, place=tree.committees[0], post="committee_member")
    study(done, 56, session_on=DAY(2026, 3, 4))
    organiser = user_with("organiser", place=tree.streets[0])
    services.exempt(actor=organiser, person=exempt, reason="illness", from_on=DAY(2026, 1, 1))

    assert [person for person, _at in planned(HourGap, DAY(2026, 6, 1))] == [missing.pk]
    assert beginner.pk not in dict(planned(HourGap, DAY(2026, 6, 2)))


def test_a_district_may_choose_other_days_or_none(tree):
    person = secretary(tree.committees[0])
    set_rule("hours.gap_notice", ["10-01"], tree.district)

    assert planned(HourGap, DAY(2026, 6, 1)) == []
    assert planned(HourGap, DAY(2026, 10, 1)) == [(person.pk, "2026-10-01")]


def test_with_no_day_chosen_nobody_hears(tree):
    secretary(tree.committees[0])
    set_rule("hours.gap_notice", [])

    assert [planned(HourGap, DAY(2026, month, 1)) for month in (6, 9, 11)] == [[], [], []]


def test_the_words_say_what_is_there_and_what_is_open_without_blame(tree):
    person = secretary(tree.committees[0])
    study(person, 38, session_on=DAY(2026, 3, 4))
    study(person, 2, verified=False, session_on=DAY(2026, 3, 5))
    say_complete_since(actor=None, place=tree.district, since=DAY(2026, 2, 1))
    planned(HourGap, DAY(2026, 6, 1))
    facts = OutboxItem.objects.filter(rule=HourGap.key)[0].facts

    english, chinese = in_words("hour_gap", facts, "en"), in_words("hour_gap", facts, "zh-hans")

    assert english.title == "Your class hours of 2026: 38 of 56 so far"
    for part in ("18 are still open", "2 more wait to be verified", "1 Feb 2026"):
        assert part in english.body
    assert "56" in chinese.title
    assert " " not in chinese.body


def test_hours_that_came_in_meanwhile_make_the_notice_needless(tree):
    person = secretary(tree.committees[0])
    planned(HourGap, DAY(2026, 6, 1))
    study(person, 56, session_on=DAY(2026, 3, 4))

    with time_machine.travel(at(DAY(2026, 6, 1), 10)):
        notices.deliver()

    assert OutboxItem.objects.filter(state="dropped").exists()
    assert not Notice.objects.exists()


# --- Induction training ---------------------------------------------------------------------------
# In office since 1 April 2026: six months end on 1 October 2026.
BEGUN, DEADLINE = DAY(2026, 4, 1), DAY(2026, 10, 1)


def before(days: int) -> datetime.date:
    return DEADLINE - datetime.timedelta(days=days)


@pytest.mark.parametrize(
    ("left", "occasion"),
    [(61, None), (60, 60), (54, 60), (53, None), (31, None), (30, 30), (24, 30), (0, None)],
)
def test_a_new_secretary_hears_60_and_30_days_before_the_deadline(tree, left, occasion):
    person = secretary(tree.committees[0], begun=BEGUN)

    expected = [(person.pk, f"20261001-{occasion}")] if occasion else []

    assert planned(InductionDue, before(left)) == expected


def test_each_of_the_two_comes_once(tree):
    secretary(tree.committees[0], begun=BEGUN)

    for left in range(70, -5, -1):
        cache.clear()
        planned(InductionDue, before(left))

    assert len(planned(InductionDue, before(-5))) == 2


def test_nobody_who_is_trained_experienced_or_exempt_hears(tree):
    trained = secretary(tree.committees[0], begun=BEGUN)
    exempt = secretary(tree.committees[1], begun=BEGUN)
    again = secretary(tree.committees[2], begun=BEGUN)
    study(trained, 8, session_on=DAY(2026, 5, 6), training_kind="induction", completes=True)
    organiser = user_with("organiser", place=tree.streets[0])
    services.exempt(actor=organiser, person=exempt, reason="illness", from_on=DAY(2026, 1, 1))
    AffiliationFactory(
        person=again, place=tree.committees[3], from_on=LONG_AGO, to_on=DAY(2024, 1, 1)
    )

    assert planned(InductionDue, before(60)) == []


def test_the_deadline_and_the_notice_follow_the_district(tree):
    person = secretary(tree.committees[0], begun=BEGUN)
    set_rule("training.induction_notice", ["14"], tree.district)
    set_rule("training.induction_deadline", {"count": 3, "unit": "month"}, tree.district)

    assert planned(InductionDue, before(60)) == []
    assert planned(InductionDue, DAY(2026, 6, 20)) == [(person.pk, "20260701-14")]


def test_with_no_day_chosen_no_new_secretary_hears(tree):
    secretary(tree.committees[0], begun=BEGUN)
    set_rule("training.induction_notice", [])

    assert planned(InductionDue, before(60)) == []


def test_training_completed_meanwhile_makes_the_notice_needless(tree):
    person = secretary(tree.committees[0], begun=BEGUN)
    planned(InductionDue, before(60))
    study(person, 8, session_on=DAY(2026, 7, 6), training_kind="induction", completes=True)

    with time_machine.travel(at(before(60), 10)):
        notices.deliver()

    assert not Notice.objects.exists()


def test_the_words_name_the_day_and_offer_help(tree):
    secretary(tree.committees[0], begun=BEGUN)
    planned(InductionDue, before(60))

    with translation.override("en"):
        message = in_words("induction_due", OutboxItem.objects.all()[0].facts, "en")

    assert "1 Oct 2026" in message.title
    assert "organiser helps" in message.body
