"""Class ledgers on paper: people where a line names them, else a class of the unit."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import translation

from committees.imports import runs
from committees.models import ImportRun, Person, Place
from core import jobs
from core.imports.kinds import ImportContext
from core.imports.rows import Plan
from core.imports.table import ListRow
from records.models import HourEntry, PaperClass
from records.opening.ledger_kind import LEDGER, kind_of
from records.services import year_total
from tests.core.sheets.builders import xlsx
from tests.factories.accounts import user_with
from tests.factories.committees import AffiliationFactory, PersonFactory, PlaceFactory

pytestmark = pytest.mark.django_db

HEADER = [
    "序号",
    "班次名称",
    "培训时间",
    "主办单位",
    "地点",
    "授课人",
    "学时",
    "参训人数",
    "学员名单",
]
FIELDS = ("no", "title", "day", "host", "venue", "lecturers", "hours", "people", "names")
LINE = ["1", "集中轮训", "2025-03-18至20", "区委党校", "报告厅", "王老师", "24", "42", ""]


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with (
        translation.override("en"),
        time_machine.travel(datetime.datetime(2026, 5, 6, 9, tzinfo=datetime.UTC)),
    ):
        yield


@pytest.fixture
def district() -> Place:
    district = PlaceFactory(kind=Place.Kind.DISTRICT, name_zh="样本区", code="310199000000")
    for number, name in enumerate(("长风街道", "梅川镇"), 1):
        street = PlaceFactory(
            kind=Place.Kind.STREET, name_zh=name, parent=district, code=f"31019900{number}000"
        )
        PlaceFactory(name_zh=f"源园{number}居委会", parent=street, code=f"31019900{number}001")
    found: Place = district
    return found


@pytest.fixture
def street(district: Place) -> Place:
    found: Place = Place.objects.get(name_zh="长风街道")
    return found


def serving(name: str, number: int = 1) -> Person:
    place = Place.objects.get(name_zh=f"源园{number}居委会")
    found: Person = AffiliationFactory(
        person=PersonFactory(name_zh=name),
        place=place,
        post="committee_member",
        from_on=datetime.date(2020, 1, 1),
    ).person
    return found


def line(**changes: Any) -> list[Any]:
    values = dict(zip(FIELDS, LINE, strict=True)) | changes
    return [values[key] for key in FIELDS]


def sheet(*lines: list[Any], header: list[str] = HEADER) -> bytes:
    return xlsx([["2025年度培训台账"], header, *lines], name="培训台账")


def planned(within: Place, *lines: list[Any], header: list[str] = HEADER) -> Plan[ListRow]:
    return LEDGER.plan(sheet(*lines, header=header), ImportContext(within, source="台账.xlsx"))


def read(within: Place, *lines: list[Any], header: list[str] = HEADER) -> list[ListRow]:
    return [row for row in planned(within, *lines, header=header).rows if row.outcome != "skip"]


# --- Classes without names ------------------------------------------------------------------------
def test_a_line_without_names_is_a_class_of_the_unit_and_nobodys_hours(street: Place) -> None:
    (row,) = read(street, line())
    LEDGER.apply([row], ImportContext(street, source="台账.xlsx"))

    kept = PaperClass.objects.get()
    assert (kept.unit, kept.people, kept.quarters, kept.year) == (street, 42, 96, 2025)
    assert (kept.begins_on.day, kept.ends_on.day) == (18, 20)
    assert (kept.venue, kept.lecturers, kept.host) == ("报告厅", "王老师", "区委党校")
    assert not HourEntry.objects.exists()


@pytest.mark.parametrize(
    ("said", "days", "outcome"),
    [
        ("2025-03-18", ("2025-03-18", "2025-03-18"), "accept"),
        ("2025.3.18-20", ("2025-03-18", "2025-03-20"), "accept"),
        ("2025-3-18-20", ("2025-03-18", "2025-03-20"), "accept"),
        ("2025年3月30日—4月2日", ("2025-03-30", "2025-04-02"), "accept"),
        ("2025.12.30～2026.1.2", ("2025-12-30", "2026-01-02"), "accept"),
        ("2025.3.20至2025.3.18", (None, None), "error"),
        ("三月中旬", (None, None), "error"),
        ("2026-09-01", (None, None), "error"),
    ],
)
def test_the_days_of_a_class(said: str, days: tuple[Any, Any], outcome: str, street: Place) -> None:
    (row,) = read(street, line(day=said))

    assert ((row.values["day"], row.values["ends"]), row.outcome) == (days, outcome)


@pytest.mark.parametrize(
    ("said", "people", "outcome"),
    [(42, 42, "accept"), ("42人", 42, "accept"), ("", None, "accept"), ("约40", None, "error"),
     ("-3", None, "error"), ("9999999", None, "error")],
)  # fmt: skip
def test_the_number_of_participants(
    said: Any, people: int | None, outcome: str, street: Place
) -> None:
    (row,) = read(street, line(people=said))

    assert (row.values["people"], row.outcome) == (people, outcome)


@pytest.mark.parametrize("said", ["见签到表", "详见附件", "略", "/", "—"])
def test_names_that_are_kept_elsewhere_are_no_names(said: str, street: Place) -> None:
    (row,) = read(street, line(names=said))

    assert (row.values["name"], row.outcome) == ("", "accept")


def test_the_unit_of_a_class_is_the_one_its_line_names(district: Place) -> None:
    header = ["街道", "居民区", "班次名称", "培训时间", "学时", "参训人数"]
    rows = read(
        district,
        ["长风街道", "源园1居委会", "甲班", "2025-03-18", "4", "9"],
        ["梅川镇", "", "乙班", "2025-03-18", "4", "9"],
        ["", "", "丙班", "2025-03-18", "4", "9"],
        ["他处街道", "", "丁班", "2025-03-18", "4", "9"],
        header=header,
    )

    names = dict(Place.objects.values_list("pk", "name_zh"))
    assert [names.get(row.values["place"]) for row in rows] == [
        "源园1居委会",
        "梅川镇",
        "样本区",
        None,
    ]
    assert [str(row.outcome) for row in rows] == ["accept", "accept", "accept", "error"]


# --- Lines with names -----------------------------------------------------------------------------
def test_each_person_named_has_an_entry_and_the_class_is_not_counted_beside(
    street: Place,
) -> None:
    people = [serving("李雷"), serving("韩梅梅")]
    rows = read(street, line(names="李雷、韩梅梅", people="2"))
    LEDGER.apply(rows, ImportContext(street, source="台账.xlsx"))

    assert [year_total(person, 2025) for person in people] == [96, 96]
    assert all(entry.from_paper for entry in HourEntry.objects.all())
    assert not PaperClass.objects.exists()


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("李雷，韩梅梅；林涛", ["李雷", "韩梅梅", "林涛"]),
        ("李雷 韩梅梅", ["李雷", "韩梅梅"]),
        ("李　雷、韩梅梅", ["李雷", "韩梅梅"]),
        ("李雷\n韩梅梅", ["李雷", "韩梅梅"]),
        ("李雷（源园1居委会）", ["李雷"]),
        ("李雷、韩梅梅等42人", ["李雷", "韩梅梅"]),
    ],
)
def test_names_as_offices_write_them(said: str, names: list[str], street: Place) -> None:
    assert [row.values["name"] for row in read(street, line(names=said))] == names


def test_a_name_nobody_has_is_an_error_of_its_own(street: Place) -> None:
    serving("李雷")

    rows = read(street, line(names="李雷、陌生人", people="2"))

    assert [str(row.outcome) for row in rows] == ["accept", "error"]


def test_fewer_names_than_participants_are_said(street: Place) -> None:
    serving("李雷")

    (row,) = read(street, line(names="李雷"))

    assert row.outcome == "normalise"
    assert "1 of 42" in row.message


def test_a_name_alone_in_a_ledger_of_the_district_is_asked_about(district: Place) -> None:
    person = serving("李雷")
    (row,) = read(district, line(names="李雷", people="1"))
    assert (str(row.outcome), row.change) == ("review", None)

    context = ImportContext(district, decided={row.key: {"H14_name_only": "take"}})
    plan = LEDGER.plan(sheet(line(names="李雷", people="1")), context)

    (answered,) = (one for one in plan.rows if one.values.get("name"))
    assert (answered.pk, answered.change) == (person.pk, "created")


def test_two_of_one_name_below_the_unit_wait_for_a_person(district: Place) -> None:
    serving("李雷", 1)
    serving("李雷", 2)

    (row,) = read(district, line(names="李雷", people="1"))

    assert (row.outcome, row.pk) == ("review", None)


# --- Again, and back ------------------------------------------------------------------------------
def test_the_same_line_again_is_unchanged_and_twice_in_a_file_a_duplicate(street: Place) -> None:
    plan = planned(street, line(), line())
    assert plan.outcomes()["duplicate"] == 1
    LEDGER.apply(plan.applicable(), ImportContext(street))

    assert planned(street, line()).changes() == {"unchanged": 1}


def applied(officer: Any, within: Place, *lines: list[Any]) -> ImportRun:
    upload = ContentFile(sheet(*lines), name="台账.xlsx")
    run = runs.begin(actor=officer, kind="classes", within=within, upload=upload)
    jobs.run_due()
    run.refresh_from_db()
    if run.state == ImportRun.State.READ:
        runs.confirm_columns(actor=officer, run=run, columns=run.columns)
        jobs.run_due()
        run.refresh_from_db()
    runs.apply(actor=officer, run=run)
    jobs.run_due()
    run.refresh_from_db()
    return run


def test_a_ledger_is_taken_back_as_a_whole_and_can_come_again(street: Place) -> None:
    person, officer = serving("李雷"), user_with("organiser", place=street)
    lines = (line(), line(title="专题班", names="李雷", people="1", hours="8"))
    run = applied(officer, street, *lines)
    assert (PaperClass.objects.standing().count(), year_total(person, 2025)) == (1, 32)

    runs.undo(actor=officer, run=run)
    jobs.run_due()

    assert set(run.rows.exclude(undo="").values_list("undo", flat=True)) == {"done"}
    assert (PaperClass.objects.standing().count(), year_total(person, 2025)) == (0, 0)
    applied(officer, street, *lines)
    assert (PaperClass.objects.standing().count(), year_total(person, 2025)) == (1, 32)
    assert PaperClass.objects.count() == 2


# --- Which of the two -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("header", "key"),
    [
        (["姓名", "街道", "居民区", "日期", "班次", "学时"], "hours"),
        (HEADER, "classes"),
        (["班次名称", "培训时间", "学时", "姓名", "参训人数"], "classes"),
        (["班次名称", "培训时间", "学时"], "classes"),
    ],
)
def test_a_file_says_which_of_the_two_it_is(header: list[str], key: str) -> None:
    assert kind_of(sheet(["x"] * len(header), header=header)).key == key


def test_the_command_takes_a_ledger(street: Place, tmp_path: Path) -> None:
    file, report = tmp_path / "台账.xlsx", tmp_path / "report.csv"
    file.write_bytes(sheet(line()))

    call_command("import_hours", str(file), within="310199", report=report)

    assert PaperClass.objects.count() == 1
    assert "集中轮训,42" in report.read_text(encoding="utf-8-sig")
