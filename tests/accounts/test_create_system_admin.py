"""The first account of a new portal."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "Another-lantern-81-boat"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch):
    """What is typed into standard input."""

    def type_in(text: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(text + "\n"))

    return type_in


def run(*args: str) -> None:
    call_command("create_system_admin", *args, "--password-from-stdin", stdout=io.StringIO())


def test_it_makes_an_administrator(typed) -> None:
    typed(PASSWORD)
    run("chief")
    user = User.objects.get()
    assert user.check_password(PASSWORD)
    assert user.scope.has("system_admin")


@pytest.mark.parametrize("password", ["", "short", "caoyang12345"])
def test_a_weak_password_makes_nothing(typed, password: str) -> None:
    typed(password)
    with pytest.raises(CommandError):
        run("chief")
    assert User.objects.count() == 0


def test_a_second_of_the_same_name_is_refused_and_renewing_works(typed) -> None:
    typed(PASSWORD)
    run("chief")
    typed(PASSWORD)
    with pytest.raises(CommandError):
        run("CHIEF")
    typed("Third-lantern-92-ferry")
    run("chief", "--renew")
    assert User.objects.get().check_password("Third-lantern-92-ferry")
    typed(PASSWORD)
    with pytest.raises(CommandError):
        run("nobody", "--renew")
