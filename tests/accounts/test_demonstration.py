"""Accounts of the demonstration."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core import demo
from core.demo import PASSWORD
from core.scope import Role

pytestmark = pytest.mark.django_db


@pytest.mark.hard
@pytest.mark.sqlite
@pytest.mark.timeout(400)
def test_every_role_has_an_account_that_can_sign_in_and_goes_without_a_trace() -> None:
    made = demo.load()
    logins = {login for _, login, _ in made.accounts}
    assert set(Role.values) <= {role for user in User.objects.all() for role in user.scope.roles}
    for login in logins:
        browser = Client()
        answer = browser.post(reverse("account_login"), {"login": login, "password": PASSWORD})
        assert answer.status_code == 302, login
        assert browser.get(reverse("home")).status_code == 200, login
    # Nothing is invented about people of real bases.
    real = User.objects.filter(username__in=["demo-caoyang", "demo-xixia-organiser"])
    assert list(real.values_list("person", flat=True)) == [None, None]
    demo.remove()
    assert User.objects.count() == 0
