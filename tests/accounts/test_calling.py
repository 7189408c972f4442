"""Whom Today in large text names to call."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from accounts.calling import organiser_of
from core.crypto import encrypt
from tests.factories.accounts import user_with
from tests.factories.committees import PersonFactory, PlaceFactory

pytestmark = pytest.mark.django_db


def asked_by(user) -> dict[str, str] | None:
    request = RequestFactory().get("/")
    request.user = user
    return organiser_of(request)


def organiser(place, name: str, *, mobile: str = "13800001234"):
    person = PersonFactory(name_zh=name, mobile_cipher=encrypt(mobile) if mobile else "")
    return user_with("organiser", place=place, person=person)


def test_the_nearest_organiser_above_is_named() -> None:
    district = PlaceFactory(level=3)
    street = PlaceFactory(level=4, parent=district)
    committee = PlaceFactory(level=5, parent=street)
    organiser(district, "远处")
    organiser(street, "近处", mobile="13900005678")

    found = asked_by(user_with("secretary", place=committee))

    assert found is not None
    assert (found["name"], found["phone"]) == ("近处", "13900005678")


def test_an_organiser_of_another_street_or_without_number_is_not_named() -> None:
    district = PlaceFactory(level=3)
    street = PlaceFactory(level=4, parent=district)
    committee = PlaceFactory(level=5, parent=street)
    organiser(PlaceFactory(level=4, parent=district), "别处")
    organiser(street, "无号", mobile="")

    assert asked_by(user_with("secretary", place=committee)) is None


def test_somebody_without_a_place_is_told_nobody() -> None:
    organiser(PlaceFactory(level=4), "某人")

    assert asked_by(user_with("system_admin")) is None
