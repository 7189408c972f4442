"""The change of secretary through the screens: facts, what it touches, confirmation. Once with
scripts and once without."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import RoleGrant
from committees.models import Affiliation
from committees.models.people import Post
from tests.browser.inspect_page import Look, inspect
from tests.factories.accounts import user_with
from tests.factories.committees import AffiliationFactory, PersonFactory, make_district
from tests.factories.tutors import PairingFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [
    Look(width, theme, language)
    for width in (360, 1280)
    for theme, language in (("light", "zh-hans"), ("dark", "en"))
]


@pytest.fixture
def world() -> dict[str, Any]:
    """A committee whose secretary tutors somebody and has an account; its deputy may follow."""
    tree = make_district(streets=1, committees=3)
    here, near, _third = tree.committees
    old = PersonFactory(name_zh="梅若华", pinyin="mei ruohua", unit=here)
    AffiliationFactory(person=old, place=here)
    deputy = PersonFactory(name_zh="苏望舒", pinyin="su wangshu", unit=here)
    AffiliationFactory(person=deputy, place=here, post=Post.DEPUTY)
    user_with("secretary", place=here, person=old)
    pupil = PersonFactory(name_zh="沈静言", unit=near)
    PairingFactory(tutor=old, pupil=pupil, tutor_unit=here, pupil_unit=near)
    return {"street": tree.streets[0], "here": here, "near": near, "old": old, "deputy": deputy}


def address(world: dict[str, Any]) -> str:
    return f"/places/{world['here'].pk}/secretary/"


def fill(page: Any, world: dict[str, Any]) -> None:
    page.check("input[name=who][value=here]")
    page.select_option("select[name=here]", str(world["deputy"].public_id))
    page.check("input[name=onward][value=moves]")
    page.select_option("select[name=onward_post]", "committee_member")
    page.fill("input[name=onward_place]", world["near"].name_zh)
    page.fill("input[name=reason]", "届中调整")


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without scripts"])
def test_a_secretary_is_changed_in_one_step(open_page, world, script: bool) -> None:
    page, found = open_page(role="organiser", place=world["street"], script=script)
    page.goto(f"/places/{world['here'].pk}/")
    page.click(f"a[href$='{address(world)}']")
    fill(page, world)
    page.click("button[value=check]")
    text = page.inner_text("main")
    for said in ("梅若华", "苏望舒", "沈静言", world["near"].name_zh):
        assert said in text
    assert Affiliation.objects.secretaries().get().person == world["old"]

    page.click("button[value=edit]")
    assert page.input_value("input[name=reason]") == "届中调整"
    assert page.is_checked("input[name=onward][value=moves]")
    page.click("button[value=check]")
    page.click("button[value=confirm]")

    assert Affiliation.objects.secretaries().get().person == world["deputy"]
    assert Affiliation.objects.open().get(person=world["old"]).place == world["near"]
    today = timezone.localdate()
    assert not RoleGrant.objects.valid_on(today).filter(user__person=world["old"]).exists()
    assert "苏望舒" in page.inner_text("main")
    if script:
        inspect(page, found)
        assert found.troubles == []


def test_what_is_wrong_is_said_and_nothing_is_lost(open_page, world) -> None:
    page, found = open_page(Look(360), role="organiser", place=world["street"])
    page.goto(address(world))
    page.check("input[name=who][value=other]")
    page.fill("input[name=other]", "无此人")
    page.fill("input[name=reason]", "届中调整")
    page.click("button[value=check]")
    assert page.input_value("input[name=reason]") == "届中调整"
    assert page.locator("[data-tb-errors]").is_visible()
    inspect(page, found)
    assert [line for line in found.troubles if "422" not in line] == []


def test_only_what_belongs_to_the_answer_is_asked(open_page, world) -> None:
    page, _found = open_page(role="organiser", place=world["street"])
    page.goto(address(world))
    page.check("input[name=who][value=vacant]")
    assert not page.is_visible("input[name=name_zh]")
    assert not page.is_visible("select[name=takes_over_as]")
    page.check("input[name=who][value=new]")
    assert page.is_visible("input[name=name_zh]")


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_the_pages_stand_on_every_screen(open_page, world, look: Look) -> None:
    facts = {"language": look.language, "theme": look.theme}
    page, found = open_page(look, role="organiser", place=world["street"], **facts)
    folder = os.environ.get("SHOTS")
    page.goto(address(world))
    fill(page, world)
    for name, button in (("form", "check"), ("check", "confirm"), ("done", "")):
        inspect(page, found)
        if folder:
            page.screenshot(path=Path(folder) / f"{name}-{look.name}.png", full_page=True)
        if button:
            page.click(f"button[value={button}]")
    assert found.troubles == []
