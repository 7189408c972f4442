"""Before a rule of hours is changed, everybody is counted twice from the same facts."""

from __future__ import annotations

import datetime

import pytest
from django.utils import translation

from committees.models import PolicyValue
from committees.policies import policy
from committees.policy_effects import Change
from core.registries import policy_effects, policy_keys
from records import services
from records.effects.measured import FIELD
from records.models import HourClaim, HourEntry
from records.rules import KEYS
from tests.factories.committees import AffiliationFactory, PersonFactory, make_district
from tests.factories.records import posting

pytestmark = pytest.mark.django_db
DAY = datetime.date
TODAY = DAY(2026, 11, 27)
LONG_AGO = DAY(2020, 1, 1)


@pytest.fixture
def tree():
    with translation.override("en"):
        yield make_district()


def serve(place, post="secretary", begun=LONG_AGO):
    person = PersonFactory(is_party_member=True)
    AffiliationFactory(person=person, place=place, post=post, from_on=begun)
    return person


def study(person, hours, **facts):
    fact = posting(person, quarters=int(hours * 4), **{"session_on": DAY(2026, 3, 4)} | facts)
    return services.post_hours(actor=None, posting=fact, verified=True)


def effect_of(key, after, place):
    before = policy(key, place, TODAY).value
    return policy_effects.get(key)(Change(key, place, before, after, TODAY))


def said(effect):
    """Gains and losses, each with the words behind the unit."""
    return [[name.split(" · ")[-1] for name in names] for names in (effect.gainers, effect.losers)]


def test_every_rule_the_ledger_counts_or_measures_by_shows_an_effect():
    silent = {key for key in (*KEYS, *FIELD) if key not in policy_effects}

    # When the reminder of a deadline turns up on a list changes nobody's hours.
    assert silent == {"training.induction_alert"}


# --- Caps, factors, carry-over --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("key", "after", "category", "hours", "gain", "lose"),
    [
        ("hours.online_cap_share", "1", "online", 40, ["28 → 40"], []),
        ("hours.online_cap_share", "1/4", "online", 40, [], ["28 → 14"]),
        ("hours.unit_study_cap_share", "1/2", "collective", 40, [], ["40 → 28"]),
        ("hours.tutoring_factor", 2, "tutoring", 10, ["0 → 20"], []),
        ("hours.lecture_given_factor", 5, "lecture", 4, ["0 → 20"], []),
        ("hours.lecture_given_factor", 5, "centralised", 4, [], []),
    ],
)
def test_caps_and_factors_show_what_counts_before_and_after(
    tree, key, after, category, hours, gain, lose
):
    study(serve(tree.committees[0]), hours, category=category)
    serve(tree.committees[1])

    effect = effect_of(key, after, tree.district)

    assert said(effect) == [gain, lose]
    assert (effect.gains, effect.loses) == (len(gain), len(lose))


def test_who_reaches_the_target_only_by_the_new_value_is_counted(tree):
    person = serve(tree.committees[0])
    study(person, 28)
    study(person, 40, category="online")
    study(serve(tree.committees[1]), 40, category="online")

    effect = effect_of("hours.online_cap_share", "1/4", tree.district)

    assert effect.loses == 2
    assert effect.notes[1].startswith("0 of them reach their target only now, 1 no longer")


def test_a_surplus_that_is_carried_over_is_a_gain(tree):
    study(serve(tree.committees[0]), 60, session_on=DAY(2025, 3, 4))

    assert said(effect_of("hours.carry_over", True, tree.district)) == [["0 → 4"], []]


# --- Targets --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("key", "post", "hours", "after", "gains", "loses"),
    [
        ("hours.secretary_year", "secretary", 50, 48, 1, 0),
        ("hours.secretary_year", "secretary", 57, 60, 0, 1),
        ("hours.secretary_year", "committee_member", 50, 60, 0, 0),
        ("hours.street_cadre_year", "street_cadre", 80, {"hours": 80, "days": 10}, 1, 0),
        ("hours.committee_only_member_year", "committee_member", 10, "none", 0, 0),
    ],
)
def test_targets_show_who_reaches_them(tree, key, post, hours, after, gains, loses):
    place = tree.streets[0] if post == "street_cadre" else tree.committees[0]
    study(serve(place, post), hours)

    effect = effect_of(key, after, tree.district)

    assert (effect.gains, effect.loses) == (gains, loses)


def test_nothing_is_written_and_no_entry_changes(tree):
    entry = study(serve(tree.committees[0]), 40, category="online")

    effect_of("hours.online_cap_share", "1/4", tree.district)

    entry.refresh_from_db()
    assert (entry.quarters, HourEntry.objects.count(), PolicyValue.objects.count()) == (160, 1, 0)


# --- Trainings ------------------------------------------------------------------------------------
def test_a_second_centralised_training_asked_for_is_a_loss_to_who_has_one(tree):
    person = serve(tree.committees[0])
    study(person, 8, category="centralised", completes=True)
    serve(tree.committees[1])

    effect = effect_of("training.centralised_min_year", 2, tree.district)

    assert (effect.gains, effect.loses) == (0, 1)
    assert person.name in effect.losers[0]


def test_a_longer_deadline_of_induction_is_a_gain_to_who_passed_the_short_one(tree):
    late = serve(tree.committees[0], begun=DAY(2026, 2, 1))

    longer = effect_of("training.induction_deadline", {"count": 12, "unit": "month"}, tree.district)

    assert (longer.gains, longer.loses) == (1, 0)
    assert late.name in longer.gainers[0]


# --- Measures -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("key", "after", "measure", "amount", "gain", "lose"),
    [
        ("hours.online_bands", [[45, 4], [1, 1]], "online_minute", 30, [], ["−0.75"]),
        ("hours.online_bands", [[20, 4], [1, 1]], "online_minute", 20, ["+0.5"], []),
        ("hours.online_test", 4, "test", 3, ["+1.5"], []),
        ("hours.minutes_per_hour", 60, "minute", 90, [], ["−0.5"]),
        ("hours.full_day", 24, "day", 2, [], ["−4"]),
        ("hours.half_day", 20, "half_day", 1, ["+1"], []),
        ("hours.full_day", 24, "hour", 2, [], []),
    ],
)
def test_measures_show_what_the_same_study_would_be_worth(
    tree, key, after, measure, amount, gain, lose
):
    study(serve(tree.committees[0]), 1, measure=measure, amount=amount)

    assert said(effect_of(key, after, tree.district)) == [gain, lose]


def test_days_studied_elsewhere_are_measured_too(tree):
    person = serve(tree.committees[0])
    entry = study(person, 16, source="claim")
    HourClaim.objects.create(
        person=person, unit=tree.committees[0], entry=entry, title="班", host="校",
        category="centralised", from_on=entry.session_on, to_on=entry.session_on,
        measure="day", quarters=64, per_measure=32,
    )  # fmt: skip

    assert said(effect_of("hours.full_day", 24, tree.district)) == [[], ["−4"]]


def test_what_was_taken_back_is_nobodys_study(tree):
    entry = study(serve(tree.committees[0]), 1, measure="online_minute", amount=30)
    services.reverse_hours(actor=None, entry=entry, reason="重复")

    effect = effect_of("hours.online_bands", [[45, 4], [1, 1]], tree.district)

    assert (effect.gains, effect.loses) == (0, 0)


def test_what_classes_keep_is_said_beside_it(tree):
    notes = effect_of("hours.full_day", 24, tree.district).notes

    assert any("Classes that are open" in note for note in notes)
    assert any("Entries keep their hours" in note for note in notes)
    assert policy_keys.get("hours.full_day").computes
