"""Who gives way when a merge and another act wait for each other.

A merge locks two people and then every row that hangs on them. Other services may hold such a row
and wait for the person: no order of locks fits all. So the merge never waits long. It gives way
before PostgreSQL looks for a ring (after a second) and starts again; the other act goes through.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from core.errors import DomainError

T = TypeVar("T")
TRIES = 5
LONGEST_WAIT_MS = 400
# lock not available, deadlock detected
GAVE_WAY = ("55P03", "40P01")


class Busy(DomainError):
    code = "busy"


def patiently(act: Callable[[], T]) -> T:
    """Do `act` in one transaction, again where it gave way. Raises Busy after TRIES.

    Inside a caller's transaction it is done once, with the caller's patience.
    """
    own = not connection.in_atomic_block and connection.vendor == "postgresql"
    for _number in range(TRIES):
        try:
            with transaction.atomic():
                if own:
                    _wait_at_most(LONGEST_WAIT_MS)
                return act()
        except OperationalError as error:
            if not own or _state_of(error) not in GAVE_WAY:
                raise
    raise Busy(_("Somebody is changing these records at this moment. Please try again."))


def _wait_at_most(milliseconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{milliseconds}ms"])


def _state_of(error: OperationalError) -> str:
    return str(getattr(error.__cause__, "pgcode", ""))
