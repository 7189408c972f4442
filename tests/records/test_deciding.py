"""Verifying and returning: by the organiser of the unit, once, with a word to the person."""

from __future__ import annotations

import datetime

import pytest
from django.utils import translation

from core.models import AuditEvent
from notices.models import OutboxItem
from notices.rules import in_words
from records import services
from records.errors import (
    AlreadyDecided,
    AlreadyLocked,
    NotReversible,
    NotYoursToDecide,
    ReasonMissing,
    WrongExemption,
)
from records.models import HourDecision, HourEntry
from tests.factories.accounts import user_with
from tests.factories.committees import AffiliationFactory, make_district
from tests.factories.records import posting

pytestmark = pytest.mark.django_db
DAY = datetime.date


@pytest.fixture
def tree():
    return make_district()


@pytest.fixture
def organiser(tree):
    return user_with("organiser", place=tree.streets[0])


@pytest.fixture
def secretary(tree):
    return AffiliationFactory(place=tree.committees[0]).person


def claim(person, **facts):
    return services.post_hours(actor=None, posting=posting(person, **facts), verified=False)


def test_verified_hours_count_and_their_owner_hears_once(organiser, secretary):
    user = user_with("secretary", place=secretary.unit, person=secretary)
    entries = [claim(secretary), claim(secretary, quarters=6)]

    made = services.verify_all(actor=organiser, entries=[entry.pk for entry in entries])
    again = services.verify_all(actor=organiser, entries=[entry.pk for entry in entries])

    assert ([one.kind for one in made], again) == (["verified", "verified"], [])
    assert services.year_total(secretary, 2026) == 22
    item = OutboxItem.objects.get(rule="hours_verified")
    assert item.recipient == user
    with translation.override("en"):
        message = in_words(item.rule, item.facts, "en")
    assert message.title == "5.5 class hours are verified"
    assert AuditEvent.objects.filter(action="hours.verify").count() == 2


def test_returned_hours_do_not_count_and_say_why(organiser, secretary):
    user_with("secretary", place=secretary.unit, person=secretary)
    entry = claim(secretary)
    services.reject(actor=organiser, entry=entry, reason=" 缺签到表 ")

    decision = HourDecision.objects.get()
    assert (decision.kind, decision.reason) == ("rejected", "缺签到表")
    assert services.year_total(secretary, 2026) == 0
    assert (
        "缺签到表" in in_words("hours_returned", OutboxItem.objects.all()[0].facts, "zh-hans").body
    )
    with pytest.raises(NotReversible):
        services.reverse_hours(actor=organiser, entry=entry, reason="误录")


def test_returning_needs_a_reason(organiser, secretary):
    with pytest.raises(ReasonMissing):
        services.reject(actor=organiser, entry=claim(secretary), reason=" ")


def test_an_entry_is_decided_once(organiser, secretary):
    entry, gone = claim(secretary), claim(secretary)
    services.verify(actor=organiser, entry=entry)
    services.reverse_hours(actor=organiser, entry=gone, reason="重复")

    for closed in (entry, gone):
        with pytest.raises(AlreadyDecided):
            services.reject(actor=organiser, entry=closed, reason="缺签到表")


def test_nobody_decides_elsewhere_or_on_their_own_hours(tree, organiser, secretary):
    elsewhere = user_with("organiser", place=tree.streets[1])
    herself = user_with("organiser", place=tree.streets[0], person=secretary)
    learner = user_with("secretary", place=tree.committees[0])
    entry = claim(secretary)

    for actor in (elsewhere, herself, learner):
        with pytest.raises(NotYoursToDecide):
            services.verify(actor=actor, entry=entry)
        assert services.verify_all(actor=actor, entries=[entry.pk]) == []
    services.verify(actor=user_with("district", place=tree.district), entry=entry)


def test_a_locked_year_marks_what_comes_later(tree, organiser, secretary):
    before = claim(secretary)
    standing = claim(secretary)
    services.verify(actor=organiser, entry=standing)
    services.lock_year(actor=organiser, district=tree.district, year=2026)

    after = claim(secretary)
    decision = services.verify(actor=organiser, entry=before)
    reversal = services.reverse_hours(actor=organiser, entry=standing, reason="误录")
    last_year = claim(secretary, session_on=DAY(2025, 3, 5))

    marks = [entry.after_lock for entry in (before, after, reversal, last_year)]
    assert (marks, decision.after_lock) == ([False, True, True, False], True)
    with pytest.raises(AlreadyLocked):
        services.lock_year(actor=organiser, district=tree.district, year=2026)


def test_a_lock_is_the_districts_own(tree, secretary):
    other = make_district("他")
    services.lock_year(actor=None, district=other.district, year=2026)

    assert not claim(secretary).after_lock


def test_exemptions_have_days_and_do_not_overlap(organiser, secretary):
    first = services.exempt(
        actor=organiser, person=secretary, reason="age", from_on=DAY(2026, 1, 1)
    )
    with pytest.raises(WrongExemption):
        services.exempt(
            actor=organiser, person=secretary, reason="illness", from_on=DAY(2026, 5, 1)
        )
    with pytest.raises(WrongExemption):
        services.end_exemption(actor=organiser, exemption=first, to_on=DAY(2025, 12, 31))
    services.end_exemption(actor=organiser, exemption=first, to_on=DAY(2026, 4, 30))
    with pytest.raises(WrongExemption):
        services.end_exemption(actor=organiser, exemption=first, to_on=DAY(2026, 5, 30))
    services.exempt(
        actor=organiser,
        person=secretary,
        reason="illness",
        from_on=DAY(2026, 5, 1),
        to_on=DAY(2026, 6, 1),
    )
    with pytest.raises(WrongExemption):
        services.exempt(
            actor=organiser,
            person=secretary,
            reason="age",
            from_on=DAY(2026, 9, 1),
            to_on=DAY(2026, 8, 1),
        )

    kept = AuditEvent.objects.filter(action__startswith="hours.e").order_by("pk")
    assert [event.action for event in kept] == [
        "hours.exempt",
        "hours.end_exemption",
        "hours.exempt",
    ]


def test_waiting_hours_are_listed_until_they_are_decided(organiser, secretary):
    entry = claim(secretary)
    assert list(HourEntry.objects.pending()) == [entry]

    services.verify(actor=organiser, entry=entry)

    assert not HourEntry.objects.pending().exists()
