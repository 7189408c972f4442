"""The pages of an import: every step, every refusal a sentence, the right people only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from committees.imports import runs
from committees.models import Affiliation, ImportRun, Person, Place, StagedRow
from core import jobs
from core.models import Job
from core.sheets.reading import read_workbook
from tests.core.sheets.builders import FIELDS as SHEET_FIELDS
from tests.core.sheets.builders import xlsx
from tests.factories.committees import MemberOrganisationFactory, PlaceFactory, make_district

pytestmark = pytest.mark.django_db

SignIn = Callable[..., Client]
HEADER = ["姓名", "手机", "街道", "居民区", "职务"]
ROWS = [
    ["李雷", "13800000001", "样本1街道", "样本1街道第1居委会", "书记"],
    ["韩梅梅", "", "样本1街道", "样本1街道第2居委会", "书记"],
    ["王王", "13800000003", "样本1街道", "没有这个居委会", "书记"],
]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def district() -> Place:
    return make_district("样本", 1, 3).district


@pytest.fixture
def browser(district: Place, signed_in: SignIn) -> Client:
    client = signed_in("district", place=district)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"committees:import-{name}", args=args)


def upload(rows: list[list[Any]], header: list[str] = HEADER) -> SimpleUploadedFile:
    return SimpleUploadedFile("花名册.xlsx", xlsx([header, *rows]))


def hand_in(client: Client, district: Place, rows: list[list[Any]], **data: Any) -> ImportRun:
    header = data.pop("header", HEADER)
    page = client.post(
        url("begin", "roster"), {"within": district.pk, "file": upload(rows, header), **data}
    )
    assert page.status_code == 302, page.content.decode()
    jobs.run_due()
    return ImportRun.objects.latest("pk")


def confirm(client: Client, run: ImportRun) -> ImportRun:
    page = client.get(url("columns", run.public_id))
    form = page.context["form"]
    client.post(url("columns", run.public_id), {name: form[name].value() for name in form.fields})
    jobs.run_due()
    return ImportRun.objects.get(pk=run.pk)


def checked(client: Client, district: Place, rows: list[list[Any]], **data: Any) -> ImportRun:
    run = hand_in(client, district, rows, **data)
    return confirm(client, run) if run.state == "read" else run


def text_of(client: Client, run: ImportRun, **query: str) -> str:
    page = client.get(url("show", run.public_id), query)
    assert page.status_code == 200
    return page.content.decode()


def test_the_whole_way_on_pages(browser: Client, district: Place) -> None:
    run = hand_in(browser, district, ROWS)
    assert browser.get(url("show", run.public_id)).status_code == 302  # to the columns
    run = confirm(browser, run)
    text = text_of(browser, run)
    assert "1 row can be written" in text
    assert "1 row waits for a decision." in text
    assert "韩梅梅" in text  # what has to be decided is shown first
    assert "There is no committee" in text_of(browser, run, show="error")
    assert not Person.objects.exists()

    (waiting,) = StagedRow.objects.filter(outcome="review")
    answer = {f"answer-{waiting.pk}-0": "take"}
    assert browser.post(url("decide", run.public_id), answer).status_code == 302
    assert "2 rows can be written" in text_of(browser, run)

    browser.post(url("apply", run.public_id))
    jobs.run_due()
    assert sorted(Person.objects.values_list("name_zh", flat=True)) == ["李雷", "韩梅梅"]
    assert "The list is in" in text_of(browser, run)

    browser.post(url("undo", run.public_id))
    jobs.run_due()
    assert not Person.objects.exists()
    assert "The import is undone" in text_of(browser, run)


def test_one_answer_for_all_open_rows_of_a_page(browser: Client, district: Place) -> None:
    rows = [[f"李雷{one}", "", "样本1街道", f"样本1街道第{one}居委会", "书记"] for one in "123"]
    rows = [[row[0].translate(str.maketrans("123", "甲乙丙")), *row[1:]] for row in rows]
    run = checked(browser, district, rows)
    waiting = StagedRow.objects.filter(outcome="review")
    data = {f"answer-{row.pk}-0": "" for row in waiting} | {"all": "take"}
    browser.post(url("decide", run.public_id), data)
    assert not waiting.all().exists()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "Choose a file, or paste rows."),
        ({"file": SimpleUploadedFile("a.xlsx", b"%PDF-1.4 text")}, "This is a PDF file"),
        ({"file": SimpleUploadedFile("a.xlsx", b"")}, "The file is empty."),
        ({"text": "姓名\t手机", "complete": "on"}, "Say for which day the list is complete."),
        ({"text": "姓名\t手机", "on": "2999-01-01"}, "The day of a list is today or earlier."),
        ({"text": "姓名\t手机", "within": "999999"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(
    browser: Client, district: Place, data: dict[str, Any], says: str
) -> None:
    page = browser.post(url("begin", "roster"), {"within": district.pk} | data)
    assert page.status_code == 422
    assert says in page.content.decode()
    assert not ImportRun.objects.exists()


def test_two_columns_for_one_field_are_refused_at_the_second(
    browser: Client, district: Place
) -> None:
    header = ["姓名", "手机", "联系电话", "街道", "居民区", "职务"]
    rows = [["李雷", "13800000001", "13800000009", "样本1街道", "样本1街道第1居委会", "书记"]]
    run = hand_in(browser, district, rows, header=header)
    form = browser.get(url("columns", run.public_id)).context["form"]
    data = {name: form[name].value() for name in form.fields}
    page = browser.post(url("columns", run.public_id), data | {"s0-C": "phone"})
    assert page.status_code == 422
    assert "Column B (手机) says this already. Choose one." in page.content.decode()
    browser.post(url("columns", run.public_id), data | {"s0-B": "", "s0-C": "phone"})
    jobs.run_due()
    (row,) = StagedRow.objects.filter(outcome="accept") | StagedRow.objects.filter(
        outcome="normalise"
    )
    assert row.content["mobile"] == "13800000009"


def test_a_file_without_header_ends_with_a_sentence_and_a_way_on(
    browser: Client, district: Place
) -> None:
    run = hand_in(browser, district, ROWS[1:], header=ROWS[0])
    text = text_of(browser, run)
    assert "No sheet has a header row" in text
    assert url("begin", "roster") in text
    assert browser.post(url("drop", run.public_id)).status_code == 302
    run.refresh_from_db()
    assert (run.state, run.file) == ("dropped", None)


def test_pages_say_when_somebody_was_faster(browser: Client, district: Place) -> None:
    run = checked(browser, district, ROWS)
    browser.post(url("apply", run.public_id))
    for act in ("apply", "drop", "undo"):
        page = browser.post(url(act, run.public_id))
        assert page.status_code == 422
        assert "This import is further by now." in page.content.decode()


def test_progress_asks_for_the_page_when_it_is_over(browser: Client, district: Place) -> None:
    data = {"within": district.pk, "file": upload(ROWS)}
    browser.post(url("begin", "roster"), data)
    run = ImportRun.objects.get()
    assert 'hx-trigger="every 1s"' in text_of(browser, run)
    jobs.run_due()
    confirm(browser, run)
    part = browser.get(url("show", run.public_id), headers={"HX-Request": "true"})
    assert part.headers["HX-Refresh"] == "true"


# --- Documents ------------------------------------------------------------------------------------
def made(client: Client, address: str) -> Job:
    assert client.post(address).status_code == 302
    jobs.run_due()
    return Job.objects.latest("pk")


def content(job: Job) -> bytes:
    assert job.file is not None, job.message
    with job.file.content.open("rb") as opened:
        data: bytes = opened.read()
    return data


def test_the_file_comes_back_with_a_column_of_problems(browser: Client, district: Place) -> None:
    run = checked(browser, district, ROWS)
    data = content(made(browser, url("document", run.public_id, "problems")))
    (sheet,) = read_workbook(data, SHEET_FIELDS).sheets
    lines = [[cell.text for cell in row.cells] for row in sheet.data()]
    assert [column.title for column in sheet.columns][-1] == "问题"
    assert [line[0] for line in lines] == ["2", "3", "4"]
    assert lines[1][-1] == "The mobile number is missing."
    assert lines[2][-1].startswith("There is no committee")
    assert len(lines[0]) < len(lines[1]) or not lines[0][-1]


def test_a_report_has_a_line_for_every_row_and_masks_numbers(
    browser: Client, district: Place
) -> None:
    run = checked(browser, district, ROWS)
    text = content(made(browser, url("document", run.public_id, "report"))).decode()
    assert len(text.splitlines()) == 5
    assert "138****0001" in text
    assert "13800000001" not in text


@pytest.mark.parametrize("kind", ["roster", "organisations"])
def test_a_filled_template_is_read_again(browser: Client, district: Place, kind: str) -> None:
    data = content(made(browser, url("template", kind)))
    upload = SimpleUploadedFile("模板.xlsx", data)
    browser.post(url("begin", kind), {"within": district.pk, "file": upload})
    jobs.run_due()
    run = ImportRun.objects.get()
    (sheet,) = runs.looked(run)
    assert all(column.guess for column in sheet.columns)


# --- Complete lists -------------------------------------------------------------------------------
def test_a_complete_list_shows_who_left_before_anything_is_written(
    browser: Client, district: Place
) -> None:
    whole = [
        [f"李{sign}", f"1380000000{n}", "样本1街道", f"样本1街道第{n}居委会", "书记"]
        for n, sign in enumerate("甲乙丙", 1)
    ]
    run = checked(browser, district, whole)
    browser.post(url("apply", run.public_id))
    jobs.run_due()

    rows = [whole[0], [*whole[2][:3], "样本1街道第2居委会", "书记"]]  # 丙 moves to 2, 乙 left
    rows.append(["李丁", "13800000004", "样本1街道", "样本1街道第3居委会", "书记"])
    run = checked(browser, district, rows, complete="on", on="2026-01-01")
    text = text_of(browser, run)
    assert "李乙" in text
    groups = dict(
        StagedRow.objects.filter(run=run, number__gt=0)
        .exclude(group="")
        .values_list("number", "group")
    )
    assert groups == {2: "reelected", 3: "moved", 4: "new"}
    assert Affiliation.objects.filter(to_on=None).count() == 3

    page = browser.post(url("apply", run.public_id), {"ends_on": "", "sure": ""})
    assert page.status_code == 422
    assert Affiliation.objects.filter(to_on=None).count() == 3
    day = timezone.localdate()
    browser.post(url("apply", run.public_id), {"ends_on": day.isoformat(), "sure": "on"})
    jobs.run_due()
    held = Affiliation.objects.open().values_list("person__name_zh", "place__name_zh")
    assert sorted(held) == [
        ("李丁", "样本1街道第3居委会"),
        ("李丙", "样本1街道第2居委会"),
        ("李甲", "样本1街道第1居委会"),
    ]
    assert set(Affiliation.objects.exclude(to_on=None).values_list("to_on", flat=True)) == {day}

    browser.post(url("undo", run.public_id))
    jobs.run_due()
    assert Affiliation.objects.open().count() == Affiliation.objects.count() == 3
    assert not StagedRow.objects.filter(run=run, undo="kept").exists()


def test_who_is_not_on_a_complete_list_may_stay_by_decision(
    browser: Client, district: Place
) -> None:
    whole = [
        [f"李{sign}", f"1380000000{n}", "样本1街道", f"样本1街道第{n}居委会", "书记"]
        for n, sign in enumerate("甲乙", 1)
    ]
    browser.post(url("apply", checked(browser, district, whole).public_id))
    jobs.run_due()
    run = checked(browser, district, whole[:1], complete="on", on="2026-01-01")
    (left,) = StagedRow.objects.filter(run=run, group="left")
    browser.post(url("decide", run.public_id), {f"answer-{left.pk}-0": "skip"})
    jobs.run_due()
    assert StagedRow.objects.get(run=run, group="left").outcome == "skip"
    day = timezone.localdate().isoformat()
    browser.post(url("apply", run.public_id), {"ends_on": day, "sure": "on"})
    jobs.run_due()
    assert Affiliation.objects.open().count() == 2


# --- Costs ----------------------------------------------------------------------------------------
def test_lists_and_reviews_ask_the_same_number_of_queries(
    browser: Client, district: Place, django_assert_max_num_queries: Any
) -> None:
    MemberOrganisationFactory()
    PlaceFactory()
    for rows in (ROWS[:1], ROWS):
        run = checked(browser, district, rows)
        with django_assert_max_num_queries(12):
            text_of(browser, run)
        with django_assert_max_num_queries(12):
            assert browser.get(url("list")).status_code == 200
