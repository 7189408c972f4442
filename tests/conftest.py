"""What every test stands on: its own copy of the database, no way out of the machine."""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.test import TransactionTestCase
from django.utils import translation

from committees import words
from tests.database import copies
from tests.factories.accounts import signed_in

__all__ = ["signed_in"]  # fixtures of the factories

ROOT = Path(__file__).resolve().parent.parent


DATABASE = {"db", "transactional_db", "django_db_setup", "live_server"}


@pytest.hookimpl(wrapper=True, tryfirst=True)  # before -m looks at the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Mark what never meets a database (pytest-django would refuse it one): once is enough.

    Of two processes the first begins at the beginning and migrates; the second begins in the
    middle, where those stand, instead of waiting for it.
    """
    for item in items:
        asked = DATABASE.intersection(getattr(item, "fixturenames", ()))
        if not asked and item.get_closest_marker("django_db") is None:
            item.add_marker("bare")
    yield
    bare = [item for item in items if item.get_closest_marker("bare")]
    others = [item for item in items if not item.get_closest_marker("bare")]
    half = len(items) // 2
    items[:] = others[:half] + bare + others[half:]


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """A copy of the migrated template; tests that commit give it back by copying again."""
    with django_db_blocker.unblock():
        own = copies()
        own.build()
        own.restore()

    def restore(self: TransactionTestCase) -> None:
        connections.close_all()
        own.restore()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", restore)
        yield
    with django_db_blocker.unblock():
        own.remove()


@pytest.fixture(autouse=True, scope="session")
def loopback_only() -> Iterator[None]:
    """A test that reaches for another machine fails at once."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not is_loopback(address[0]):
            self.close()
            raise AssertionError(f"This test reached for {address[0]}, outside this machine.")
        real(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        yield


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """No test sees what another one left in the cache, or the language of its last page."""
    cache.clear()
    words.forget()
    translation.deactivate()


@pytest.fixture(autouse=True, scope="session")
def media_folder(django_test_environment: None) -> Iterator[Path]:
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public registers and office sheets; tests that need it skip without it."""
    folder = Path(os.environ.get("SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"the shared data is not here ({folder}); SHARED_DATA names another folder")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the machine's Chromium."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not found:
        pytest.skip("there is no Chromium on this machine")
    return found
