"""Class-hour registers on paper: taken over as they stand, marked, taken back as a whole."""

from __future__ import annotations

import csv
import datetime
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.utils import translation

from accounts.models import User
from committees.imports import runs
from committees.models import ImportRun, Person, Place
from committees.roster.fields import ROSTER_FIELDS
from core import jobs
from core.imports.kinds import ImportContext
from core.imports.rows import Plan
from core.imports.table import ListRow
from core.sheets.columns import Field, title_key
from core.sheets.errors import SheetRefused
from records.models import HourEntry
from records.opening.fields import FIELDS as REGISTER_FIELDS
from records.opening.fields import LEDGER_FIELDS
from records.opening.kind import OPENING
from records.services import lock_year, year_total
from tests.core.sheets.builders import xlsx
from tests.factories.accounts import user_with
from tests.factories.committees import AffiliationFactory, PersonFactory, PlaceFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "one", [*ROSTER_FIELDS, *REGISTER_FIELDS, *LEDGER_FIELDS], ids=lambda one: one.key
)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_heading_of_a_template_is_one_that_is_recognised(one: Field, language: str) -> None:
    with translation.override(language):
        assert one.fits(title_key(one.title))


HEADER = ["姓名", "街道", "居民区", "培训时间", "班次名称", "类别", "学时", "佐证编号"]
FIELDS = ("name", "street", "committee", "day", "title", "category", "hours", "evidence")
ROW = ["李雷", "长风街道", "源园居委会", "2025-03-18", "集中轮训", "集中培训", "24", "2025-018"]


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
    street = PlaceFactory(
        kind=Place.Kind.STREET, name_zh="长风街道", parent=district, code="310199001000"
    )
    for digit, name in enumerate(("源园", "梅园"), 1):
        PlaceFactory(name_zh=f"{name}居委会", parent=street, code=f"31019900100{digit}")
    found: Place = district
    return found


@pytest.fixture
def person(district: Place) -> Person:
    """Li Lei, secretary of 源园 since 2020."""
    found: Person = AffiliationFactory(
        person=PersonFactory(name_zh="李雷"),
        place=Place.objects.get(name_zh="源园居委会"),
        from_on=datetime.date(2020, 1, 1),
    ).person
    return found


def row(**changes: Any) -> list[Any]:
    values = dict(zip(FIELDS, ROW, strict=True)) | changes
    return [values[key] for key in FIELDS]


def sheet(*rows: list[Any], header: list[str] = HEADER) -> bytes:
    return xlsx([["2025年度学时台账"], header, *rows], name="学时台账")


def planned(district: Place, *rows: list[Any], header: list[str] = HEADER) -> Plan[ListRow]:
    return OPENING.plan(sheet(*rows, header=header), ImportContext(district, source="台账.xlsx"))


def only(plan: Plan[ListRow]) -> ListRow:
    (found,) = (row for row in plan.rows if row.outcome != "skip")
    return found


def entries() -> list[HourEntry]:
    return list(HourEntry.objects.order_by("pk"))


# --- Reading --------------------------------------------------------------------------------------
def test_a_line_is_read_as_it_stands(district: Place, person: Person) -> None:
    line = only(planned(district, row()))

    assert (line.outcome, line.change, line.pk) == ("accept", "created", person.pk)
    assert line.values["quarters"] == 96
    assert line.values["category"] == "centralised"
    assert not HourEntry.objects.exists()


@pytest.mark.parametrize(
    ("said", "quarters", "outcome"),
    [
        (24, 96, "accept"),
        ("4.5学时", 18, "accept"),
        ("２．５", 10, "normalise"),
        ("0.25", 1, "accept"),
        ("0.1", None, "error"),
        ("0", None, "error"),
        ("-3", None, "error"),
        ("10000", None, "error"),
        ("五", None, "error"),
        ("=1+1", None, "error"),
        ("", None, "error"),
    ],
)
def test_hours_are_taken_in_quarters_or_refused(
    said: Any, quarters: int | None, outcome: str, district: Place, person: Person
) -> None:
    line = only(planned(district, row(hours=said)))

    assert (line.outcome, line.values["quarters"]) == (outcome, quarters)


