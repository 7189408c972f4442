"""What a page keeps from one reader never shows to the next."""

from __future__ import annotations

import re

import pytest
from django.template import engines
from django.template.backends.django import DjangoTemplates
from django.test import Client
from django.urls import reverse

from committees.services.places import save_words
from core import prepared
from tests.access.matrix import prepare, specifications
from tests.access.spec import Visit
from tests.access.world import build_world
from tests.factories.accounts import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.hard]
CHANGING = re.compile(r'"[A-Za-z0-9]{64}"|\d{2}:\d{2}:\d{2}|/invitation/[\w-]+/')


def forget_everything() -> None:
    """As in a process that has just begun."""
    prepared.forget()
    for engine in engines.all():
        assert isinstance(engine, DjangoTemplates)
        for loader in engine.engine.template_loaders:
            loader.reset()


def page(client: Client, path: str) -> str:
    return CHANGING.sub("", client.get(path).getvalue().decode(errors="replace"))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("role", ["base_admin", "district", "organiser", "secretary"])
def test_a_page_is_the_same_after_another_reader_opened_it(role: str) -> None:
    world = build_world()
    prepare(world)
    save_words(actor=None, district=world.foreign.district, area_zh="片区", tutoring_zh="帮教")
    reader, other = client_of(world.own.users[role]), client_of(world.foreign.users[role])
    visit = Visit(world, role, world.own.users[role], False)
    differs = []
    for module in specifications().values():
        for name, route in module.ROUTES.items():
            if route.get == 405 or route.token or name in ("account_logout", "accounts:contact"):
                continue
            path = reverse(name, kwargs=route.args(visit) if route.args else {}) + route.query
            forget_everything()
            fresh = page(reader, path)
            forget_everything()
            page(other, path)
            if page(reader, path) != fresh:
                differs.append(f"{name} as {role}")
    assert not differs, "\n" + "\n".join(differs)
