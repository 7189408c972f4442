"""Inbox, channels and outbox console as people see them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.errors import DomainError
from core.models import AuditEvent
from notices import services
from notices.models import Channel, ChannelChoice, Notice, OutboxItem
from tests.factories.accounts import UserFactory, client_of, token_of, user_with
from tests.factories.notices import NoticeFactory, OutboxItemFactory, SampleRule

pytestmark = pytest.mark.django_db
INBOX = "/notices/"


@pytest.fixture
def me(sample_rule: SampleRule) -> Any:
    return UserFactory(language="en")


@pytest.fixture
def browser(me: Any) -> Client:
    return client_of(me)


def notice_of(user: Any, title: str = "Opening", **changes: Any) -> Any:
    return NoticeFactory(item__recipient=user, item__facts={"title": title}, **changes)


def titles(response: Any) -> list[str]:
    return [row.message.title for row in response.context["rows"]]


# --- Inbox --------------------------------------------------------------------------------------
def test_unread_notices_come_first_and_others_peoples_never(me: Any, browser: Client) -> None:
    notice_of(me, "old")
    notice_of(me, "read", read_at=timezone.now())
    notice_of(me, "new")
    notice_of(UserFactory(), "not mine")

    response = browser.get(INBOX)

    assert titles(response) == ["en: new", "en: old", "en: read"]
    assert "2 unread notices" in response.content.decode()


def test_an_empty_inbox_says_what_will_arrive(browser: Client) -> None:
    assert "No notices yet" in browser.get(INBOX).content.decode()


def test_the_inbox_is_paged_and_takes_the_same_queries_for_one_and_many(
    me: Any, browser: Client, django_assert_num_queries: Any
) -> None:
    notice_of(me)
    with django_assert_num_queries(6) as first:
        browser.get(INBOX)
    for _ in range(34):
        notice_of(me)

    with django_assert_num_queries(len(first.captured_queries)):
        response = browser.get(INBOX)

    assert len(titles(response)) == 25
    assert len(titles(browser.get(f"{INBOX}?page=2"))) == 10


def test_opening_a_notice_marks_it_as_read_once(me: Any, browser: Client) -> None:
    notice = notice_of(me)
    page = reverse("notices:notice-detail", args=[notice.pk])

    browser.get(page)
    notice.refresh_from_db()
    first = notice.read_at
    browser.get(page)
    notice.refresh_from_db()

    assert first is not None
    assert notice.read_at == first


def test_somebody_elses_notice_does_not_exist(browser: Client) -> None:
    notice = notice_of(UserFactory())

    assert browser.get(reverse("notices:notice-detail", args=[notice.pk])).status_code == 404
    assert browser.post(reverse("notices:notice-confirm", args=[notice.pk])).status_code == 404
    notice.refresh_from_db()
    assert (notice.read_at, notice.confirmed_at) == (None, None)


def test_a_notice_is_put_into_the_words_of_the_reader(me: Any, browser: Client) -> None:
    notice = notice_of(me)
    me.language = "zh-hans"
    me.save(update_fields=["language"])

    assert titles(browser.get(INBOX)) == ["zh-hans: Opening"]
    assert "zh-hans: Opening" in browser.get(f"{INBOX}{notice.pk}/").content.decode()


def test_a_rule_that_is_gone_or_fails_does_not_break_the_inbox(me: Any, browser: Client) -> None:
    notice_of(me, rule="gone")
    NoticeFactory(item__recipient=me, item__facts={})

    assert titles(browser.get(INBOX)) == ["A notice that can no longer be shown"] * 2


def test_confirming_is_recorded_once(me: Any, browser: Client) -> None:
    notice = notice_of(me)
    act = reverse("notices:notice-confirm", args=[notice.pk])

    browser.post(act)
    response = browser.post(act, follow=True)

    notice.refresh_from_db()
    assert notice.confirmed_at is not None
    assert notice.read_at is not None
    assert AuditEvent.objects.filter(action="notice.confirm").count() == 1
    assert "Receipt confirmed" in response.content.decode()


def test_a_notice_that_asks_for_nothing_is_not_confirmed(
    me: Any, browser: Client, sample_rule: SampleRule, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SampleRule, "confirm", False)
    notice = notice_of(me)

    browser.post(reverse("notices:notice-confirm", args=[notice.pk]))

    notice.refresh_from_db()
    assert notice.confirmed_at is None


def test_all_of_mine_are_marked_as_read_and_nobody_elses(me: Any, browser: Client) -> None:
    notice_of(me)
    theirs = notice_of(UserFactory())

    browser.post(reverse("notices:notice-read-all"))

    assert list(Notice.objects.filter(read_at=None)) == [theirs]


def test_the_navigation_counts_what_is_unread(me: Any, browser: Client) -> None:
    assert 'class="tb-badge"' not in browser.get("/").content.decode()
    for _ in range(2):
        notice_of(me)

    page = browser.get("/").content.decode()

    assert page.count('class="tb-badge"') >= 2  # at the side and in the phone's bar
    assert "<h2>New notices</h2>" in page
    assert "en: Opening" in page


def test_the_tile_of_today_is_silent_when_all_is_read(me: Any, browser: Client) -> None:
    notice_of(me, read_at=timezone.now())

    assert "<h2>New notices</h2>" not in browser.get("/").content.decode()


# --- Channels -----------------------------------------------------------------------------------
def test_email_can_be_turned_off_and_on_again(me: Any, browser: Client) -> None:
    page = reverse("notices:channel-choice")

    browser.post(page, {})
    assert ChannelChoice.objects.get().wanted is False
    browser.post(page, {"email": "on"})
    browser.post(page, {"email": "on"})

    assert ChannelChoice.objects.get().wanted is True
    assert AuditEvent.objects.filter(action="notice.choose_channel").count() == 2


def test_without_an_address_email_is_no_choice(me: Any, browser: Client) -> None:
    page = reverse("notices:channel-choice")
    me.email = "somebody@example.org"
    me.save()
    assert 'name="email"' in browser.get(page).content.decode()

    me.email = ""
    me.save()

    assert 'name="email"' not in browser.get(page).content.decode()


def test_the_inbox_cannot_be_turned_off(me: Any) -> None:
    with pytest.raises(DomainError):
        services.choose_channel(actor=me, channel=Channel.INBOX, wanted=False)


# --- Outbox -------------------------------------------------------------------------------------
@pytest.fixture
def operator(sample_rule: SampleRule) -> Client:
    return client_of(user_with("system_admin", language="en"))


def test_the_console_counts_and_names_nobody(operator: Client) -> None:
    stranger = UserFactory(username="zhang-san", email="zhang@example.org")
    OutboxItemFactory(recipient=stranger, state=OutboxItem.State.SENT)
    failed = OutboxItemFactory(
        recipient=stranger,
        channel=Channel.EMAIL,
        state=OutboxItem.State.FAILED,
        attempts=8,
        last_error="SMTPDataError 451",
        facts={"title": "Confidential"},
    )

    response = operator.get(reverse("notices:outbox-list"))

    counts = {row.channel: {s: n for s, _, n in row.counts} for row in response.context["counts"]}
    assert counts["Inbox"]["sent"] == 1
    assert counts["E-mail"] == {"queued": 0, "inflight": 0, "sent": 0, "dropped": 0, "failed": 1}
    page = response.content.decode()
    assert "SMTPDataError 451" in page
    assert reverse("notices:outbox-retry", args=[failed.pk]) in page
    for personal in ("zhang", "Confidential", failed.key):
        assert personal not in page


def test_a_failed_item_is_sent_again(operator: Client, sample_rule: SampleRule) -> None:
    failed = OutboxItemFactory(state=OutboxItem.State.FAILED, attempts=8, last_error="x")

    operator.post(reverse("notices:outbox-retry", args=[failed.pk]))
    services.deliver()

    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == (OutboxItem.State.SENT, 0)
    assert AuditEvent.objects.get(action="notice.retry").before == {"state": "failed", "error": "x"}


def test_what_did_not_fail_is_not_sent_again(operator: Client) -> None:
    sent = OutboxItemFactory(state=OutboxItem.State.SENT)

    response = operator.post(reverse("notices:outbox-retry", args=[sent.pk]), follow=True)

    sent.refresh_from_db()
    assert sent.state == OutboxItem.State.SENT
    assert "Only a notice that was not delivered" in response.content.decode()


@pytest.mark.parametrize("role", ["auditor", ""])
def test_the_console_is_for_the_operator(role: str, sample_rule: SampleRule) -> None:
    browser = client_of(user_with(role))

    assert browser.get(reverse("notices:outbox-list")).status_code == 403
    assert browser.post(reverse("notices:outbox-retry", args=[1])).status_code == 403


# --- API ----------------------------------------------------------------------------------------
def test_the_api_lists_my_notices_and_confirms_them(me: Any) -> None:
    notice_of(me, "read", read_at=timezone.now())
    notice = notice_of(me, "new")
    notice_of(UserFactory())
    api = Client(headers={"Authorization": f"Bearer {token_of(me, may_write=True)}"})

    everything = api.get("/api/v1/notices/").json()
    unread = api.get("/api/v1/notices/?unread=true&limit=1").json()
    confirmed = api.post(f"/api/v1/notices/{notice.pk}/confirm").json()

    assert [row["title"] for row in everything] == ["en: new", "en: read"]
    assert [row["id"] for row in unread] == [notice.pk]
    assert confirmed["asks_to_confirm"] is False
    assert confirmed["confirmed_at"] is not None


# --- The way from a cause to an inbox -----------------------------------------------------------
def test_a_queued_notice_arrives_after_the_commit_and_not_before(
    me: Any, sample_rule: SampleRule, django_capture_on_commit_callbacks: Any
) -> None:
    me.email = "me@example.org"
    me.save(update_fields=["email"])
    with django_capture_on_commit_callbacks(execute=True) as rung:
        for number in (1, 2, 3):
            services.queue(
                rule=SampleRule.key, recipients=[me], object_id=number, facts={"title": "T"}
            )
        assert (Notice.objects.count(), len(mail.outbox)) == (0, 0)

    assert len(rung) == 1  # three causes of one transaction ring once
    assert Notice.objects.filter(recipient=me).count() == 3
