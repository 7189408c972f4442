"""No page shows a whole mobile number, whoever looks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from core.crypto import encrypt, mask_mobile, mobile_index
from tests.access.matrix import Walker, prepare, specifications
from tests.access.spec import ROLES, Visit
from tests.access.world import World, build_world
from tests.kept import kept

pytestmark = pytest.mark.django_db
# Eleven digits of a mainland mobile that stand alone; 18 characters of an identity number.
MOBILE = re.compile(r"(?<![\d.#/-])1[3-9]\d{9}(?!\d)")
IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])\d{5}[\dXx](?![\dA-Za-z])")


def give_numbers(world: World) -> set[str]:
    """Every person and account of both sides gets a number."""
    numbers = set()
    for side_number, side in enumerate(world.sides):
        for index, person in enumerate(side.people.values()):
            digits = f"1{3 + side_number}9{index:08}"
            person.mobile_cipher = encrypt(digits)
            person.mobile_index, person.mobile_mask = mobile_index(digits), mask_mobile(digits)
            person.save(update_fields=["mobile_cipher", "mobile_index", "mobile_mask"])
            numbers.add(digits)
        for index, user in enumerate(side.users.values()):
            digits = f"1{3 + side_number}8{index:08}"
            user.mobile_index, user.mobile_mask = mobile_index(digits), mask_mobile(digits)
            user.save(update_fields=["mobile_index", "mobile_mask"])
    return numbers


@pytest.fixture(scope="module")
def walker(django_db_setup: None, django_db_blocker: Any) -> Iterator[Walker]:
    """In a world where everybody has a number; built once, because looking changes nothing."""
    with kept(django_db_blocker):
        world = build_world()
        prepare(world)
        numbers = give_numbers(world)
        assert all(MOBILE.fullmatch(number) for number in numbers)
        yield Walker(world)


def leaks(walker: Walker, role: str) -> list[str]:
    """Pages of the own side, opened as `role`, that show a whole number."""
    world = walker.world
    found = []
    for module in specifications().values():
        for name, route in module.ROUTES.items():
            if route.get == 405:
                continue
            visit = Visit(world, role, world.own.users[role], False)
            text = walker.page(name, route, visit)
            if MOBILE.search(text) or IDENTITY.search(text):
                found.append(f"{name} as {role}")
    return found


def test_the_patterns_see_numbers() -> None:
    assert MOBILE.search("电话 13900000001。")
    assert not MOBILE.search("139****0001 2026041613900000001")
    assert IDENTITY.search("号 310107198001011234")


@pytest.mark.hard
@pytest.mark.timeout(600)
@pytest.mark.parametrize("role", ROLES)
def test_no_page_shows_a_whole_number(role: str, walker: Walker) -> None:
    assert leaks(walker, role) == []
