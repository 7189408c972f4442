"""From grants to what a person reaches."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.scopes import scope_for
from committees.models import Person, Place
from tests.factories.accounts import GrantFactory, UserFactory, user_with
from tests.factories.committees import PersonFactory, TrainingBaseFactory, make_district

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def test_rights_are_the_union_of_all_grants() -> None:
    tree, other = make_district("本"), make_district("他")
    user = user_with("secretary", place=tree.committees[0])
    GrantFactory(user=user, role="organiser", place=other.streets[0])
    scope = scope_for(user)
    assert scope.roles == {"secretary", "organiser"}
    assert scope.covers(tree.committees[0].path)
    assert scope.covers(other.committees[0].path)
    assert not scope.covers(other.committees[0].path, "secretary")
    assert not scope.covers(tree.committees[1].path)


@pytest.mark.parametrize(
    ("first", "last", "held"),
    [(0, 0, True), (0, None, True), (-5, -1, False), (1, 5, False), (-5, 0, True)],
)
def test_a_grant_holds_from_its_first_to_its_last_day(first, last, held) -> None:
    today = timezone.localdate()
    user = UserFactory()
    GrantFactory(
        user=user,
        role="secretary",
        place=make_district().committees[0],
        from_on=today + first * DAY,
        to_on=None if last is None else today + last * DAY,
    )
    assert scope_for(user).has("secretary") is held


def test_a_base_reaches_the_districts_it_serves() -> None:
    tree, served, other = make_district("本"), make_district("近"), make_district("他")
    base = TrainingBaseFactory(host=tree.streets[0])
    base.districts.set([tree.district, served.district])
    scope = scope_for(user_with("base_admin", base=base))
    assert scope.covers(tree.committees[0].path)
    assert scope.covers(served.committees[0].path)
    assert not scope.covers(other.committees[0].path)
    assert scope.base_ids("base_admin") == (base.pk,)


def test_a_closed_account_reaches_nothing() -> None:
    user = user_with("system_admin", is_active=False)
    assert scope_for(user).grants == ()


def test_the_scope_takes_one_query_and_is_kept(django_assert_num_queries) -> None:
    base = TrainingBaseFactory()
    user = User.objects.get(pk=user_with("base_admin", base=base).pk)
    with django_assert_num_queries(1):
        assert user.scope is user.scope


def test_an_auditor_of_a_district_reads_there_and_one_of_no_place_everywhere() -> None:
    tree, other = make_district("本"), make_district("他")
    bound, free = user_with("auditor", place=tree.district), user_with("auditor")
    people = [PersonFactory(unit=place.committees[0]) for place in (tree, other)]
    assert list(Person.objects.visible_to(bound)) == people[:1]
    assert list(Person.objects.visible_to(free).order_by("pk")) == people
    assert Place.objects.visible_to(bound).filter(pk=other.district.pk).count() == 0
    assert Place.objects.visible_to(free).filter(pk=other.district.pk).count() == 1
