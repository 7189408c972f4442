"""Redis stopped and Redis frozen: people notice nothing, and what was due arrives afterwards."""

from __future__ import annotations

import datetime
import http.cookiejar
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core import health
from courses.models import Enrolment, Offering
from notices.models import Notice
from tests.factories.accounts import PASSWORD, user_with
from tests.factories.committees import TrainingBaseFactory, make_district
from tests.factories.courses import OfferingFactory, SessionFactory, person_in
from tests.hard.processes import Broker, House, house, until

pytestmark = [
    pytest.mark.hard,
    pytest.mark.timeout(300),
    pytest.mark.django_db(transaction=True),
]
# What a broker that does not answer may add to a page (seconds).
EXTRA = 1.5
PAGES = ("home", "notices:notice-list", "courses:offering-list")


class Browser:
    """A person with cookies, who notes how long each answer takes."""

    def __init__(self, port: int) -> None:
        self.root = f"http://127.0.0.1:{port}"
        self.cookies = http.cookiejar.CookieJar()
        keeper = urllib.request.HTTPCookieProcessor(self.cookies)
        self.opener = urllib.request.build_opener(keeper)
        self.seconds: dict[str, float] = {}
        self.statuses: list[int] = []

    def _ask(self, name: str, request: urllib.request.Request) -> str:
        began = time.monotonic()
        try:
            with self.opener.open(request, timeout=60) as answer:
                self.statuses.append(answer.status)
                text = answer.read().decode()
        except urllib.error.HTTPError as error:
            self.statuses.append(error.code)
            text = ""
        self.seconds[name] = time.monotonic() - began
        return text

    def get(self, name: str) -> str:
        return self._ask(name, urllib.request.Request(self.root + reverse(name)))

    def post(self, name: str, path: str, **fields: str) -> str:
        token = next(cookie.value for cookie in self.cookies if cookie.name == "csrf")
        body = urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": str(token)}).encode()
        headers = {"Referer": self.root, "Origin": self.root}
        return self._ask(name, urllib.request.Request(self.root + path, body, headers))

    def morning(self, user: User, offering: Offering) -> None:
        """Sign in, look around, enrol."""
        self.get("account_login")
        home = self.post(
            "sign in", reverse("account_login"), login=user.username, password=PASSWORD
        )
        assert user.username in home or str(user) in home
        for page in PAGES:
            self.get(page)
        self.post("enrol", reverse("courses:offering-enrol", args=[offering.public_id]))


@pytest.fixture
def secretary(settings: Any) -> User:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    tree = make_district()
    base = TrainingBaseFactory(host=tree.streets[0])
    base.districts.set([tree.district])
    committee = tree.committees[0]
    user = user_with("secretary", place=committee, person=person_in(committee))
    first = timezone.localdate() + datetime.timedelta(days=20)
    for number in range(3):
        day = first + datetime.timedelta(days=number)
        SessionFactory(offering=OfferingFactory(base=base, begins_on=day, ends_on=day))
    return user


def stop(broker: Broker) -> None:
    broker.stop()


def freeze(broker: Broker) -> None:
    broker.freeze()


def bring_back(broker: Broker) -> None:
    if broker.process is None:
        broker.start()
    else:
        broker.thaw()


def told(user: User, offering: Offering) -> bool:
    return (
        Notice.objects.filter(
            recipient=user,
            item__object_id__in=Enrolment.objects.filter(offering=offering).values("pk"),
        ).exists()
        or Notice.objects.filter(recipient=user, item__object_id=offering.pk).exists()
    )


def a_usual_morning(portal: House, port: int, user: User, offering: Offering) -> dict[str, float]:
    """The same acts with everything up: what a busy machine takes for them. Told at once."""
    browser = Browser(port)
    browser.morning(user, offering)
    assert [status for status in browser.statuses if status != 200] == []
    until(lambda: told(user, offering), 30)
    return browser.seconds


@pytest.mark.parametrize("away", [stop, freeze])
def test_people_sign_in_look_around_and_enrol_while_redis_is_away(
    away: Callable[[Broker], None], secretary: User
) -> None:
    usual_class, other_class, _ = Offering.objects.order_by("begins_on")
    with house() as portal:
        port = portal.web()
        portal.worker(1)
        until(lambda: health.report()["checks"]["worker"] == "ok", 60)
        usual = a_usual_morning(portal, port, secretary, usual_class)

        away(portal.broker)
        browser = Browser(port)
        browser.morning(secretary, other_class)

        assert [status for status in browser.statuses if status != 200] == [], portal.log(
            "gunicorn"
        )
        assert Enrolment.objects.filter(offering=other_class, state="confirmed").count() == 1
        assert not told(secretary, other_class)
        extra = {name: took - usual[name] for name, took in browser.seconds.items()}
        bring_back(portal.broker)
        try:
            seconds = until(lambda: told(secretary, other_class), 60)
        except AssertionError as late:
            raise AssertionError(portal.log("celery")) from late

    print({name: f"{usual[name]:.2f} + {extra[name]:.2f}" for name in extra})
    worst = max(extra, key=lambda name: extra[name])
    print(f"{away.__name__}: {worst} took {extra[worst]:.2f} s more; told after {seconds:.0f} s")
    assert extra[worst] <= EXTRA
