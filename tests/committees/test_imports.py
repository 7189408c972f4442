"""An import from its upload to its undoing, as a person and the workers see it."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.files.base import ContentFile
from django.utils import timezone, translation

from accounts.models import User
from committees.imports import runs
from committees.imports.columns import ColumnsRefused
from committees.imports.tidying import tidy
from committees.models import (
    Affiliation,
    ImportDecision,
    ImportRun,
    MemberOrganisation,
    Person,
    Place,
    StagedRow,
)
from committees.services.appointments import appoint
from committees.services.people import create_person
from core import jobs
from core.files import FileRefused
from core.models import AuditEvent, Job, StoredFile
from tests.core.sheets.builders import xlsx
from tests.factories.accounts import user_with
from tests.factories.committees import PlaceFactory

pytestmark = pytest.mark.django_db

State = ImportRun.State
HEADER = ["姓名", "性别", "出生年月", "手机", "街道", "居民区", "职务", "任职时间"]
FIELDS = ("name", "sex", "birth", "phone", "street", "committee", "position", "day")
ROW = ["李雷", "男", "1980.12", "13800000001", "长风街道", "源园居民区", "党委书记", "2021.04.20"]
# Tables that speak of the import itself, of the work done for it, or of who did what.
JOURNALS = {
    *("committees.importrun", "committees.stagedrow", "committees.importdecision"),
    *("committees.importcolumns", "core.job", "core.storedfile", "core.auditevent"),
    "core.summarydelta",  # its sums are compared instead
}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def district() -> Place:
    district = PlaceFactory(kind=Place.Kind.DISTRICT, name_zh="样本区", code="310199000000")
    for number, street in enumerate(("长风街道", "曹杨街道"), 1):
        place = PlaceFactory(
            kind=Place.Kind.STREET, name_zh=street, parent=district, code=f"31019900{number}000"
        )
        for digit, name in enumerate(("源园", "梅园", "杏园"), 1):
            PlaceFactory(name_zh=f"{name}居委会", parent=place, code=f"31019900{number}00{digit}")
    return district


@pytest.fixture
def officer(district: Place) -> User:
    return user_with("district", place=district)


def row(**changes: Any) -> list[Any]:
    values = dict(zip(FIELDS, ROW, strict=True)) | changes
    return [values[key] for key in FIELDS]


SECOND = row(name="韩梅梅", sex="女", phone="13800000002", committee="梅园", position="书记兼主任")


def begin(officer: User, *rows: list[Any], header: list[str] = HEADER, **options: Any) -> ImportRun:
    within = options.pop("within", None) or Place.objects.get(code="310199000000")
    upload = ContentFile(xlsx([header, *rows]), name="花名册.xlsx")
    made = runs.begin(
        actor=officer, kind=options.pop("kind", "roster"), within=within, upload=upload, **options
    )
    return worked(made)


def worked(run: ImportRun) -> ImportRun:
    """The import after the workers have done what is due."""
    jobs.run_due()
    return ImportRun.objects.get(pk=run.pk)


def planned(officer: User, *rows: list[Any], **options: Any) -> ImportRun:
    run = begin(officer, *rows, **options)
    if run.state == State.READ:
        runs.confirm_columns(actor=officer, run=run, columns=run.columns)
    return worked(run)


def applied(officer: User, *rows: list[Any], **options: Any) -> ImportRun:
    run = planned(officer, *rows, **options)
    runs.apply(actor=officer, run=run)
    return worked(run)


def undone(officer: User, run: ImportRun) -> ImportRun:
    runs.undo(actor=officer, run=run)
    return worked(run)


def outcomes(run: ImportRun) -> Counter[str]:
    return Counter(run.rows.exclude(outcome="skip").values_list("outcome", flat=True))


def changes(run: ImportRun) -> Counter[str]:
    return Counter(run.rows.exclude(change="").values_list("change", flat=True))


def only(run: ImportRun, outcome: str) -> StagedRow:
    return run.rows.get(outcome=outcome)


def table_counts() -> dict[str, int]:
    return {
        model._meta.label_lower: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.label_lower not in JOURNALS
    }


def seats() -> int:
    return Affiliation.objects.secretaries().count()


# --- The way --------------------------------------------------------------------------------------
def test_a_file_is_read_confirmed_checked_and_applied(officer: User) -> None:
    run = begin(officer, row(), SECOND)
    assert run.state == State.READ
    assert run.columns["花名册"]["phone"] == "手机"
    assert not Person.objects.exists()

    runs.confirm_columns(actor=officer, run=run, columns=run.columns)
    run = worked(run)
    assert run.state == State.PLANNED
    assert outcomes(run) == {"accept": 1, "normalise": 1}
    assert changes(run) == {"created": 2}
    assert not Person.objects.exists()

    runs.apply(actor=officer, run=run)
    run = worked(run)
    assert run.state == State.APPLIED
    assert sorted(Person.objects.values_list("name_zh", flat=True)) == ["李雷", "韩梅梅"]
    assert seats() == 2


def test_the_same_file_again_leaves_everything_unchanged_and_its_columns_are_known(
    officer: User,
) -> None:
    applied(officer, row(), SECOND)
    before = table_counts()

    run = begin(officer, row(), SECOND)
    assert (run.state, run.remembered) == (State.PLANNED, True)
    runs.apply(actor=officer, run=run)

    assert changes(worked(run)) == {"unchanged": 2}
    assert table_counts() == before


def test_columns_that_a_person_names_are_taken_and_remembered(officer: User) -> None:
    header = ["人", "性别", "生于", "联系", "街道", "居民区", "职务", "任职时间"]
    run = begin(officer, row(), header=header)
    assert run.state == State.READ
    (sheet,) = runs.looked(run)
    assert [column.guess for column in sheet.columns][:4] == ["", "sex", "", ""]

    with pytest.raises(ColumnsRefused, match=r"[Nn]o column says"):
        runs.confirm_columns(actor=officer, run=run, columns={sheet.name: {"sex": "性别"}})
    chosen = {"name": "人", "phone": "联系", "birth": "生于", "street": "街道"}
    chosen |= {"committee": "居民区", "position": "职务"}
    runs.confirm_columns(actor=officer, run=run, columns={sheet.name: chosen})
    run = worked(run)
    assert outcomes(run) == {"accept": 1}

    assert begin(officer, row(), header=header).remembered


def test_pasted_rows_go_the_same_way(officer: User, district: Place) -> None:
    text = "\n".join("\t".join(map(str, line)) for line in (HEADER, row(), SECOND))
    run = worked(runs.begin(actor=officer, kind="roster", within=district, text=text))
    runs.confirm_columns(actor=officer, run=run, columns=run.columns)
    assert outcomes(worked(run)) == {"accept": 1, "normalise": 1}


def test_rows_wait_encrypted(officer: User) -> None:
    run = planned(officer, row())
    kept = "".join(run.rows.values_list("sealed", flat=True)) + run.sealed
    assert "李雷" not in kept
    assert "13800000001" not in kept


# --- What cannot be -------------------------------------------------------------------------------
def test_a_file_without_a_header_is_refused_with_a_sentence(officer: User) -> None:
    run = begin(officer, header=row())
    assert run.state == State.REFUSED
    assert "header" in run.message


def test_a_list_of_another_district_is_refused_as_a_whole(officer: User) -> None:
    run = planned(officer, row(street="文昌路街道"), row(street="西花园路街道"))
    assert run.state == State.REFUSED
    assert "样本区" in run.message


def test_what_is_no_sheet_is_refused_at_the_door(officer: User, district: Place) -> None:
    upload = ContentFile(b"%PDF-1.7 nothing", name="花名册.xlsx")
    with pytest.raises(FileRefused, match="PDF"):
        runs.begin(actor=officer, kind="roster", within=district, upload=upload)
    assert not ImportRun.objects.exists()


def test_who_lost_the_role_meanwhile_applies_nothing(officer: User) -> None:
    run = planned(officer, row())
    runs.apply(actor=officer, run=run)
    officer.grants.update(to_on=timezone.localdate() - datetime.timedelta(days=1))
    worked(run)
    assert not Person.objects.exists()
    assert Job.objects.filter(state="failed", message__contains="no longer").exists()


def test_work_that_stopped_is_carried_on_by_whoever_may_import_today(
    officer: User, district: Place
) -> None:
    """Who began it has left in the middle; the import stood still for good."""
    run = planned(officer, row())
    runs.apply(actor=officer, run=run)
    officer.grants.all().delete()
    run = worked(run)
    left = run.job
    assert left is not None
    assert (run.state, left.state) == (State.APPLYING, Job.State.FAILED)

    colleague = user_with("district", place=district)
    runs.go_on(actor=colleague, run=run)
    with pytest.raises(runs.ImportRefused):
        runs.go_on(actor=colleague, run=run)  # somebody works on it now
    assert jobs.again(job=left)  # the first one comes back, and finds it in other hands

    assert worked(run).state == State.APPLIED
    assert Person.objects.filter(name_zh="李雷").count() == 1
    left.refresh_from_db()
    assert left.state == Job.State.FAILED


def test_others_do_not_see_the_import(officer: User) -> None:
    run = begin(officer, row())
    elsewhere = user_with("district", place=PlaceFactory(kind=Place.Kind.DISTRICT))
    own = user_with("organiser", place=Place.objects.get(name_zh="长风街道"))
    for viewer, sees in ((officer, True), (elsewhere, False), (own, False)):
        assert ImportRun.objects.visible_to(viewer).filter(pk=run.pk).exists() is sees


# --- Decisions ------------------------------------------------------------------------------------
def test_a_decision_counts_now_and_in_every_later_import(officer: User) -> None:
    run = planned(officer, row(phone=""))
    waiting = only(run, "review")
    (question,) = run.rule.unpack(waiting.content).questions
    runs.decide(actor=officer, run=run, row=waiting, answers={question.name: "take"})

    assert outcomes(run) == {"normalise": 1}
    assert AuditEvent.objects.filter(action="import.decide").count() == 1
    assert outcomes(planned(officer, row(phone=""))) == {"normalise": 1}
    assert not any("李雷" in str(vars(one)) for one in ImportDecision.objects.all())


def test_a_row_can_be_left_out_and_taken_back_in(officer: User) -> None:
    run = planned(officer, row(phone=""))
    waiting = only(run, "review")
    runs.decide(actor=officer, run=run, row=waiting, answers={"D15_phone_missing": "skip"})
    assert outcomes(run) == {}
    runs.decide(actor=officer, run=run, row=waiting, answers={"D15_phone_missing": ""})
    assert outcomes(run) == {"review": 1}


def test_a_seat_changes_hands_only_where_a_person_says_so(officer: User) -> None:
    place = Place.objects.get(name_zh="源园居委会", parent__name_zh="长风街道")
    old = create_person(actor=None, name_zh="王五")
    held = appoint(actor=None, person=old, post="secretary", place=place, from_on=None)
    run = planned(officer, row())
    waiting = only(run, "review")
    (question,) = [q for q in run.rule.unpack(waiting.content).questions if q.key.startswith("K07")]
    runs.decide(actor=officer, run=run, row=waiting, answers={question.name: "succeed"})
    runs.apply(actor=officer, run=run)
    worked(run)

    held.refresh_from_db()
    assert held.to_on == timezone.localdate()
    assert Affiliation.objects.secretaries().get(place=place).person.name_zh == "李雷"

    undone(officer, run)
    assert Affiliation.objects.open().filter(pk=held.pk).exists()
    assert not Person.objects.filter(name_zh="李雷").exists()


def test_a_namesake_becomes_the_known_person_only_by_a_decision(officer: User) -> None:
    place = Place.objects.get(name_zh="源园居委会", parent__name_zh="长风街道")
    known = create_person(actor=None, name_zh="李雷", mobile="13800000009")
    appoint(actor=None, person=known, post="community_worker", place=place, from_on=None)
    run = planned(officer, row())
    waiting = only(run, "review")
    (question,) = run.rule.unpack(waiting.content).questions
    answers = dict(question.choices)
    assert set(answers) == {f"person:{known.pk}", "new"}
    runs.decide(actor=officer, run=run, row=waiting, answers={question.name: f"person:{known.pk}"})
    runs.apply(actor=officer, run=run)
    worked(run)
    assert Person.objects.count() == 1
    known.refresh_from_db()
    assert known.mobile_mask.endswith("0009")


# --- Undo -----------------------------------------------------------------------------------------
def test_an_untouched_import_is_undone_without_a_trace_in_any_table(officer: User) -> None:
    before, held = table_counts(), seats()
    run = applied(officer, row(), SECOND)
    assert table_counts() != before

    run = undone(officer, run)

    assert run.state == State.UNDONE
    assert table_counts() == before
    assert seats() == held


def test_undo_keeps_what_somebody_changed_or_uses_and_says_why(officer: User) -> None:
    run = applied(officer, row(), SECOND, row(name="王王", phone="13800000003", committee="杏园"))
    Person.objects.filter(name_zh="李雷").update(education="master")
    used = Person.objects.get(name_zh="韩梅梅")
    place = Place.objects.get(name_zh="杏园居委会", parent__name_zh="曹杨街道")
    appoint(actor=None, person=used, post="community_worker", place=place, from_on=None)

    run = undone(officer, run)

    assert sorted(Person.objects.values_list("name_zh", flat=True)) == ["李雷", "韩梅梅"]
    kept = dict(run.rows.filter(undo="kept").values_list("number", "undo_message"))
    assert kept == {2: "Changed since: education.", 3: "Used since by: affiliations."}


def test_blanks_that_were_filled_become_blank_again(officer: User) -> None:
    place = Place.objects.get(name_zh="源园居委会", parent__name_zh="长风街道")
    known = create_person(actor=None, name_zh="李雷", mobile="13800000001")
    appoint(actor=None, person=known, post="secretary", place=place, from_on=None)
    run = applied(officer, row())
    known.refresh_from_db()
    assert (known.sex, known.birth_year) == ("m", 1980)

    undone(officer, run)

    known.refresh_from_db()
    assert (known.sex, known.birth_year, known.mobile_mask) == ("", None, "138****0001")


def test_after_30_days_nothing_is_undone_and_nothing_personal_is_kept(officer: User) -> None:
    run = applied(officer, row())
    with time_machine.travel(timezone.now() + datetime.timedelta(days=31)):
        with pytest.raises(runs.ImportRefused):
            runs.undo(actor=officer, run=run)
        tidy()
    run.refresh_from_db()
    assert (run.state, run.sealed, run.file) == (State.APPLIED, "", None)
    assert not StagedRow.objects.exists()
    assert not StoredFile.objects.exists()


# --- The second kind ------------------------------------------------------------------------------
ORGANISATIONS = ["街道", "单位名称", "单位类型", "加入时间", "共建内容"]


def test_member_organisations_come_in_by_the_same_way(officer: User) -> None:
    lines = [
        ["长风街道", "样例科技有限公司", "两新组织", "2024.03.01", "认领照明"],
        ["长风街道", "样例小学", "事业单位", "2023-09-01", ""],
        ["长风街道", "样例小学", "事业单位", "2023-09-01", ""],
        ["长风街道", "", "事业单位", "", ""],
        ["长风街道", "样例医院", "不知道", "2023.13.01", ""],
    ]
    run = applied(officer, *lines, header=ORGANISATIONS, kind="organisations")
    assert outcomes(run) == {"accept": 2, "duplicate": 1, "error": 2}
    assert MemberOrganisation.objects.count() == 2
    again = planned(officer, *lines[:2], header=ORGANISATIONS, kind="organisations")
    assert changes(again) == {"unchanged": 2}

    undone(officer, run)
    assert not MemberOrganisation.objects.exists()
    assert StagedRow.objects.filter(undo="done").count() == 2
