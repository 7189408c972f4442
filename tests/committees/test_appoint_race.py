"""Several organisers fill one post at the same moment: one does, the others hear that."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from committees.models import Affiliation
from committees.registered import check_secretaries
from committees.services.appointments import SeatTaken, appoint
from tests.factories.committees import PersonFactory, make_district

pytestmark = [
    pytest.mark.hard,
    pytest.mark.sqlite,
    pytest.mark.django_db(transaction=True),
]
AT_ONCE = 8


def test_one_post_is_filled_once():
    place = make_district(streets=1, committees=1).committees[0]
    people = [PersonFactory() for _ in range(AT_ONCE)]
    start = threading.Barrier(AT_ONCE)
    outcomes: list[str] = []

    def fill(person) -> None:
        try:
            start.wait(timeout=30)
            appoint(actor=None, person=person, post="secretary", place=place, from_on=None)
            outcomes.append("appointed")
        except SeatTaken:
            outcomes.append("taken")
        finally:
            connection.close()

    threads = [threading.Thread(target=fill, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["appointed"] + ["taken"] * (AT_ONCE - 1)
    assert Affiliation.objects.secretaries().count() == 1
    assert len(list(check_secretaries())) == 0