@pytest.mark.parametrize(
    ("said", "day", "outcome"),
    [
        ("2025-03-18", "2025-03-18", "accept"),
        ("2025年3月18日", "2025-03-18", "normalise"),
        ("2025.3.18至2025.3.20", "2025-03-18", "normalise"),
        ("2025-03", "2025-03-01", "normalise"),
        ("2027-01-05", None, "error"),
        ("某日", None, "error"),
        ("", None, "error"),
    ],
)
def test_days_as_offices_write_them(
    said: str, day: str | None, outcome: str, district: Place, person: Person
) -> None:
    line = only(planned(district, row(day=said)))

    assert (line.values["day"], line.outcome) == (day, outcome)


def test_with_a_year_only_the_hours_stand_on_its_last_day(district: Place, person: Person) -> None:
    header = ["姓名", "街道", "居民区", "年度", "班次", "学时"]
    values = ["李雷", "长风街道", "源园居委会", "2024年度", "全年学时", 56]

    line = only(planned(district, values, header=header))

    assert (line.values["day"], line.outcome) == ("2024-12-31", "normalise")


def test_days_become_hours_by_the_rule_and_the_row_says_so(district: Place, person: Person) -> None:
    header = ["姓名", "街道", "居民区", "日期", "班次", "天数"]
    values = ["李雷", "长风街道", "源园居委会", "2024-05-06", "轮训班", "2天"]

    line = only(planned(district, values, header=header))

    assert (line.values["quarters"], line.outcome) == (64, "normalise")
    assert "Hours not given" in line.message


# --- Whose hours ----------------------------------------------------------------------------------
def test_the_name_alone_says_nobody(district: Place, person: Person) -> None:
    assert only(planned(district, row(committee=""))).outcome == "error"


def test_two_of_one_name_in_a_committee_wait_for_a_person(district: Place, person: Person) -> None:
    AffiliationFactory(
        person=PersonFactory(name_zh="李雷"), place=person.unit, post="committee_member"
    )

    assert only(planned(district, row())).outcome == "review"


def test_who_served_there_before_is_known(district: Place) -> None:
    former = PersonFactory(name_zh="李雷")
    AffiliationFactory(
        person=former,
        place=Place.objects.get(name_zh="源园居委会"),
        to_on=datetime.date(2025, 12, 31),
    )

    assert only(planned(district, row())).pk == former.pk


@pytest.mark.parametrize(
    "wrong", [{"name": "陌生人"}, {"committee": "不存在居委会"}, {"street": "他处街道"}]
)
def test_nobody_and_nowhere_are_errors(
    wrong: dict[str, str], district: Place, person: Person
) -> None:
    assert only(planned(district, row(**wrong))).outcome == "error"


def test_the_same_line_twice_is_one_and_another_figure_is_a_contradiction(
    district: Place, person: Person
) -> None:
    same = planned(district, row(), row())
    assert same.outcomes()["duplicate"] == 1

    other = planned(district, row(), row(hours="8"))
    assert other.outcomes()["error"] == 2


def test_a_sheet_without_hours_or_names_is_no_register(district: Place) -> None:
    with pytest.raises(SheetRefused):
        planned(district, ["长风街道", "源园居委会"], header=["街道", "居民区"])


# --- Writing --------------------------------------------------------------------------------------
def write(district: Place, *rows: list[Any]) -> Plan[ListRow]:
    plan = planned(district, *rows)
    OPENING.apply(plan.applicable(), ImportContext(district, source="台账.xlsx"))
    return plan


def test_hours_from_paper_count_and_say_where_they_come_from(
    district: Place, person: Person
) -> None:
    write(district, row())

    (entry,) = entries()
    assert (entry.from_paper, entry.needs_decision, entry.quarters) == (True, False, 96)
    assert (entry.year, entry.unit) == (2025, person.unit)
    assert "2025-018" in entry.evidence
    assert year_total(person, 2025) == 96


