"""Who sees whom across a move: the old organiser the old period, the new one from its first day."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from committees import permissions
from committees.models import Affiliation, Person
from committees.services.appointments import appoint, end_appointment
from courses.models import Enrolment
from records.models import HourEntry, HourExemption
from tests.factories.accounts import user_with
from tests.factories.committees import PersonFactory, TrainingBaseFactory, make_district
from tests.factories.courses import EnrolmentFactory
from tests.factories.records import HourAccountFactory, verified

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
MASK = "138****1234"


class Moved:
    """A secretary who moved from sub-district A to B ten days ago, and who looks after both."""

    def __init__(self) -> None:
        today = timezone.localdate()
        self.tree = make_district(streets=2, committees=1)
        self.here, self.there = self.tree.committees
        self.old = user_with("organiser", place=self.tree.streets[0])
        self.new = user_with("organiser", place=self.tree.streets[1])
        self.person = PersonFactory(name_zh="样本移", mobile_mask=MASK)
        self.first = self.serve(self.here, today - 400 * DAY)
        self.of_old = EnrolmentFactory(person=self.person, unit=self.here)
        end_appointment(actor=None, affiliation=self.first, to_on=today - 11 * DAY)
        self.second = self.serve(self.there, today - 10 * DAY)
        self.of_new = EnrolmentFactory(person=self.person, unit=self.there)
        account = HourAccountFactory(person=self.person)
        facts: dict[str, Any] = {"account": account, "session_on": today}
        self.hours_of_old = verified(unit=self.here, quarters=8, **facts)
        self.hours_of_new = verified(unit=self.there, quarters=6, **facts)

    def serve(self, place, from_on) -> Affiliation:
        return appoint(
            actor=None, person=self.person, post="secretary", place=place, from_on=from_on
        )


@pytest.fixture
def moved() -> Moved:
    return Moved()


def seen(user: User) -> tuple[set[Affiliation], set[Enrolment]]:
    user = User.objects.get(pk=user.pk)
    return set(Affiliation.objects.visible_to(user)), set(Enrolment.objects.visible_to(user))


def page(user: User, person: Person) -> str:
    client = Client()
    client.force_login(user)
    address = reverse("committees:person-detail", args=[person.public_id])
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_old_organiser_sees_the_old_period_and_the_new_one_from_the_move(moved):
    assert seen(moved.old) == ({moved.first}, {moved.of_old})
    assert seen(moved.new) == ({moved.second}, {moved.of_new})


def test_entries_stay_with_their_unit_and_the_total_follows_the_person(moved):
    for user, entry, total in (
        (moved.old, moved.hours_of_old, 8),
        (moved.new, moved.hours_of_new, 14),
    ):
        assert set(HourEntry.objects.visible_to(User.objects.get(pk=user.pk))) == {entry}
        client = Client()
        client.force_login(user)
        response = client.get(reverse("committees:person-detail", args=[moved.person.public_id]))
        told = [section["context"] for section in response.context["sections"]]
        assert [context["total"] for context in told if "total" in context] == [total]


def test_no_exemption_of_who_has_left_is_seen(moved):
    exemption = HourExemption.objects.create(
        person=moved.person, reason="age", from_on=timezone.localdate()
    )
    assert not HourExemption.objects.visible_to(moved.old).exists()
    assert list(HourExemption.objects.visible_to(moved.new)) == [exemption]


def test_the_old_organiser_keeps_the_name_and_loses_number_and_unit(moved):
    assert moved.person in Person.objects.visible_to(moved.old)
    assert moved.person not in Person.objects.present_to(moved.old)
    assert moved.person in Person.objects.present_to(moved.new)
    assert permissions.is_former(moved.old, moved.person)
    assert not permissions.is_former(moved.new, moved.person)
    old, new = page(moved.old, moved.person), page(moved.new, moved.person)
    assert (moved.person.name_zh in old, MASK in old, moved.there.name_zh in old) == (
        True,
        False,
        False,
    )
    assert (MASK in new, moved.there.name_zh in new, moved.here.name_zh in new) == (
        True,
        True,
        False,
    )


def test_the_district_sees_both_periods(moved):
    clerk = user_with("district", place=moved.tree.district)
    assert seen(clerk) == ({moved.first, moved.second}, {moved.of_old, moved.of_new})


def test_the_person_sees_everything_of_hers(moved):
    user = user_with("", person=moved.person)
    assert seen(user) == ({moved.first, moved.second}, {moved.of_old, moved.of_new})


def test_a_directory_lists_who_is_here_today(moved):
    client = Client()
    for user, listed in ((moved.old, False), (moved.new, True)):
        client.force_login(user)
        text = client.get(reverse("committees:person-list")).content.decode()
        assert (moved.person.name_zh in text) == listed


def test_the_number_of_who_has_left_is_not_shown_to_the_old_organiser(moved):
    client = Client()
    client.force_login(moved.old)
    address = reverse("committees:person-mobile", args=[moved.person.public_id])
    assert client.post(address, {"purpose": "通知"}).status_code == 403


def test_somebody_who_left_altogether_stays_known_where_she_served(moved):
    end_appointment(actor=None, affiliation=moved.second, to_on=timezone.localdate())
    assert moved.person in Person.objects.visible_to(moved.new)
    assert permissions.is_former(moved.new, Person.objects.get(pk=moved.person.pk))
    stranger = user_with("organiser", place=make_district("别").streets[0])
    assert moved.person not in Person.objects.visible_to(stranger)


def test_a_base_does_not_keep_who_has_left_its_districts(moved):
    base = TrainingBaseFactory(host=moved.tree.district)
    admin = user_with("base_admin", base=base)
    assert moved.person in Person.objects.visible_to(admin)
    end_appointment(actor=None, affiliation=moved.second, to_on=timezone.localdate())
    assert moved.person not in Person.objects.visible_to(admin)


def test_other_open_posts_of_who_is_here_today_are_seen(moved):
    expert = appoint(
        actor=None, person=moved.person, post="expert", external="某大学", from_on=None
    )
    assert seen(moved.new)[0] == {moved.second, expert}
    assert seen(moved.old)[0] == {moved.first}
