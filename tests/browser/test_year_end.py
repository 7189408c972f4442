"""Two years are ended one after the other through the screens: settled, rules looked through,
locked; what comes later shows as changed after the lock, and the gaps stand for the next plan."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from core.registries import plan_feeds
from records.models import YearLock
from records.services import post_hours
from tests.browser.inspect_page import Look, inspect
from tests.factories.committees import AffiliationFactory, make_district
from tests.factories.records import posting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world() -> Any:
    tree: Any = make_district()
    tree.people = [AffiliationFactory(place=place).person for place in tree.committees[:2]]
    for year in (2024, 2025):
        for person, quarters in zip(tree.people, (30 * 4, 56 * 4), strict=True):
            study(person, year, quarters, verified=True)
        study(tree.people[0], year, 8, verified=False)
    return tree


def study(person: Any, year: int, quarters: int, *, verified: bool) -> None:
    facts = posting(person, quarters=quarters, session_on=datetime.date(year, 5, 6))
    post_hours(actor=None, posting=facts, verified=verified)


def end(page: Any, found: Any, world: Any, year: int) -> None:
    """From the open points to the lock."""
    page.goto(f"/hours/year-end/{world.district.pk}/{year}/")
    page.click("main a[href$='/rules/']")
    inspect(page, found)
    page.click("main form button.btn-secondary")
    page.click("form[action$='/lock/'] button")
    assert page.locator(".tb-error-summary, .invalid-feedback, [aria-invalid=true]").count()
    page.fill("form[action$='/lock/'] input[name=reason]", "年报截止")
    page.click("form[action$='/lock/'] button")


@pytest.mark.parametrize("look", [Look(360, "dark"), Look(1280, language="en")], ids=str)
def test_two_years_end_one_after_the_other(open_page, world, look: Look) -> None:
    page, found = open_page(look, role="district", place=world.district)
    for year in (2024, 2025):
        end(page, found, world, year)
        inspect(page, found)
        needs = plan_feeds.get("gaps")(world.district.pk, year + 1)
        # The second has hours enough and lacks centralised training only.
        first, second = world.people[:2]
        assert [(need.person_id, need.quarters, need.trainings > 0) for need in needs] == [
            (first.pk, 26 * 4, True),
            (second.pk, 0, True),
        ]
    study(world.people[0], 2024, 4, verified=True)

    page.goto(f"/hours/year-end/{world.district.pk}/2024/")
    page.click("a[href$='/changes/']")
    changed = page.locator("tbody tr").count()
    inspect(page, found)
    page.goto(f"/hours/year-end/{world.district.pk}/2025/gaps/")
    gaps = page.locator("tbody tr").count()
    inspect(page, found)

    assert YearLock.objects.count() == 2
    assert (changed, gaps) == (1, 2)
    # The refusal without a reason answers 422, which the browser notes.
    assert [trouble for trouble in found.troubles if " 422 " not in trouble] == []
