"""Duplicates through the screens: compared, merged, looked at, undone; with scripts and without."""

from __future__ import annotations

from typing import Any

import pytest

from committees.models import Person, PersonMerge, TwoPeople
from core.crypto import encrypt, mask_mobile, mobile_index
from tests.browser.inspect_page import Look, inspect
from tests.committees.merging.snapshot import counts
from tests.factories.committees import AffiliationFactory, PersonFactory, make_district
from tests.factories.courses import EnrolmentFactory, OfferingFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOBILE = "13800001234"


@pytest.fixture
def world() -> dict[str, Any]:
    made = make_district()
    place = made.committees[0]
    number = {
        "mobile_index": mobile_index(MOBILE),
        "mobile_cipher": encrypt(MOBILE),
        "mobile_mask": mask_mobile(MOBILE),
    }
    offering = OfferingFactory(title_zh="加装电梯专题班")
    people = []
    for facts in ({"birth_year": 1978, "birth_month": 3}, {"sex": "f", "birth_year": 1979}):
        person = PersonFactory(name_zh="梅若华", pinyin="mei ruohua", **number, **facts)
        AffiliationFactory(person=person, place=place, post="committee_member")
        EnrolmentFactory(offering=offering, person=person)
        people.append(person)
    return {"street": made.streets[0], "people": people}


def merge_the_pair(page: Any, look: Any) -> None:
    """From the list to the page that says it is done, keeping the older record and its birth."""
    page.goto("/people/duplicates/")
    look()
    page.click("main .tb-row a.btn")
    look()
    page.check("input[name='keep'][value='0']")
    page.check("input[name='fact-birth_year'][value='0']")
    page.click("form[action$='/preview/'] button.btn-primary")
    look()
    page.fill("input[name='reason']", "同一人")
    page.click("form[action$='/merge/'] button")
    look()


@pytest.mark.parametrize(
    ("width", "script"), [(1280, True), (360, True), (360, False)], ids=["wide", "phone", "plain"]
)
def test_two_records_become_one_and_two_again(open_page, world, width: int, script: bool) -> None:
    page, found = open_page(Look(width), role="organiser", place=world["street"], script=script)
    page.goto("/")
    assert page.locator("#tile-duplicates").count() == 1
    before = counts()

    def look() -> None:
        if script:
            inspect(page, found)

    merge_the_pair(page, look)
    merge = PersonMerge.objects.get()
    assert merge.reason == "同一人"
    kept = Person.objects.get(pk=world["people"][0].pk)
    assert (kept.birth_year, kept.sex) == (1978, "f")
    page.goto(f"/people/{world['people'][1].public_id}/")
    assert page.url.endswith(f"/people/{kept.public_id}/")
    page.goto(f"/people/merges/{merge.public_id}/")
    page.click("form[action$='/undo/'] button")
    look()
    assert counts() == before
    page.goto("/people/merges/")
    look()
    if script:
        assert found.troubles == []


def test_two_people_are_noted_and_disappear(open_page, world) -> None:
    page, found = open_page(role="organiser", place=world["street"])
    page.goto("/people/duplicates/")
    page.click("main .tb-row a.btn")
    page.fill("aside input[name='reason'], main input[name='reason']", "同名的两位")

    page.click("form[action$='/two-people/'] button")

    assert TwoPeople.objects.get().reason == "同名的两位"
    assert page.locator("main .tb-row").count() == 0
    inspect(page, found)
    assert found.troubles == []
