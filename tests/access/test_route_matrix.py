"""Who may open what: every route x role x own and foreign object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.access.matrix import Walker, prepare, specifications
from tests.access.spec import ROLES, every_route
from tests.access.world import build_world
from tests.kept import kept

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def walker(django_db_setup: None, django_db_blocker: Any) -> Iterator[Walker]:
    """The world is built once: what a request changes is taken back after it."""
    with kept(django_db_blocker):
        world = build_world()
        prepare(world)
        yield Walker(world)


def test_every_route_has_an_entry_and_every_entry_a_route() -> None:
    specified = [name for module in specifications().values() for name in module.ROUTES]
    assert len(specified) == len(set(specified)), "a route is specified twice"
    routes = [name for name, _ in every_route()]
    assert not [name for name in routes if "unnamed" in name]
    assert len(routes) == len(set(routes)), "two routes share a name"
    assert set(routes) - set(specified) == set(), "routes without an entry in tests/access"
    assert set(specified) - set(routes) == set(), "entries whose route is gone"


def test_nobody_who_is_not_signed_in_gets_past_the_door(walker: Walker) -> None:
    wrong = [
        line
        for module in specifications().values()
        for name, route in module.ROUTES.items()
        for line in walker.walk(name, route, ("anonymous",))
    ]
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.hard
@pytest.mark.sqlite
@pytest.mark.timeout(900)
@pytest.mark.parametrize("app", sorted(specifications()))
def test_every_role_reaches_what_it_should_and_nothing_else(app: str, walker: Walker) -> None:
    wrong = [
        line
        for name, route in specifications()[app].ROUTES.items()
        for line in walker.walk(name, route, ROLES)
    ]
    assert not wrong, "\n" + "\n".join(wrong)
