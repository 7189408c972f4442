"""Guards stand on both databases as the models declare them."""

from __future__ import annotations

import pytest
from django.db import connection

from core import guards

pytestmark = pytest.mark.django_db


def test_every_declared_guard_is_installed_and_no_other() -> None:
    declared = guards.declared(connection.vendor)

    assert guards.installed() == declared
    assert "committees_policyvalue_guard_frozen" in declared


def test_installing_again_changes_nothing() -> None:
    guards.install()

    assert guards.installed() == guards.declared(connection.vendor)
