"""Delivering the outbox: states, retries, leases, quiet hours."""

from __future__ import annotations

import datetime
import smtplib
import uuid
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from notices import services
from notices.models import Channel, Notice, OutboxItem
from notices.services import delivery
from tests.factories.accounts import UserFactory
from tests.factories.notices import OutboxItemFactory, SampleRule

pytestmark = pytest.mark.django_db
NOON = datetime.datetime(2026, 4, 30, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
MINUTE = datetime.timedelta(minutes=1)
State = OutboxItem.State


@pytest.fixture(autouse=True)
def noon(sample_rule: SampleRule) -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def letter(**changes: Any) -> Any:
    if "recipient" not in changes:
        changes["recipient"] = UserFactory(email="wang@example.org", language="en")
    return OutboxItemFactory(channel=Channel.EMAIL, **changes)


def after(item: OutboxItem) -> OutboxItem:
    item.refresh_from_db()
    return item


class RefusingBackend(EmailBackend):
    """A mail server that refuses and repeats the address, as servers do."""

    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPDataError(451, b"wang@example.org: try again later")


@pytest.fixture
def refusing(settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.RefusingBackend"


# --- Inbox --------------------------------------------------------------------------------------
def test_a_due_row_becomes_one_notice() -> None:
    item = OutboxItemFactory(facts={"title": "Opening", "n": 3})

    assert services.deliver() == 1
    assert services.deliver() == 0

    notice = Notice.objects.get()
    assert (notice.item, notice.recipient, notice.rule) == (item, item.recipient, item.rule)
    assert notice.facts == {"title": "Opening", "n": 3}
    assert (after(item).state, item.finished_at) == (State.SENT, NOON)


def test_a_row_that_is_not_due_waits() -> None:
    item = OutboxItemFactory(due_at=NOON + MINUTE)

    assert services.deliver() == 0
    assert services.deliver(NOON + MINUTE) == 1
    assert after(item).state == State.SENT


def test_what_is_no_longer_wanted_is_dropped(sample_rule: SampleRule) -> None:
    items = [OutboxItemFactory(object_id=5), letter(object_id=5)]
    sample_rule.moot = {5}

    services.deliver()

    assert [after(item).state for item in items] == [State.DROPPED] * 2
    assert (Notice.objects.count(), mail.outbox) == (0, [])


def test_an_account_closed_meanwhile_gets_nothing() -> None:
    item = OutboxItemFactory(recipient=UserFactory(is_active=False))

    services.deliver()

    assert after(item).state == State.DROPPED


def test_a_rule_that_cannot_say_holds_up_its_own_row_only(
    sample_rule: SampleRule, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = OutboxItemFactory(object_id=1), OutboxItemFactory(object_id=2)

    def still_wanted(item: OutboxItem) -> bool:
        if item.object_id == 1:
            return Notice.objects.extra(where=["no_such_column = 1"]).exists()
        return True

    monkeypatch.setattr(type(sample_rule), "still_wanted", staticmethod(still_wanted))
    services.deliver()

    assert after(good).state == State.SENT
    assert (after(bad).state, bad.attempts, bad.due_at) == (State.QUEUED, 1, NOON + MINUTE)
    assert bad.last_error in ("OperationalError", "ProgrammingError")


def test_a_full_batch_rings_again(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[Any] = []
    monkeypatch.setattr(delivery, "ring", rung.append)
    monkeypatch.setattr(delivery, "INBOX_BATCH", 2)
    OutboxItemFactory.create_batch(3)

    assert [services.deliver(), len(rung)] == [2, 1]
    assert [services.deliver(), len(rung)] == [1, 1]


def test_a_batch_takes_the_same_queries_for_one_and_many(
    django_assert_max_num_queries: Any, sample_rule: SampleRule, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(type(sample_rule), "still_wanted")
    OutboxItemFactory.create_batch(40)

    with django_assert_max_num_queries(9):
        assert services.deliver() == 40


# --- E-mail -------------------------------------------------------------------------------------
def test_an_email_carries_its_message_number_and_the_recipients_language(settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Portal <portal@base.example>"
    settings.PORTAL_URL = "https://base.example"
    item = letter(facts={"title": "Opening\nof the class", "body": "On Thursday."})

    services.deliver()

    (sent,) = mail.outbox
    assert sent.to == ["wang@example.org"]
    assert sent.subject == "en: Opening of the class"
    assert "On Thursday." in sent.body
    assert "https://base.example/notices/channels/" in sent.body
    assert sent.extra_headers["Message-ID"] == f"<{item.guid}@base.example>"
    assert sent.extra_headers["X-Notice"] == str(item.guid)
    assert after(item).state == State.SENT


def test_a_refused_email_waits_1_2_4_to_60_minutes_and_is_given_up_after_eight(
    refusing: None,
) -> None:
    item, waits, now = letter(), [], NOON
    while after(item).state != State.FAILED:
        services.deliver(now)
        waits.append(round((after(item).due_at - now) / MINUTE))
        now = item.due_at if item.due_at > now else now

    # The eighth attempt is the last: its due time stays where it was.
    assert waits == [1, 2, 4, 8, 16, 32, 60, 0]
    assert (item.attempts, item.last_error) == (8, "SMTPDataError 451")


def test_a_refusal_leaves_other_rows_alone(refusing: None) -> None:
    letter()
    item = OutboxItemFactory()

    services.deliver()

    assert after(item).state == State.SENT


def test_a_lease_that_ran_out_is_taken_over_under_the_same_number() -> None:
    guid = uuid.uuid4()
    item = letter(state=State.INFLIGHT, claimed_until=NOON, attempts=1, guid=guid)

    services.deliver(NOON)
    assert mail.outbox == []
    services.deliver(NOON + datetime.timedelta(seconds=1))

    assert [sent.extra_headers["X-Notice"] for sent in mail.outbox] == [str(guid)]
    assert (after(item).state, item.attempts) == (State.SENT, 2)


def test_a_row_that_killed_eight_workers_is_given_up() -> None:
    item = letter(state=State.INFLIGHT, claimed_until=NOON - MINUTE, attempts=8)

    services.deliver(NOON)

    assert (after(item).state, item.last_error) == (State.FAILED, "WorkerLost")
    assert mail.outbox == []


def test_a_slow_mail_server_does_not_outlast_the_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    items = [letter(recipient=UserFactory(email=f"w{n}@example.org")) for n in range(3)]
    with time_machine.travel(NOON, tick=False) as clock:

        def slow(self: EmailBackend, messages: Any) -> int:
            clock.shift(15)
            return len(messages)

        monkeypatch.setattr(EmailBackend, "send_messages", slow)
        services.deliver()

    assert [after(item).state for item in items] == [State.SENT, State.SENT, State.QUEUED]
    assert (items[2].attempts, items[2].claimed_until) == (0, None)


def test_a_late_failure_does_not_touch_a_row_that_somebody_else_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    item = letter()
    theirs = NOON + datetime.timedelta(minutes=9)

    def lose(self: EmailBackend, messages: Any) -> int:
        OutboxItem.objects.update(claimed_until=theirs, attempts=2)
        raise TimeoutError

    monkeypatch.setattr(EmailBackend, "send_messages", lose)
    services.deliver()

    assert (after(item).state, item.attempts, item.claimed_until) == (State.INFLIGHT, 2, theirs)


def test_due_emails_sleep_through_the_night_and_inbox_rows_do_not() -> None:
    night = NOON.replace(hour=23)
    sleeping, posted = letter(due_at=NOON), OutboxItemFactory(due_at=NOON)

    services.deliver(night)

    assert (after(sleeping).state, mail.outbox) == (State.QUEUED, [])
    assert sleeping.due_at == NOON.replace(month=5, day=1, hour=8)
    assert after(posted).state == State.SENT
    services.deliver(sleeping.due_at)
    assert len(mail.outbox) == 1


def test_a_rule_without_quiet_hours_is_sent_at_night(
    sample_rule: SampleRule, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(sample_rule), "quiet", False)
    letter(due_at=NOON)

    services.deliver(NOON.replace(hour=23))

    assert len(mail.outbox) == 1
