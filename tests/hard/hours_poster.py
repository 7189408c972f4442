"""A process that posts the hours of a class person by person, and may be killed at any moment.

`python -m tests.hard.hours_poster careful` uses the key of the cause; `careless` one of its own, as
a program without idempotency would.
"""

from __future__ import annotations

import os
import sys
import time
import uuid

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trainingbase.settings")

import django

django.setup()

from committees.models import Person  # noqa: E402
from records import services  # noqa: E402
from tests.factories.records import posting  # noqa: E402

SESSIONS = [uuid.UUID(int=number) for number in range(1, 5)]
SECONDS_A_PERSON = 0.02


def post(careful: bool) -> None:
    for person in Person.objects.select_related("unit").order_by("pk"):
        postings = [
            posting(
                person,
                key=f"session:{ref}:{person.public_id if careful else uuid.uuid4()}",
                session_ref=ref if careful else None,
                session_quarters=16 if careful else None,
            )
            for ref in SESSIONS
        ]
        services.post_all(actor=None, postings=postings, verified=True)
        time.sleep(SECONDS_A_PERSON)


if __name__ == "__main__":
    post(sys.argv[1] == "careful")
