"""Changing a rule: who may, from when, what is shown before, and that the past stays."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from committees.models import PolicyCheck, PolicyValue
from committees.policies import policy
from committees.policy_effects import preview
from committees.services.policies import (
    Draft,
    PolicyRefused,
    PreviewChanged,
    change_policy,
    check_source,
    withdraw_policy,
)
from core.models import AuditEvent
from records.services import post_hours
from tests.factories.accounts import user_with
from tests.factories.committees import AffiliationFactory, make_district
from tests.factories.records import posting

pytestmark = pytest.mark.django_db
KEY = "hours.secretary_year"
ONE = datetime.timedelta(days=1)


@pytest.fixture
def side() -> Any:
    tree: Any = make_district()
    tree.department = user_with("district", place=tree.district)
    tree.today = timezone.localdate()
    tree.tomorrow = tree.today + ONE
    return tree


def verified(person: Any, quarters: int, day: datetime.date) -> None:
    facts = posting(person, quarters=quarters, session_on=day, key=f"test:{person.pk}")
    post_hours(actor=None, posting=facts, verified=True)


def draft(value: Any, from_on: datetime.date, **more: Any) -> Draft:
    return Draft(value=value, from_on=from_on, source_zh="区委组织部文件", **more)


def change(side: Any, written: Draft, *, actor: Any = None, district: Any = "own") -> PolicyValue:
    district = side.district if district == "own" else district
    seen = preview(KEY, district, written.value, written.from_on)
    return change_policy(
        actor=actor or side.department,
        key=KEY,
        district=district,
        draft=written,
        digest=seen.digest,
    )


def test_a_change_closes_the_value_that_stands_and_begins_a_new_one(side):
    first = change(side, draft(60, side.today, reason="试行", checked=True))
    second = change(side, draft(64, side.today + 10 * ONE))

    first.refresh_from_db()
    assert (first.to_on, second.from_on) == (side.today + 9 * ONE, side.today + 10 * ONE)
    assert (first.checked_by, first.checked_on) == (side.department.scope.label, side.today)
    assert [
        policy(KEY, side.committees[0], side.today + number * ONE).value
        for number in (-1, 0, 9, 10)
    ] == [56, 60, 60, 64]
    written = AuditEvent.objects.filter(action="policy.change").order_by("pk").last()
    assert written is not None
    assert (written.before, written.after["value"]) == ({"value": 60}, 64)
    assert written.after["preview"] == second.preview_digest


def test_a_value_for_a_time_gives_way_to_the_one_before_it(side):
    change(side, draft(60, side.today))
    change(side, draft(70, side.tomorrow, to_on=side.tomorrow + 4 * ONE))

    found = [policy(KEY, side.district, side.today + number * ONE).value for number in (0, 1, 5, 6)]

    assert found == [60, 70, 70, 60]


def test_each_sets_what_is_the_own(side):
    other = make_district("别处")
    system = user_with("system_admin")
    organiser = user_with("organiser", place=side.streets[0])
    written = draft(60, side.tomorrow)

    for actor, district in (
        (side.department, other.district),
        (side.department, None),
        (organiser, side.district),
        (system, side.district),
    ):
        with pytest.raises(PolicyRefused):
            change(side, written, actor=actor, district=district)
    change(side, written, actor=system, district=None)

    assert policy(KEY, other.district, side.tomorrow).value == 60


@pytest.mark.parametrize(
    ("days", "facts", "field"),
    [
        (-400, {"reason": "追溯"}, "from_on"),
        (1, {"to_on": -1}, "to_on"),
        (1, {"source_zh": "  "}, "source_zh"),
    ],
)
def test_dates_that_cannot_be_and_a_missing_source_are_refused_at_the_field(
    side, days, facts, field
):
    written = draft(60, side.today + days * ONE)
    if "to_on" in facts:
        facts = {"to_on": written.from_on - ONE}

    with pytest.raises(PolicyRefused) as refusal:
        change(side, replace(written, **facts))

    assert refusal.value.field == field
    assert not PolicyValue.objects.exists()


def test_a_change_back_within_the_year_needs_a_reason(side, monkeypatch):
    noon = datetime.datetime(2026, 6, 15, 4, tzinfo=datetime.UTC)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    june = datetime.date(2026, 6, 1)

    with pytest.raises(PolicyRefused) as refusal:
        change(side, draft(60, june))
    row = change(side, draft(60, june, reason="文件6月1日施行"))

    assert refusal.value.field == "reason"
    assert row.reason == "文件6月1日施行"


def test_a_second_value_inside_the_span_of_another_is_refused(side):
    change(side, draft(60, side.today + 10 * ONE))

    with pytest.raises(PolicyRefused) as refusal:
        change(side, draft(64, side.tomorrow))
    change(side, draft(64, side.tomorrow, to_on=side.today + 9 * ONE))

    assert refusal.value.field == "to_on"


def test_gains_and_losses_are_named_before_and_the_past_is_not_touched(side):
    for number, quarters in enumerate((56 * 4, 60 * 4, 40 * 4)):
        person = AffiliationFactory(place=side.committees[number]).person
        verified(person, quarters, side.tomorrow.replace(month=1, day=5))

    up = preview(KEY, side.district, 60, side.tomorrow).effect
    down = preview(KEY, side.district, 40, side.tomorrow).effect

    assert up is not None
    assert down is not None
    assert (up.gains, up.loses, len(up.losers)) == (0, 1, 1)
    assert (down.gains, down.loses, len(down.gainers)) == (1, 0, 1)


def test_what_was_confirmed_is_what_was_shown(side):
    seen = preview(KEY, side.district, 60, side.tomorrow)
    person = AffiliationFactory(place=side.committees[0]).person
    verified(person, 58 * 4, side.tomorrow.replace(month=1, day=5))

    with pytest.raises(PreviewChanged):
        change_policy(
            actor=side.department,
            key=KEY,
            district=side.district,
            draft=draft(60, side.tomorrow),
            digest=seen.digest,
        )

    assert not PolicyValue.objects.exists()


def test_what_has_not_begun_is_taken_back_and_the_value_before_goes_on(side):
    change(side, draft(60, side.today))
    later = change(side, draft(64, side.tomorrow + 5 * ONE))

    withdraw_policy(actor=side.department, row=later)

    assert policy(KEY, side.district, side.today + 100 * ONE).value == 60
    stands = PolicyValue.objects.get(from_on=side.today)
    with pytest.raises(PolicyRefused):
        withdraw_policy(actor=side.department, row=stands)


def test_a_check_says_who_when_and_which_edition(side):
    row = check_source(
        actor=side.department, key=KEY, district=side.district, value_id=None, edition=" 正式文本 "
    )

    assert (row.checked_by, row.checked_on, row.edition) == (
        side.department.scope.label,
        side.today,
        "正式文本",
    )
    for facts, field in (
        ({"edition": " "}, "edition"),
        ({"edition": "x", "source_ends_on": side.today - ONE}, "source_ends_on"),
    ):
        with pytest.raises(PolicyRefused) as refusal:
            check_source(
                actor=side.department, key=KEY, district=side.district, value_id=None, **facts
            )
        assert refusal.value.field == field
    assert PolicyCheck.objects.count() == 1