def test_the_same_register_again_changes_nothing(district: Place, person: Person) -> None:
    write(district, row(), row(title="专题班"))

    again = write(district, row(), row(title="专题班"))

    assert again.changes() == {"unchanged": 2}
    assert len(entries()) == 2


def test_each_line_keeps_the_unit_of_its_day(district: Place, person: Person) -> None:
    person.affiliations.update(to_on=datetime.date(2025, 6, 30))
    AffiliationFactory(
        person=person,
        place=Place.objects.get(name_zh="梅园居委会"),
        from_on=datetime.date(2025, 7, 1),
    )

    write(district, row(), row(day="2025-09-01", title="秋季班"))

    assert [entry.unit and entry.unit.name_zh for entry in entries()] == [
        "源园居委会",
        "梅园居委会",
    ]


def test_hours_of_a_closed_year_say_that_they_came_later(district: Place, person: Person) -> None:
    lock_year(actor=None, district=district, year=2025)

    write(district, row())

    assert entries()[0].after_lock


# --- The whole way --------------------------------------------------------------------------------
@pytest.fixture
def officer(district: Place) -> User:
    return user_with("district", place=district)


def worked(run: ImportRun) -> ImportRun:
    jobs.run_due()
    return ImportRun.objects.get(pk=run.pk)


def applied(officer: User, district: Place, *rows: list[Any]) -> ImportRun:
    upload = ContentFile(sheet(*rows), name="台账.xlsx")
    run = worked(runs.begin(actor=officer, kind="hours", within=district, upload=upload))
    if run.state == ImportRun.State.READ:
        runs.confirm_columns(actor=officer, run=run, columns=run.columns)
        run = worked(run)
    runs.apply(actor=officer, run=run)
    return worked(run)


def test_an_import_is_taken_back_as_a_whole_and_can_be_brought_in_again(
    officer: User, district: Place, person: Person
) -> None:
    run = applied(officer, district, row(), row(title="专题班", hours="8"))
    assert year_total(person, 2025) == 128

    runs.undo(actor=officer, run=run)
    run = worked(run)

    assert Counter(run.rows.exclude(undo="").values_list("undo", flat=True)) == {"done": 2}
    assert year_total(person, 2025) == 0
    assert HourEntry.objects.filter(reverses__isnull=False).count() == 2
    for _again in range(2):
        applied(officer, district, row(), row(title="专题班", hours="8"))
        assert year_total(person, 2025) == 128


def test_nobody_enters_own_hours_from_paper(district: Place, person: Person) -> None:
    both = user_with("organiser", person=person, place=Place.objects.get(name_zh="长风街道"))
    context = ImportContext(district, actor=both, source="台账.xlsx")

    assert only(OPENING.plan(sheet(row()), context)).outcome == "error"


# --- The command ----------------------------------------------------------------------------------
def command(file: Path, **options: Any) -> tuple[str, int]:
    out = io.StringIO()
    try:
        call_command("import_hours", str(file), within="310199", stdout=out, **options)
    except SystemExit as end:
        return out.getvalue(), int(end.code or 0)
    return out.getvalue(), 0


def test_the_command_reports_every_row(district: Place, person: Person, tmp_path: Path) -> None:
    file, report = tmp_path / "台账.xlsx", tmp_path / "report.csv"
    file.write_bytes(sheet(row(), row(name="陌生人")))

    text, code = command(file, report=report, dry_run=True)
    assert code == 2
    assert "Dry run" in text
    assert not HourEntry.objects.exists()

    text, code = command(file, report=report)
    assert (code, len(entries())) == (2, 1)
    with report.open(encoding="utf-8-sig", newline="") as opened:
        lines = list(csv.DictReader(opened))
    assert [(line["row"], line["outcome"], line["hours"]) for line in lines] == [
        ("1", "skip", ""),
        ("2", "skip", ""),
        ("3", "accept", "24"),
        ("4", "error", "24"),
    ]


def test_the_command_says_in_one_sentence_why_nothing_was_done(
    district: Place, tmp_path: Path
) -> None:
    file = tmp_path / "x.xlsx"
    file.write_bytes(b"%PDF-1.7")

    with pytest.raises(CommandError, match="PDF"):
        command(file)
