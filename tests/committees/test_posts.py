"""Posts as they are held: in charge, first secretary, two committees at once."""

from __future__ import annotations

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from committees.models import Affiliation, Place
from committees.models.people import Post
from committees.registered import check_secretaries, recount_secretaries
from committees.services.appointments import (
    SeatTaken,
    SecondSeat,
    WrongAppointment,
    appoint,
    end_appointment,
)
from committees.services.bulk import NewService, appoint_all
from tests.factories.committees import (
    AffiliationFactory,
    District,
    PersonFactory,
    make_district,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
DAY = datetime.timedelta(days=1)


@pytest.fixture
def tree() -> District:
    return make_district(streets=1, committees=3)


def serve(person, place, post: str = "secretary", **facts) -> Affiliation:
    facts.setdefault("from_on", TODAY() - 100 * DAY)
    return appoint(actor=None, person=person, post=post, place=place, **facts)


# --- In charge ----------------------------------------------------------------------------------
def test_who_is_in_charge_counts_as_secretary_everywhere(tree):
    here = tree.committees[0]
    deputy = serve(PersonFactory(), here, Post.DEPUTY, in_charge=True)

    assert deputy.counts_as_secretary
    assert list(Affiliation.objects.secretaries()) == [deputy]
    assert list(recount_secretaries()) == [(here.pk, 0, 1)]
    assert list(check_secretaries()) == []
    assert not Place.objects.vacant().exists()

    end_appointment(actor=None, affiliation=deputy, to_on=TODAY())
    assert list(Place.objects.vacant()) == [here]
    assert list(check_secretaries()) == []


def test_nobody_is_in_charge_beside_a_secretary(tree):
    here = tree.committees[0]
    serve(PersonFactory(), here)
    with pytest.raises(SeatTaken):
        serve(PersonFactory(), here, Post.DEPUTY, in_charge=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        AffiliationFactory(place=here, post=Post.DEPUTY, in_charge=True)


def test_a_community_worker_is_not_put_in_charge(tree):
    with pytest.raises(WrongAppointment) as refused:
        serve(PersonFactory(), tree.committees[0], Post.WORKER, in_charge=True)
    assert refused.value.field == "in_charge"
    with pytest.raises(IntegrityError), transaction.atomic():
        AffiliationFactory(place=tree.committees[0], post=Post.WORKER, in_charge=True)


def test_nobody_is_in_charge_of_an_outside_organisation():
    with pytest.raises(WrongAppointment) as refused:
        appoint(
            actor=None,
            person=PersonFactory(),
            post=Post.DEPUTY,
            external="某大学",
            from_on=None,
            in_charge=True,
        )
    assert refused.value.field == "in_charge"


def test_being_in_charge_decides_the_unit(tree):
    here, there, _third = tree.committees
    person = PersonFactory()
    serve(person, here, Post.DEPUTY)
    serve(person, there, Post.MEMBER, in_charge=True)
    person.refresh_from_db()
    assert person.unit == there


# --- First secretary ----------------------------------------------------------------------------
def test_a_first_secretary_stands_beside_the_secretary_and_is_not_counted(tree):
    here = tree.committees[0]
    secretary = serve(PersonFactory(), here)
    first = serve(PersonFactory(), here, Post.FIRST_SECRETARY)

    assert not first.counts_as_secretary
    assert list(Affiliation.objects.secretaries()) == [secretary]
    assert list(check_secretaries()) == []


def test_a_first_secretary_alone_leaves_the_post_vacant(tree):
    here = tree.committees[0]
    end_appointment(actor=None, affiliation=serve(PersonFactory(), here), to_on=TODAY())
    serve(PersonFactory(), here, Post.FIRST_SECRETARY)
    assert list(Place.objects.vacant()) == [here]


# --- Two committees at once ---------------------------------------------------------------------
def test_two_seats_count_two_posts_and_one_person(tree):
    here, there, third = tree.committees
    person = PersonFactory()
    own = serve(person, here)
    further = serve(person, there, concurrent=True)
    serve(PersonFactory(), third)

    assert (own.concurrent, further.concurrent) == (False, True)
    assert Affiliation.objects.secretaries().count() == 3
    assert Affiliation.objects.secretaries().persons() == 2
    assert list(check_secretaries()) == []
    person.refresh_from_db()
    assert person.unit == here


def test_a_second_seat_is_said(tree):
    here, there, _third = tree.committees
    person = PersonFactory()
    serve(person, here)
    with pytest.raises(SecondSeat):
        serve(person, there)
    with pytest.raises(SecondSeat):
        services = [NewService(person, "secretary", there.pk, None)]
        appoint_all(actor=None, services=services)
    with pytest.raises(IntegrityError), transaction.atomic():
        AffiliationFactory(person=person, place=there)


def test_a_seat_held_concurrently_of_nothing_is_the_own_one(tree):
    person = PersonFactory()
    assert not serve(person, tree.committees[0], concurrent=True).concurrent


def test_whoever_gives_up_the_own_seat_keeps_the_other_as_own(tree):
    here, there, _third = tree.committees
    person = PersonFactory()
    own, further = serve(person, here), serve(person, there, concurrent=True)

    end_appointment(actor=None, affiliation=own, to_on=TODAY())

    further.refresh_from_db()
    person.refresh_from_db()
    assert (further.concurrent, person.unit) == (False, there)


def test_only_a_seat_is_held_concurrently(tree):
    with pytest.raises(IntegrityError), transaction.atomic():
        AffiliationFactory(place=tree.committees[0], post=Post.MEMBER, concurrent=True)


# --- Many at once -------------------------------------------------------------------------------
def test_many_services_follow_the_same_rules(tree):
    here, there, third = tree.committees
    person, deputy = PersonFactory(), PersonFactory()
    own, further, acting, first = appoint_all(
        actor=None,
        services=[
            NewService(person, "secretary", here.pk, None),
            NewService(person, "secretary", there.pk, None, concurrent=True),
            NewService(deputy, Post.DEPUTY, third.pk, None, in_charge=True),
            NewService(PersonFactory(), Post.FIRST_SECRETARY, here.pk, None),
        ],
    )

    assert (own.concurrent, further.concurrent, acting.in_charge) == (False, True, True)
    assert set(Affiliation.objects.secretaries()) == {own, further, acting}
    assert first.person.unit == here
    assert (person.unit, deputy.unit) == (here, third)
    assert list(check_secretaries()) == []
    for wrong in (
        NewService(PersonFactory(), "secretary", third.pk, None),
        NewService(PersonFactory(), Post.WORKER, third.pk, None, in_charge=True),
    ):
        with pytest.raises(WrongAppointment):
            appoint_all(actor=None, services=[wrong])


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        (
            "en",
            [
                "Deputy secretary (in charge)",
                "Party secretary (held concurrently)",
                "First secretary",
            ],
        ),
        ("zh-hans", ["副书记（主持工作）", "党组织书记（兼任）", "第一书记"]),
    ],
)
def test_the_title_says_what_is_particular(language, titles):
    services = (
        Affiliation(post=Post.DEPUTY, in_charge=True),
        Affiliation(post=Post.SECRETARY, concurrent=True),
        Affiliation(post=Post.FIRST_SECRETARY),
    )
    with translation.override(language):
        assert [service.title for service in services] == titles
