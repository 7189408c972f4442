"""A desk that is left alone signs out; one in use stays, until the working day is over."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse

from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
BEGIN = datetime.datetime(2026, 3, 5, 1, 0, tzinfo=datetime.UTC)
IDLE = datetime.timedelta(minutes=settings.IDLE_MINUTES)


def after(minutes: float) -> time_machine.travel:
    return time_machine.travel(BEGIN + datetime.timedelta(minutes=minutes), tick=False)


@pytest.fixture
def desk(client):
    user = UserFactory()
    with after(0):
        client.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})
        assert client.get(reverse("accounts:profile")).status_code == 200
    return client


def test_a_desk_that_was_left_alone_asks_who_it_is_and_leads_back(desk) -> None:
    page = reverse("accounts:profile")
    with after(settings.IDLE_MINUTES + 1):
        answer = desk.get(page)
    assert answer.status_code == 302
    assert answer.url == f"{reverse('account_login')}?next={page}"


def test_a_desk_in_use_stays(desk) -> None:
    for minutes in (50, 100, 150):
        with after(minutes):
            assert desk.get(reverse("accounts:profile")).status_code == 200


def test_in_use_or_not_a_working_day_ends(desk) -> None:
    for minutes in range(50, 720, 50):
        with after(minutes):
            assert desk.get(reverse("accounts:profile")).status_code == 200
    with after(721):
        answer = desk.get(reverse("accounts:profile"))
    assert answer.url.startswith(reverse("account_login"))
    assert not Session.objects.exists()


def test_clicking_on_writes_the_session_every_five_minutes_at_most(desk) -> None:
    ends = Session.objects.get().expire_date
    assert ends == BEGIN + IDLE
    with after(4):
        desk.get(reverse("accounts:profile"))
    assert Session.objects.get().expire_date == ends
    with after(6):
        desk.get(reverse("accounts:profile"))
    assert Session.objects.get().expire_date == BEGIN + datetime.timedelta(minutes=6) + IDLE


def test_signing_in_changes_the_key_of_the_session(client) -> None:
    """A key that somebody planted beforehand opens nothing afterwards."""
    client.get(reverse("account_login"))
    planted = client.session
    planted["planted"] = True
    planted.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted.session_key
    user = UserFactory()
    client.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != planted.session_key
    assert not Session.objects.filter(session_key=planted.session_key).exists()
