"""A roster comes in through the screens: columns, questions, writing, undo; with and without
scripts, on a desk and on a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from committees.models import ImportRun, Person, Place
from core import jobs
from tests.browser.inspect_page import Look, inspect
from tests.core.sheets.builders import xlsx
from tests.factories.committees import make_district

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HEADER = ["人", "手机", "街道", "居民区", "职务"]
ROWS = [
    ["李雷", "13800000001", "样本1街道", "样本1街道第1居委会", "书记"],
    ["韩梅梅", "", "样本1街道", "样本1街道第2居委会", "书记"],
    ["王王", "13800000003", "样本1街道", "没有这个居委会", "书记"],
]


@pytest.fixture
def district() -> Place:
    return make_district("样本", 1, 3).district


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(xlsx([HEADER, *ROWS]))
    return path


@pytest.fixture(autouse=True)
def no_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test is the worker: it works when the page waits."""
    monkeypatch.setattr("core.jobs.ring", lambda task: None)


def wait(page: Any, *, script: bool) -> None:
    """The page waits for a worker; with scripts it goes on by itself."""
    assert page.locator("#import").count() == 1
    jobs.run_due()
    if script:
        page.wait_for_selector("#import", state="detached")
    else:
        page.click("#import noscript a, #import a.btn")


@pytest.mark.parametrize(
    ("look", "script"),
    [(Look(1280), True), (Look(360), True), (Look(1280), False)],
    ids=["desk", "phone", "without scripts"],
)
def test_a_roster_comes_in_and_goes_out_again(
    open_page: Any, district: Place, file: Path, look: Look, script: bool
) -> None:
    page, found = open_page(look, role="district", place=district, script=script)

    def fine() -> None:
        if script:
            inspect(page, found)
            assert found.troubles == []

    page.goto("/imports/")
    fine()
    page.click("a[href$='/imports/new/roster/']")
    fine()
    page.set_input_files("[name=file]", file)
    page.click("form.tb-form button[type=submit]")
    wait(page, script=script)

    page.wait_for_url("**/columns/")
    fine()
    page.select_option("[name=s0-A]", "name")
    page.click("form[data-tb-form] button.btn-primary")
    wait(page, script=script)
    fine()
    decide_and_write(page, script=script)
    fine()
    assert sorted(Person.objects.values_list("name_zh", flat=True)) == ["李雷", "韩梅梅"]

    page.click("form[action$='/undo/'] button")
    wait(page, script=script)
    fine()
    assert not Person.objects.exists()
    assert ImportRun.objects.get().state == "undone"


def decide_and_write(page: Any, *, script: bool) -> None:
    """Answer the one question of the page, and have the rows written."""
    assert not Person.objects.exists()
    assert "韩梅梅" in page.inner_text(".tb-import-rows")
    page.select_option(".tb-import-asks select", "take")
    page.click(".tb-import-save button")
    page.click("form[action$='/apply/'] button")
    wait(page, script=script)


def test_two_columns_for_one_field_are_said_at_the_second(
    open_page: Any, district: Place, file: Path
) -> None:
    page, found = open_page(Look(360), role="district", place=district)
    page.goto("/imports/new/roster/")
    page.fill("[name=text]", "姓名\t手机\t联系\t街道\t居民区\n李雷\t1\t2\t3\t4\n")
    page.click("form.tb-form button[type=submit]")
    wait(page, script=True)
    page.wait_for_url("**/columns/")
    page.select_option("[name=s0-C]", "phone")
    page.click("form[data-tb-form] button.btn-primary")
    page.wait_for_selector("[data-tb-errors]")
    assert page.locator("#id_s0-C[aria-invalid=true]").count() == 1
    assert page.input_value("[name=s0-C]") == "phone"  # nothing is lost
    found.troubles.clear()  # the console calls an answer of 422 an error; that is wanted
    inspect(page, found)
    assert found.troubles == []
