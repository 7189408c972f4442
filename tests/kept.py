"""A world that several tests share: built once in a transaction of its own, then taken back.

Each test runs in a savepoint inside that transaction and sees the world as it was built. For
tests in pytest-django's usual transaction only: one that commits copies the database anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction


@contextmanager
def kept(django_db_blocker: Any) -> Iterator[None]:
    """Rows written inside the block go when it ends; for fixtures that live as long as a module."""
    with django_db_blocker.unblock(), transaction.atomic():
        # As Django's TestCase does it: `durable` blocks of the product may stand inside.
        transaction.get_connection().atomic_blocks[-1]._from_testcase = True
        yield
        transaction.set_rollback(True)
