"""Guesses are counted, whatever they are spelled like and wherever they come from."""

from __future__ import annotations

import re
import threading

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth import hashers
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import throttle
from accounts.models import GuessCount
from accounts.tasks import tidy
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
SPELLINGS = ("lin.qing", "LIN.QING", "lin@example.org", "13800001234", "１３８ 0000 1234")


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Passwords that were really compared with the account's."""
    seen: list[str] = []
    check = hashers.check_password

    def counting(password: str, *args, **kwargs) -> bool:
        seen.append(password)
        return check(password, *args, **kwargs)

    monkeypatch.setattr("django.contrib.auth.base_user.check_password", counting)
    return seen


def guess(login: str, password: str, address: str = "10.0.0.1"):
    return Client(REMOTE_ADDR=address).post(
        reverse("account_login"), {"login": login, "password": password}
    )


def lin():
    return UserFactory(username="lin.qing", email="lin@example.org", mobile="13800001234")


@pytest.mark.hard
@pytest.mark.sqlite
def test_a_thousand_guesses_from_fifty_addresses_get_ten_looked_at(evaluated: list[str]) -> None:
    lin()
    answers = [
        guess(SPELLINGS[number % 5], f"guess {number}", f"10.0.0.{number % 50}").status_code
        for number in range(1000)
    ]
    assert len(evaluated) == 10
    assert answers.count(429) == 990
    # Nor is the right one looked at now.
    assert guess("lin.qing", PASSWORD, "10.9.9.9").status_code == 429
    assert len(evaluated) == 10


def test_three_spellings_share_ten_guesses(evaluated: list[str]) -> None:
    lin()
    for number in range(20):
        guess(SPELLINGS[number % 5], f"guess {number}", f"10.0.0.{number}")
    assert len(evaluated) == 10


def test_a_dead_cache_opens_no_door(evaluated: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    lin()
    kind = type(caches["default"])
    monkeypatch.setattr(kind, "get", lambda *a, **k: None)
    monkeypatch.setattr(kind, "add", lambda *a, **k: True)
    for number in range(30):
        guess("lin.qing", f"guess {number}", f"10.0.1.{number}")
    assert len(evaluated) == 10


def test_after_five_quiet_minutes_the_owner_signs_in(time_machine) -> None:
    lin()
    time_machine.move_to("2026-05-04T09:00:00+08:00", tick=False)
    for number in range(12):
        guess("lin.qing", f"guess {number}")
    assert guess("lin.qing", PASSWORD).status_code == 429
    time_machine.move_to("2026-05-04T09:05:01+08:00", tick=False)
    assert guess("13800001234", PASSWORD).status_code == 302


def test_right_passwords_are_not_counted() -> None:
    lin()
    assert [guess("lin.qing", PASSWORD).status_code for _ in range(15)] == [302] * 15
    assert set(GuessCount.objects.values_list("tried", flat=True)) == {0}


def test_one_guess_on_each_of_many_accounts_is_stopped_by_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(throttle, "PER_ADDRESS", 6)
    answers = [guess(f"name{number}", "spring2026").status_code for number in range(9)]
    assert answers == [200] * 6 + [429] * 3
    assert guess("name1", "spring2026", "10.0.0.2").status_code == 200


def test_the_pause_looks_the_same_for_accounts_that_do_not_exist() -> None:
    lin()
    pages = []
    for login in ("lin.qing", "nobody"):
        for number in range(11):
            last = guess(login, f"guess {number}", "10.0.0.7")
        pages.append(last)
    assert [page.status_code for page in pages] == [429, 429]
    first, second = (re.sub(rb'(?i)token(": "|" value=")\w+', b"", page.content) for page in pages)
    assert first == second
    assert pages[0].headers["Retry-After"] == "300"


def test_a_passkey_still_opens_the_door_during_the_pause() -> None:
    lin()
    for number in range(12):
        guess("lin.qing", f"guess {number}")
    browser = Client(REMOTE_ADDR="10.0.0.1", headers={"Accept": "application/json"})
    answer = browser.get(reverse("mfa_login_webauthn"))
    assert answer.status_code == 200
    assert "request_options" in answer.json()


def test_codes_of_a_second_factor_are_counted_as_well() -> None:
    user = lin()
    keys = [throttle.take_turn(f"code:{user.pk}", throttle.PER_ACCOUNT) for _ in range(12)]
    assert keys.count(True) == 10


def test_old_counts_are_forgotten(time_machine) -> None:
    time_machine.move_to("2026-05-04T09:00:00+08:00", tick=False)
    throttle.take_turn("account:1", 10)
    time_machine.move_to("2026-05-06T09:00:00+08:00", tick=False)
    throttle.take_turn("account:2", 10)
    assert tidy() == 1
    assert GuessCount.objects.get().key == "account:2"


def test_devices_that_signed_out_leave_the_list(time_machine) -> None:
    user, browser = lin(), Client()
    time_machine.move_to("2026-05-04T09:00:00+08:00", tick=False)
    browser.post(reverse("account_login"), {"login": "lin.qing", "password": PASSWORD})
    assert UserSession.objects.filter(user=user).count() == 1
    time_machine.move_to("2026-05-04T23:00:00+08:00", tick=False)
    tidy()
    assert UserSession.objects.count() == 0
    assert Session.objects.count() == 0


@pytest.mark.hard
@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_forty_guesses_at_once_get_no_more_turns() -> None:
    gate = threading.Barrier(40)
    taken: list[bool] = []

    def race() -> None:
        gate.wait()
        try:
            taken.append(throttle.take_turn("account:1", 10))
        finally:
            connection.close()

    threads = [threading.Thread(target=race) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken.count(True) == 10
    assert GuessCount.objects.get().tried == 10
