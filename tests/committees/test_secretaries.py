"""Change of secretary: what it plans, says and does in one step, and every way it refuses."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import RoleGrant, User
from committees.consequences import consequences
from committees.models import Affiliation, Person, Place
from committees.models.people import Post
from committees.registered import check_secretaries
from committees.services.appointments import (
    SeatTaken,
    SecondSeat,
    WrongAppointment,
    appoint,
    end_appointment,
)
from committees.services.bulk import NewPerson
from committees.services.moves import Changed, carry_out
from committees.services.secretaries import (
    NewPost,
    SecretaryChange,
    change_secretary,
    plan_ending,
    plan_post,
    plan_secretary_change,
)
from core.models import AuditEvent
from courses.models import Enrolment
from tests.factories.accounts import GrantFactory, UserFactory, user_with
from tests.factories.committees import PersonFactory, make_district
from tests.factories.courses import EnrolmentFactory, OfferingFactory
from tests.factories.tutors import PairingFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
DAY = datetime.timedelta(days=1)


class World:
    """Two sub-districts of two committees; the first committee has a secretary with an account."""

    def __init__(self) -> None:
        self.tree = make_district(streets=2, committees=2)
        self.here, self.near, self.far, self.farther = self.tree.committees
        self.organiser = user_with("organiser", place=self.tree.streets[0])
        self.clerk = user_with("district", place=self.tree.district)
        self.old = PersonFactory(name_zh="样本旧")
        self.seat = self.serve(self.old, self.here)
        self.account = user_with("secretary", place=self.here, person=self.old)

    def serve(self, person: Person, place: Place, post: str = "secretary", **facts) -> Affiliation:
        facts.setdefault("from_on", TODAY() - 300 * DAY)
        return appoint(actor=None, person=person, post=post, place=place, **facts)

    def change(self, **facts) -> SecretaryChange:
        known: dict[str, Any] = {"committee": self.here, "on": TODAY()} | facts
        return SecretaryChange(**known)

    def make(self, actor=None, **facts):
        return change_secretary(actor=actor or self.organiser, change=self.change(**facts))

    def open(self, person: Person) -> list[tuple[str, Place | None, bool]]:
        rows = Affiliation.objects.open().filter(person=person).order_by("pk")
        return [(row.post, row.place, row.in_charge) for row in rows.select_related("place")]

    def lines(self, actor=None, **facts) -> list[str]:
        actor = actor or self.organiser
        move = plan_secretary_change(actor=actor, change=self.change(**facts))
        return [line.text for line in consequences(move, actor)]


@pytest.fixture
def world() -> World:
    return World()


def roles_of(user: User) -> set[str]:
    return set(User.objects.get(pk=user.pk).scope.roles)


# --- Who leaves, who follows --------------------------------------------------------------------
def test_one_step_ends_and_begins_everything(world):
    new = PersonFactory(name_zh="样本新")
    deputy = world.serve(new, world.here, Post.DEPUTY)
    head = world.serve(world.old, world.here, Post.HEAD)

    world.make(successor=new, source="assigned", reason="届中调整")

    for ended in (world.seat, deputy, head):
        ended.refresh_from_db()
        assert ended.to_on == TODAY() - DAY
    assert world.open(new) == [(Post.SECRETARY, world.here, False)]
    begun = Affiliation.objects.secretaries().get(place=world.here)
    assert (begun.from_on, begun.source) == (TODAY(), "assigned")
    world.old.refresh_from_db()
    new.refresh_from_db()
    assert (world.old.unit, new.unit) == (None, world.here)
    assert list(check_secretaries()) == []
    acts = AuditEvent.objects.filter(action__startswith="appointment.", reason="届中调整")
    assert acts.count() == 4


def test_the_account_of_who_left_loses_the_role_the_same_day(world):
    GrantFactory(user=world.account, role="tutor", place=world.tree.district)
    assert roles_of(world.account) == {"secretary", "tutor"}

    world.make(successor=PersonFactory())

    assert roles_of(world.account) == {"tutor"}
    ended = RoleGrant.objects.get(user=world.account, role="secretary")
    assert ended.to_on == TODAY() - DAY
    assert AuditEvent.objects.filter(action="grant.end", actor_id=world.organiser.pk).exists()


def test_who_keeps_a_reason_for_a_role_keeps_the_role(world):
    GrantFactory(user=world.account, role="member", place=world.here)
    world.make(successor=PersonFactory(), onward="stays", onward_post=Post.MEMBER)
    assert roles_of(world.account) == {"member"}
    assert world.open(world.old) == [(Post.MEMBER, world.here, False)]


def test_without_any_role_only_the_own_records_are_seen(world):
    mine, other = (
        EnrolmentFactory(person=world.old),
        EnrolmentFactory(person=PersonFactory(unit=world.here)),
    )
    world.make()
    user = User.objects.get(pk=world.account.pk)
    assert set(Enrolment.objects.visible_to(user)) == {mine}
    assert set(Person.objects.visible_to(user)) == {world.old}
    assert not Place.objects.visible_to(user).exists()
    assert other.pk


def test_the_post_may_stay_vacant(world):
    world.make()
    assert list(Place.objects.vacant()) == [world.here]
    assert list(check_secretaries()) == []


def test_a_vacant_post_is_filled(world):
    new = PersonFactory()
    change_secretary(
        actor=world.organiser,
        change=SecretaryChange(committee=world.near, on=TODAY() - DAY, successor=new),
    )
    assert world.open(new) == [(Post.SECRETARY, world.near, False)]


def test_a_new_person_is_added_in_the_same_step(world):
    world.make(successor=NewPerson(name_zh="曾样本", mobile="13800001234"))
    found = Affiliation.objects.secretaries().get(place=world.here).person
    assert (found.name_zh, found.pinyin, found.mobile_mask) == (
        "曾样本",
        "zeng yangben",
        "138****1234",
    )


def test_somebody_known_by_number_and_name_is_not_added_twice(world):
    world.make(successor=NewPerson(name_zh="曾样本", mobile="13800001234"), on=TODAY() - 9 * DAY)
    world.make(on=TODAY() - 5 * DAY)
    world.make(successor=NewPerson(name_zh="曾样本", mobile="138 0000 1234"))
    assert Person.objects.filter(name_zh="曾样本").count() == 1


def test_somebody_who_serves_elsewhere_is_not_taken_by_number(world):
    world.make(successor=NewPerson(name_zh="曾样本", mobile="13800001234"))
    with pytest.raises(WrongAppointment) as refused:
        plan_secretary_change(
            actor=world.organiser,
            change=SecretaryChange(
                committee=world.near,
                on=TODAY(),
                successor=NewPerson(name_zh="曾样本", mobile="13800001234"),
            ),
        )
    assert refused.value.field == "name_zh"


# --- In charge ----------------------------------------------------------------------------------
def test_a_deputy_is_put_in_charge_and_becomes_secretary_later(world):
    deputy = PersonFactory()
    world.serve(deputy, world.here, Post.DEPUTY)

    world.make(successor=deputy, in_charge_as=Post.DEPUTY, on=TODAY() - 20 * DAY)
    assert world.open(deputy) == [(Post.DEPUTY, world.here, True)]
    assert not Place.objects.vacant().exists()

    world.make(successor=deputy)
    assert world.open(deputy) == [(Post.SECRETARY, world.here, False)]
    assert list(check_secretaries()) == []


def test_a_worker_is_not_put_in_charge(world):
    with pytest.raises(WrongAppointment) as refused:
        world.make(successor=PersonFactory(), in_charge_as=Post.WORKER)
    assert refused.value.field == "in_charge"


# --- Other committees ---------------------------------------------------------------------------
def test_two_secretaries_chain_to_another_committee(world):
    world.make(
        successor=PersonFactory(),
        onward="moves",
        onward_post=Post.SECRETARY,
        onward_place=world.near,
    )
    assert world.open(world.old) == [(Post.SECRETARY, world.near, False)]
    assert roles_of(world.account) == set()


def test_a_successor_leaves_the_own_committee_or_holds_both(world):
    for keeps, posts in (
        (True, {world.near, world.here}),
        (False, {world.here}),
    ):
        neighbour = PersonFactory()
        world.serve(neighbour, world.near)
        world.make(successor=neighbour, keeps_posts=keeps, on=TODAY() - (20 if keeps else 0) * DAY)
        seats = Affiliation.objects.secretaries().filter(person=neighbour)
        assert {seat.place for seat in seats} == posts
        assert [seat.concurrent for seat in seats.order_by("pk")] == [False, True][: len(posts)]
        if keeps:  # make room for the second round
            own = Affiliation.objects.get(person=neighbour, place=world.near)
            end_appointment(actor=None, affiliation=own, to_on=TODAY() - DAY)
    assert list(check_secretaries()) == []


def test_a_move_beyond_the_own_area_is_the_districts(world):
    facts = {"onward": "moves", "onward_post": Post.MEMBER, "onward_place": world.far}
    with pytest.raises(WrongAppointment) as refused:
        world.make(**facts)
    assert refused.value.code == "beyond_reach"
    world.make(world.clerk, **facts)
    assert world.open(world.old) == [(Post.MEMBER, world.far, False)]


# --- Refusals -----------------------------------------------------------------------------------
def refused_changes(world: World):
    neighbour = PersonFactory()
    world.serve(neighbour, world.near)
    return {
        "future": ({"on": TODAY() + DAY}, "on"),
        "before the first day": ({"on": TODAY() - 300 * DAY}, "on"),
        "street": ({"committee": world.tree.streets[0]}, "committee"),
        "nobody": ({"committee": world.farther}, "successor"),
        "same person": ({"successor": world.old}, "successor"),
        "no name": ({"successor": NewPerson(name_zh=" ")}, "name_zh"),
        "no post": ({"onward": "stays"}, "onward_post"),
        "wrong post": ({"onward": "stays", "onward_post": Post.ORGANISER}, "onward_post"),
        "no place": ({"onward": "moves", "onward_post": Post.MEMBER}, "onward_place"),
        "seat taken": (
            {"onward": "moves", "onward_post": Post.SECRETARY, "onward_place": world.near},
            "onward_place",
        ),
    }


@pytest.mark.parametrize(
    "case",
    [
        "future",
        "before the first day",
        "street",
        "nobody",
        "same person",
        "no name",
        "no post",
        "wrong post",
        "no place",
        "seat taken",
    ],
)
def test_a_change_that_does_not_fit_is_refused_and_leaves_nothing(world, case):
    facts, field = refused_changes(world)[case]
    before = list(Affiliation.objects.order_by("pk").values())
    acts = AuditEvent.objects.count()

    with pytest.raises(WrongAppointment) as refused:
        world.make(world.clerk, **facts)

    assert refused.value.field == field
    assert list(Affiliation.objects.order_by("pk").values()) == before
    assert AuditEvent.objects.count() == acts


def test_a_change_lies_after_the_one_before(world):
    world.make(on=TODAY() - 10 * DAY)
    with pytest.raises(WrongAppointment) as refused:
        world.make(successor=PersonFactory(), on=TODAY() - 11 * DAY)
    assert refused.value.field == "on"
    world.make(successor=PersonFactory(), on=TODAY() - 10 * DAY)


def test_a_plan_that_is_no_longer_the_one_confirmed_is_refused(world):
    change = world.change(successor=PersonFactory())
    seen = plan_secretary_change(actor=None, change=change).fingerprint
    world.make(successor=PersonFactory(), on=TODAY() - 5 * DAY)
    with pytest.raises(Changed):
        change_secretary(actor=None, change=change, seen=seen)


# --- Preview ------------------------------------------------------------------------------------
def test_the_preview_says_everything_and_writes_nothing(world):
    pupil = PersonFactory(name_zh="样本徒", unit=world.near)
    PairingFactory(tutor=world.old, pupil=pupil, tutor_unit=world.here, pupil_unit=world.near)
    coming = OfferingFactory(begins_on=TODAY() + 7 * DAY, ends_on=TODAY() + 8 * DAY)
    EnrolmentFactory(person=world.old, unit=world.here, offering=coming)
    new = PersonFactory(name_zh="样本新")
    before = (AuditEvent.objects.count(), list(Affiliation.objects.values()))

    lines = world.lines(successor=new)

    assert (AuditEvent.objects.count(), list(Affiliation.objects.values())) == before
    words = ("任职至", "起任职", "权限", "结对：", "班次：", "邀请")
    assert [sum(word in line for line in lines) for word in words] == [1] * len(words)


def test_an_account_without_the_role_is_said(world):
    new = PersonFactory(name_zh="样本新")
    UserFactory(person=new)
    assert any("已有账号" in line for line in world.lines(successor=new))


# --- Pairs --------------------------------------------------------------------------------------
def test_pairs_of_who_left_are_marked_the_same_day(world):
    pupil = PersonFactory(unit=world.near)
    pair = PairingFactory(
        tutor=world.old, pupil=pupil, tutor_unit=world.here, pupil_unit=world.near
    )
    world.make()
    pair.refresh_from_db()
    assert pair.unsettled_since == TODAY()


def test_a_pair_of_who_moves_up_in_the_same_unit_is_not_marked(world):
    deputy = PersonFactory()
    world.serve(deputy, world.here, Post.DEPUTY)
    pair = PairingFactory(
        tutor=PersonFactory(unit=world.near),
        pupil=deputy,
        tutor_unit=world.near,
        pupil_unit=world.here,
    )
    world.make(successor=deputy)
    pair.refresh_from_db()
    assert pair.unsettled_since is None


# --- One person, one service --------------------------------------------------------------------
def test_a_person_moves_between_sub_districts_in_one_step(world):
    new = NewPost(world.old, world.far, "secretary", TODAY() - 3 * DAY, leaves=True)
    carry_out(actor=world.clerk, plan=lambda: plan_post(actor=world.clerk, new=new))
    world.seat.refresh_from_db()
    assert world.seat.to_on == TODAY() - 4 * DAY
    assert world.open(world.old) == [("secretary", world.far, False)]
    assert list(check_secretaries()) == []
    assert roles_of(world.account) == set()


def test_a_post_is_added_beside_the_others(world):
    new = NewPost(world.old, world.near, Post.MEMBER, TODAY())
    carry_out(actor=world.organiser, plan=lambda: plan_post(actor=world.organiser, new=new))
    assert len(world.open(world.old)) == 2


def test_posts_that_do_not_fit_are_refused(world):
    closed = world.farther
    Place.objects.filter(pk=closed.pk).update(closed_on=TODAY())
    closed.refresh_from_db()
    neighbour = PersonFactory()
    world.serve(neighbour, world.near)
    for new, wrong in (
        (NewPost(world.old, world.here, "secretary", TODAY()), SeatTaken),
        (NewPost(world.old, world.near, "secretary", TODAY()), SeatTaken),
        (NewPost(world.old, world.far, "secretary", TODAY()), SecondSeat),
        (NewPost(world.old, closed, Post.MEMBER, TODAY()), WrongAppointment),
        (NewPost(world.old, world.near, Post.MEMBER, TODAY() + DAY), WrongAppointment),
    ):
        with pytest.raises(wrong):
            plan_post(actor=None, new=new)
    member = world.serve(world.old, world.here, Post.MEMBER)
    with pytest.raises(WrongAppointment):
        plan_post(actor=None, new=NewPost(world.old, world.here, Post.MEMBER, TODAY()))
    assert member.pk


def test_many_services_end_as_one_plan(world):
    worker = world.serve(PersonFactory(), world.near, Post.WORKER)
    move = carry_out(
        actor=world.organiser,
        plan=lambda: plan_ending(
            actor=world.organiser,
            services=Affiliation.objects.open().filter(pk__in=[world.seat.pk, worker.pk]),
            last_day=TODAY() - DAY,
        ),
    )
    assert len(move.endings) == 2
    assert not Affiliation.objects.open().exists()
    with pytest.raises(WrongAppointment):
        worker.refresh_from_db()
        plan_ending(actor=None, services=[worker], last_day=TODAY())
    with pytest.raises(WrongAppointment):
        plan_ending(actor=None, services=[], last_day=TODAY())
