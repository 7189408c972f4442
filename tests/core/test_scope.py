"""A scope is plain data; rights are the union of its grants."""

from __future__ import annotations

from core.scope import NOBODY, Grant, Role, Scope, scope_of

STREET = Grant(role=Role.ORGANISER, place_id=12, paths=("/1/5/12/",))
BASE = Grant(role=Role.BASE_ADMIN, base_id=3, paths=("/1/5/", "/1/6/"))


def test_somebody_not_signed_in_reaches_nothing() -> None:
    assert scope_of(object()) is NOBODY
    assert NOBODY.roles == frozenset()
    assert not NOBODY.covers("/1/", Role.DISTRICT)


def test_rights_are_the_union_of_grants() -> None:
    scope = Scope(user_id=1, grants=(STREET, BASE))

    assert scope.roles == {Role.ORGANISER, Role.BASE_ADMIN}
    assert scope.paths() == ("/1/5/12/", "/1/5/", "/1/6/")
    assert scope.base_ids() == (3,)


def test_a_grant_covers_its_subtree_and_no_neighbour() -> None:
    scope = Scope(user_id=1, grants=(STREET,))

    assert scope.covers("/1/5/12/99/", Role.ORGANISER)
    assert scope.covers("/1/5/12/", Role.ORGANISER)
    assert not scope.covers("/1/5/123/", Role.ORGANISER)
    assert not scope.covers("/1/5/", Role.ORGANISER)


def test_a_role_does_not_borrow_the_places_of_another() -> None:
    scope = Scope(user_id=1, grants=(STREET, BASE))

    assert scope.paths(Role.ORGANISER) == ("/1/5/12/",)
    assert not scope.covers("/1/6/77/", Role.ORGANISER)
    assert scope.covers("/1/6/77/", Role.BASE_ADMIN)
