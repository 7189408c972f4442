"""What stays with the district and the own organiser, and what a base sees of guests."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from committees.models import Affiliation, Person, PlaceProfile
from committees.models.people import Post
from committees.services.appointments import appoint, end_appointment
from committees.services.places import save_profile
from core.models import AuditEvent
from tests.factories.accounts import client_of, user_with
from tests.factories.committees import (
    AffiliationFactory,
    PersonFactory,
    TrainingBaseFactory,
    make_district,
)
from tests.factories.courses import EnrolmentFactory, OfferingFactory

pytestmark = pytest.mark.django_db


def test_the_trail_says_that_the_flag_changed_not_how() -> None:
    place = make_district("本").committees[0]
    save_profile(actor=None, place=place, key_support=True, station="一号站")
    event = AuditEvent.objects.get(action="place.profile")
    assert event.after == {"key_support": "changed", "station": "一号站"}
    assert "key_support" not in event.before
    assert PlaceProfile.objects.get(place=place).key_support


def test_a_base_sees_name_and_unit_of_a_guest_and_no_posts() -> None:
    own, other = make_district("本"), make_district("他")
    base = TrainingBaseFactory(host=own.streets[0])
    base.districts.set([own.district])
    guest = AffiliationFactory(post="secretary", place=other.committees[0], note_zh="旁注").person
    Person.objects.filter(pk=guest.pk).update(unit=other.committees[0], source="台账")
    ours = AffiliationFactory(post="secretary", place=own.committees[0], note_zh="旁注").person
    Person.objects.filter(pk=ours.pk).update(unit=own.committees[0])
    for person in (guest, ours):
        person.refresh_from_db()
        EnrolmentFactory(offering=OfferingFactory(base=base), person=person)
    client = client_of(user_with("base_admin", base=base))

    def page(person: Person) -> str:
        answer = client.get(reverse("committees:person-detail", args=[person.public_id]))
        return str(answer.content.decode())

    assert "旁注" in page(ours)
    assert "旁注" not in page(guest)
    assert "台账" not in page(guest)
    assert guest.name in page(guest)

    def posts(**query: str) -> dict[Any, str]:
        page = client.get(reverse("committees:person-list"), query).context["page"]
        return {row.public_id: row.posts for row in page.rows}

    assert posts() == {ours.public_id: "党组织书记"}
    assert posts(who="guests") == {guest.public_id: ""}


def test_the_unit_follows_even_when_the_caller_remembers_an_old_one() -> None:
    place = make_district("本").committees[0]
    remembered = PersonFactory()
    appoint(actor=None, person=remembered, post=Post.MEMBER, place=place, from_on=None)
    row = Affiliation.objects.get(person=remembered)
    end_appointment(actor=None, affiliation=row, to_on=row.from_on or _today())
    assert Person.objects.get(pk=remembered.pk).unit_id is None
    assert remembered.unit_id == place.pk  # as it was told
    appoint(actor=None, person=remembered, post=Post.WORKER, place=place, from_on=None)
    assert Person.objects.get(pk=remembered.pk).unit_id == place.pk


def _today():
    from django.utils import timezone

    return timezone.localdate()
