"""Writing the outbox."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone

from core.registries import notice_rules
from notices import services
from notices.models import Channel, ChannelChoice, OutboxItem
from notices.rules import Due, TimedRule, after_quiet_hours
from tests.factories.accounts import UserFactory
from tests.factories.notices import SampleRule

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime.datetime(2026, 4, 30, 12, tzinfo=SHANGHAI)


def queue(recipients: list[Any], **changes: Any) -> int:
    values: dict[str, Any] = {"object_id": 7, "facts": {"title": "Opening"}} | changes
    return services.queue(rule=SampleRule.key, recipients=recipients, **values)


def channels() -> list[tuple[int, str]]:
    return list(OutboxItem.objects.order_by("pk").values_list("recipient", "channel"))


def test_everybody_gets_an_inbox_row_and_those_with_an_address_an_email(
    sample_rule: SampleRule,
) -> None:
    without, with_address = UserFactory(), UserFactory(email="a@example.org")

    assert queue([without, with_address]) == 3

    assert sorted(channels()) == sorted(
        [
            (without.pk, Channel.INBOX),
            (with_address.pk, Channel.INBOX),
            (with_address.pk, Channel.EMAIL),
        ]
    )


def test_who_declined_email_gets_the_inbox_only(sample_rule: SampleRule) -> None:
    user = UserFactory(email="a@example.org")
    services.choose_channel(actor=user, channel=Channel.EMAIL, wanted=False)

    queue([user])

    assert channels() == [(user.pk, Channel.INBOX)]
    assert ChannelChoice.objects.get().wanted is False


def test_an_inactive_account_gets_nothing(sample_rule: SampleRule) -> None:
    assert queue([UserFactory(is_active=False)]) == 0
    assert channels() == []


def test_the_same_occurrence_is_written_once_and_another_one_again(
    sample_rule: SampleRule,
) -> None:
    user = UserFactory()

    assert queue([user, user], occurrence="3 days") == 1
    assert queue([user], occurrence="3 days") == 0
    assert queue([user], occurrence="1 day") == 1

    assert channels() == [(user.pk, Channel.INBOX)] * 2


def test_a_cause_that_is_rolled_back_takes_its_notices_along(sample_rule: SampleRule) -> None:
    user = UserFactory()

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queue([user])
        _ = 1 / 0

    assert channels() == []


def test_dates_in_facts_are_kept_as_text(sample_rule: SampleRule) -> None:
    queue([UserFactory()], facts={"title": "Opening", "on": datetime.date(2026, 4, 30)})

    assert OutboxItem.objects.get().facts == {"title": "Opening", "on": "2026-04-30"}


def test_an_unknown_rule_is_a_programming_error() -> None:
    with pytest.raises(KeyError):
        services.queue(rule="no such", recipients=[], object_id=1, facts={})


@pytest.mark.parametrize(
    ("hour", "minute", "day_after", "hour_after"),
    [
        (20, 59, 30, 20),
        (21, 0, 31, 8),
        (23, 30, 31, 8),
        (0, 0, 30, 8),
        (7, 59, 30, 8),
        (8, 0, 30, 8),
    ],
)
def test_quiet_hours_end_at_eight(hour: int, minute: int, day_after: int, hour_after: int) -> None:
    at = datetime.datetime(2026, 3, 30, hour, minute, tzinfo=SHANGHAI)

    later = after_quiet_hours(at).astimezone(SHANGHAI)

    assert (later.day, later.hour) == (day_after, hour_after)
    assert later >= at


def test_email_written_at_night_is_due_in_the_morning_and_the_inbox_at_once(
    sample_rule: SampleRule,
) -> None:
    night = NOON.replace(hour=22)

    queue([UserFactory(email="a@example.org")], due_at=night)

    due = {row.channel: timezone.localtime(row.due_at) for row in OutboxItem.objects.all()}
    assert due[Channel.INBOX] == night
    assert due[Channel.EMAIL] == NOON.replace(day=1, month=5, hour=8)


# --- Planning -----------------------------------------------------------------------------------
def test_the_planner_writes_what_timed_rules_ask_for_once(sample_rule: SampleRule) -> None:
    users = UserFactory.create_batch(3)
    sample_rule.asked_for = [
        Due(user.pk, number, "1 day", {"title": "T"}) for user in users for number in (1, 2)
    ]

    assert services.plan(NOON) == 6
    assert services.plan(NOON) == 0

    assert set(OutboxItem.objects.values_list("recipient", "object_id")) == {
        (user.pk, number) for user in users for number in (1, 2)
    }


def test_a_rule_that_fails_does_not_keep_the_others_from_their_turn(
    sample_rule: SampleRule, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(TimedRule):
        key = "tests.broken"
        label = "Broken"

        def due(self, now: Any) -> Any:
            raise RuntimeError

    monkeypatch.setitem(notice_rules._entries, "tests.broken", (1, Broken()))
    sample_rule.asked_for = [Due(UserFactory().pk, 1, "", {"title": "T"})]

    assert services.plan(NOON) == 1


def test_planning_takes_the_same_queries_for_one_and_many(
    sample_rule: SampleRule, django_assert_max_num_queries: Any
) -> None:
    users = UserFactory.create_batch(30)
    sample_rule.asked_for = [Due(user.pk, 1, "", {"title": "T"}) for user in users]

    with django_assert_max_num_queries(9):
        assert services.plan(NOON) == 30
