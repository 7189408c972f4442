"""Two organisers change the same secretary at the same moment: one does, the other looks again."""

from __future__ import annotations

import datetime
import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from committees.models import Affiliation, Place
from committees.registered import check_secretaries
from committees.services.appointments import WrongAppointment, appoint
from committees.services.moves import Changed
from committees.services.secretaries import SecretaryChange, change_secretary, plan_secretary_change
from tests.factories.committees import PersonFactory, make_district

pytestmark = [
    pytest.mark.hard,
    pytest.mark.sqlite,
    pytest.mark.django_db(transaction=True),
]
AT_ONCE = 6
TODAY = timezone.localdate


def a_committee() -> Place:
    place = make_district(streets=1, committees=1).committees[0]
    day = TODAY() - datetime.timedelta(days=50)
    appoint(actor=None, person=PersonFactory(), post="secretary", place=place, from_on=day)
    return place


def race(place: Place, changes: list[SecretaryChange], seen: list[str]) -> list[str]:
    """Each of several organisers has seen the preview of a change and confirms it."""
    start = threading.Barrier(len(changes))
    outcomes: list[str] = []

    def confirm(number: int) -> None:
        try:
            start.wait(timeout=30)
            change_secretary(actor=None, change=changes[number], seen=seen[number])
            outcomes.append("made")
        except WrongAppointment as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm, args=(number,)) for number in range(len(changes))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def wanted(place: Place) -> tuple[list[SecretaryChange], list[str]]:
    """Changes of one secretary, each with another successor and a later day, and their previews."""
    changes = [
        SecretaryChange(
            committee=place,
            on=TODAY() - datetime.timedelta(days=AT_ONCE - number),
            successor=PersonFactory(),
        )
        for number in range(AT_ONCE)
    ]
    return changes, [
        plan_secretary_change(actor=None, change=change).fingerprint for change in changes
    ]


def test_one_change_is_made_and_the_others_look_again() -> None:
    place = a_committee()
    changes, seen = wanted(place)

    outcomes = race(place, changes, seen)

    # Who planned before the first change was written hears "changed"; who planned after it may
    # also hear that the day lies before it.
    assert outcomes.count("made") == 1
    assert set(outcomes) <= {"made", "changed", "wrong_appointment"}
    assert Affiliation.objects.secretaries().count() == 1
    assert Affiliation.objects.filter(place=place).count() == 2
    assert list(check_secretaries()) == []


def test_one_vacant_post_is_filled_once() -> None:
    place = a_committee()
    change_secretary(
        actor=None,
        change=SecretaryChange(committee=place, on=TODAY() - datetime.timedelta(days=20)),
    )
    changes, seen = wanted(place)

    outcomes = race(place, changes, seen)

    assert outcomes.count("made") == 1
    assert Affiliation.objects.secretaries().count() == 1
    assert list(check_secretaries()) == []


def test_control_without_the_fingerprint_the_second_replaces_what_the_first_just_made() -> None:
    """Both looked at the same secretary; the second never heard of the first's change."""
    place = a_committee()
    changes, seen = wanted(place)

    change_secretary(actor=None, change=changes[0], seen=seen[0])
    with pytest.raises(Changed):
        change_secretary(actor=None, change=changes[1], seen=seen[1])
    assert Affiliation.objects.secretaries().get().person == changes[0].successor

    change_secretary(actor=None, change=changes[1], seen="")
    assert Affiliation.objects.secretaries().get().person == changes[1].successor


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one writer in")
def test_control_without_the_lock_only_the_last_guard_holds(monkeypatch: Any) -> None:
    """A vacant post, both plans made before either writes: without locks and the second plan both
    write, and one of them runs into the constraint of the database."""
    place = make_district(streets=1, committees=1).committees[0]
    planned = threading.Barrier(AT_ONCE)

    def unlocked(*, actor: Any, plan: Any, seen: str = "") -> Any:
        move = plan()
        planned.wait(timeout=30)
        service = move.beginnings[0].service
        service.save(force_insert=True)

    monkeypatch.setattr("committees.services.secretaries.carry_out", unlocked)
    changes = [
        SecretaryChange(committee=place, on=TODAY(), successor=PersonFactory())
        for _number in range(AT_ONCE)
    ]
    errors: list[type] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: errors.append(args.exc_type))

    outcomes = race(place, changes, [""] * AT_ONCE)

    assert outcomes.count("made") == 1
    assert errors == [IntegrityError] * (AT_ONCE - 1)
