"""The main job from end to end, through the screens: a class is planned, a secretary enrols, the
reminder comes, the district sees it. Once with scripts and once without."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from core import summaries
from courses.models import Enrolment, Offering
from notices.models import Notice
from notices.services import deliver, plan
from tests.browser.inspect_page import Look, inspect
from tests.factories.committees import (
    AffiliationFactory,
    PersonFactory,
    TrainingBaseFactory,
    make_district,
)
from tests.factories.courses import CourseFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TITLE = "加装电梯专题班"


@pytest.fixture
def world() -> dict[str, Any]:
    """A district with a base, a course of it, and a committee with its secretary."""
    made = make_district()
    base = TrainingBaseFactory(host=made.district, districts=[made.district])
    committee = made.committees[0]
    secretary = PersonFactory(name_zh="梅若华", unit=committee)
    AffiliationFactory(person=secretary, place=committee, post="secretary")
    CourseFactory(base=base, title_zh="加装电梯：意见征询")
    return {"district": made.district, "base": base, "committee": committee, "person": secretary}


def plan_a_class(page: Any, in_days: int) -> None:
    """The base administrator plans a class with one session and opens it."""
    day = (timezone.localdate() + datetime.timedelta(days=in_days)).isoformat()
    page.goto("/classes/new/")
    page.fill("input[name=title_zh]", TITLE)
    page.check("input[name=courses]")
    page.fill("input[name=begins_on]", day)
    page.fill("input[name=ends_on]", day)
    page.fill("input[name=seats]", "2")
    page.click("main form button.btn-primary")
    page.click("a[href$='/sessions/new/']")
    page.select_option("select[name=course]", index=1)
    page.fill("input[name=on]", day)
    page.fill("input[name=starts]", "09:00")
    page.fill("input[name=ends]", "12:00")
    page.click("main form button.btn-primary")
    page.click("form[action$='/open/'] button")


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without scripts"])
def test_a_class_is_planned_enrolled_reminded_and_seen(open_page, world, script: bool) -> None:
    admin, _ = open_page(role="base_admin", base=world["base"], script=script)
    plan_a_class(admin, in_days=10)
    assert Offering.objects.get().state == "open"

    secretary, found = open_page(
        Look(360),
        role="secretary",
        place=world["committee"],
        person=world["person"],
        script=script,
    )
    secretary.goto("/classes/")
    secretary.click(f"text={TITLE}")
    secretary.click("form[action$='/enrol/'] button")
    assert Enrolment.objects.get().state == "confirmed"
    if script:
        inspect(secretary, found)
        assert found.troubles == []

    evening = timezone.localtime().replace(hour=20, minute=0)  # at whatever hour this runs
    for later in (7, 9):  # three days and one day before
        plan(evening + datetime.timedelta(days=later))
    while deliver(now=evening + datetime.timedelta(days=9, hours=1)):
        pass
    kinds = sorted(Notice.objects.values_list("rule", flat=True))
    assert kinds == ["class_in_three_days", "class_tomorrow", "enrolment_confirmed"]
    secretary.goto("/notices/")
    assert secretary.locator(f"main a:has-text('{TITLE}')").count() == 3

    while summaries.fold():
        pass
    district, _ = open_page(role="district", place=world["district"], script=script)
    district.goto("/dashboard/")
    tile = district.locator("a.tb-tile[href*='enrolled_people']")
    assert tile.locator(".tb-tile-value").inner_text().strip().startswith("1")
    tile.click()
    assert district.locator("main >> text=梅若华").count() == 1


def test_a_double_press_enrols_once(open_page, world) -> None:
    admin, _ = open_page(role="base_admin", base=world["base"])
    plan_a_class(admin, in_days=5)
    offering = Offering.objects.get()
    secretary, _ = open_page(role="secretary", place=world["committee"], person=world["person"])
    secretary.goto(f"/classes/{offering.public_id}/")

    secretary.dblclick("form[action$='/enrol/'] button")
    secretary.wait_for_load_state("networkidle")

    assert Enrolment.objects.count() == 1
    assert secretary.locator("form[action$='/enrol/']").count() == 0
