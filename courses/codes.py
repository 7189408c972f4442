"""The six digits of check-in: they change every minute and belong to one session.

A code is an HMAC of the session's public key and the minute, so nothing is stored and nothing can
be handed out early. The code of the minute before still counts, for slow typing.
"""

from __future__ import annotations

import datetime
import hmac
from uuid import UUID

from django.utils.crypto import salted_hmac

STEP = 60  # seconds
DIGITS = 6
SALT = "courses.check-in"


def _code(public_id: UUID, step: int) -> str:
    digest = salted_hmac(SALT, f"{public_id}:{step}", algorithm="sha256").digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def code_at(public_id: UUID, moment: datetime.datetime) -> str:
    """The code that the live page shows at `moment`."""
    return _code(public_id, int(moment.timestamp()) // STEP)


def seconds_left(moment: datetime.datetime) -> int:
    """How long the code shown at `moment` will still be shown."""
    return STEP - int(moment.timestamp()) % STEP


def is_valid(public_id: UUID, code: str, moment: datetime.datetime) -> bool:
    """Is `code` that of this minute or of the one before?"""
    step = int(moment.timestamp()) // STEP
    given = code.encode()
    # Both comparisons run, so that the time taken tells nothing.
    now, before = (
        hmac.compare_digest(given, _code(public_id, number).encode()) for number in (step, step - 1)
    )
    return now or before
