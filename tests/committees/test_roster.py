"""A roster: every row has one outcome, the plan is what is applied, nothing is overwritten."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from committees.models import Affiliation, Person, Place
from committees.models.people import Post
from committees.roster.apply import apply_plan
from committees.roster.outcomes import Plan, PlannedRow
from committees.roster.plan import plan_roster
from committees.roster.positions import read_position
from committees.services.appointments import appoint, end_appointment
from committees.services.people import create_person
from core.imports.kinds import ImportContext
from core.models import AuditEvent
from core.sheets.errors import SheetRefused
from tests.core.sheets.builders import xlsx
from tests.factories.committees import PlaceFactory

pytestmark = pytest.mark.django_db

HEADER = ["姓名", "性别", "出生年月", "手机", "街道", "居民区", "职务", "任职时间"]
ROW = ["李雷", "男", "1980.12", "13800000001", "长风街道", "源园居民区", "党委书记", "2021.04.20"]
FIELDS = ("name", "sex", "birth", "phone", "street", "committee", "position", "day")


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


def row(**changes: Any) -> list[Any]:
    values = dict(zip(FIELDS, ROW, strict=True)) | changes
    return [values[key] for key in FIELDS]


def sheet(*rows: list[Any], header: list[str] = HEADER) -> bytes:
    return xlsx([header, *rows])


def plan(district: Place, *rows: list[Any], **options: Any) -> Plan:
    return plan_roster(sheet(*rows), within=district, **options)


def only(district: Place, **changes: Any) -> PlannedRow:
    """The planned row of a roster of one row."""
    return plan(district, row(**changes)).rows[1]


def apply(district: Place, *rows: list[Any]) -> Plan:
    made = plan(district, *rows)
    apply_plan(made, context=ImportContext(district, source="花名册.xlsx"))
    return made


def committee(name: str = "源园居委会", street: str = "长风街道") -> Place:
    return Place.objects.get(name_zh=name, parent__name_zh=street)


# --- Reading ------------------------------------------------------------------------------------
def test_a_clean_row_is_accepted(district: Place) -> None:
    found = only(district)
    assert (found.outcome, found.codes) == ("accept", [])
    assert found.place
    assert (found.name, found.sex, str(found.birth), found.mobile) == (
        "李雷",
        "男",
        "1980-12",
        "13800000001",
    )
    assert (found.district, found.street, found.committee) == ("样本区", "长风街道", "源园居委会")
    assert (found.position, found.posts) == ("党委书记", (Post.SECRETARY,))
    assert str(found.appointed) == "2021-04-20"


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"name": "李\u3000雷"}, "normalise"),
        ({"name": "李雷\u200b"}, "normalise"),
        ({"name": "李雷（男）", "sex": ""}, "normalise"),
        ({"name": "阿依古丽•买买提"}, "normalise"),
        ({"name": "阿依古丽·买买提"}, "accept"),
        ({"name": "㑇䶮明"}, "accept"),
        ({"name": "Anna Li"}, "accept"),
        ({"name": "空缺"}, "skip"),
        ({"name": ""}, "error"),
        ({"name": "李"}, "error"),
        ({"name": "李雷1"}, "error"),
        ({"name": "=1+1"}, "error"),
        ({"name": "\t=1+1"}, "error"),
        ({"sex": "男性"}, "normalise"),
        ({"sex": "未知"}, "review"),
        ({"sex": ""}, "accept"),
        ({"birth": 198012.0}, "normalise"),
        ({"birth": "1980.13"}, "error"),
        ({"birth": "2015.01"}, "review"),
        ({"birth": ""}, "accept"),
        ({"phone": 13800000001.0}, "normalise"),
        ({"phone": "1.3800000001E+10"}, "normalise"),
        ({"phone": "1.38E+10"}, "error"),
        ({"phone": "手机：138-0000-0001"}, "normalise"),
        ({"phone": "+86 13800000001"}, "normalise"),
        ({"phone": "１３８００００００ ０１"}, "normalise"),
        ({"phone": "\u202d13800000001\u202c"}, "normalise"),
        ({"phone": "13800000001/021-52561234"}, "normalise"),
        ({"phone": "13800000001/13800000002"}, "review"),
        ({"phone": "138****0001"}, "error"),
        ({"phone": "1380000001"}, "error"),
        ({"phone": "52561234"}, "error"),
        ({"phone": ""}, "review"),
        ({"street": "长风"}, "normalise"),
        ({"street": "文昌路街道"}, "error"),
        ({"street": ""}, "error"),
        ({"committee": "源园"}, "normalise"),
        ({"committee": "源园小区"}, "review"),
        ({"committee": "碧波湾居民区"}, "error"),
        ({"committee": ""}, "error"),
        ({"position": "书记兼主任"}, "normalise"),
        ({"position": "第一书记"}, "accept"),
        ({"position": "主持工作"}, "review"),
        ({"position": "甲居民区书记兼乙居民区书记"}, "review"),
        ({"position": ""}, "review"),
        ({"day": "2021/4/20"}, "normalise"),
        ({"day": "2021年4月"}, "normalise"),
        ({"day": "2021.02.30"}, "error"),
        ({"day": "2999.01.01"}, "error"),
        ({"day": "1985.01.01"}, "review"),
        ({"day": ""}, "accept"),
    ],
    ids=str,
)
def test_what_becomes_of_a_row(district: Place, changes: dict[str, Any], outcome: str) -> None:
    found = only(district, **changes)
    assert found.outcome == outcome
    assert found.message or outcome == "accept"


@pytest.mark.parametrize(
    ("text", "full", "posts"),
    [
        ("党委书记", "党委书记", {Post.SECRETARY}),
        ("书记", "党组织书记", {Post.SECRETARY}),
        ("总支书记", "党总支书记", {Post.SECRETARY}),
        ("书记、主任", "党组织书记、居委会主任（一肩挑）", {Post.SECRETARY, Post.HEAD}),
        ("党总支书记兼村委会主任", "党总支书记、村委会主任（一肩挑）", {Post.SECRETARY, Post.HEAD}),
        ("党总支副书记", "党总支副书记", {Post.DEPUTY}),
        ("副书记（主持工作）", "副书记（主持工作）", {Post.DEPUTY}),
        ("居委会主任", "居委会主任", {Post.HEAD}),
        ("居委会副主任", "居委会副主任", {Post.MEMBER}),
        ("党总支委员", "党总支委员", {Post.MEMBER}),
        ("社区工作者", "社区工作者", {Post.WORKER}),
        ("驻村第一书记", "驻村第一书记", {Post.FIRST_SECRETARY}),
        ("书记（兼）", "书记（兼）", {Post.SECRETARY}),
        ("甲居民区书记兼乙居民区书记", "甲居民区书记兼乙居民区书记", set()),
        ("主持工作", "主持工作", set()),
        ("原党总支书记", "原党总支书记", set()),
        ("团支部书记", "团支部书记", set()),
    ],
)
def test_posts_as_offices_write_them(text: str, full: str, posts: set[Post]) -> None:
    position = read_position(text)
    assert position.text == full
    assert set(position.posts) == posts


@pytest.mark.parametrize(
    ("text", "posts", "in_charge", "concurrent"),
    [
        ("副书记（主持工作）", {Post.DEPUTY}, True, False),
        ("副书记主持党总支工作", {Post.DEPUTY}, True, False),
        ("副书记、居委会主任（主持工作）", {Post.DEPUTY, Post.HEAD}, True, False),
        ("党总支委员(主持)", {Post.MEMBER}, True, False),
        ("第一书记（主持工作）", {Post.FIRST_SECRETARY}, True, False),
        ("书记（主持工作）", {Post.SECRETARY}, False, False),
        ("社区工作者（主持工作）", set(), False, False),
        ("兼任党支部书记", {Post.SECRETARY}, False, True),
        ("副书记（兼）", {Post.DEPUTY}, False, False),
        # One person, two posts in one committee: nothing is held in a second place.
        ("党总支书记兼居委会主任", {Post.SECRETARY, Post.HEAD}, False, False),
    ],
)
def test_in_charge_and_concurrent_are_read_beside_the_post(text, posts, in_charge, concurrent):
    position = read_position(text)
    assert set(position.posts) == posts
    assert (position.in_charge, position.concurrent) == (in_charge, concurrent)


def test_the_post_comes_from_the_heading_where_no_column_says_it(district: Place) -> None:
    header = ["书记姓名", "联系电话", "街镇", "居村委"]
    data = sheet(["李雷", "13800000001", "长风街道", "源园"], header=header)
    assert plan_roster(data, within=district).rows[1].posts == (Post.SECRETARY,)


def test_identity_numbers_are_dropped_and_may_say_birth_and_sex(district: Place) -> None:
    header = [*HEADER, "身份证号"]
    number = "990107198012156827"
    made = plan_roster(sheet([*row(sex="", birth=""), number], header=header), within=district)
    found = made.rows[1]
    assert (found.sex, str(found.birth), found.outcome) == ("女", "1980-12", "normalise")
    assert number not in repr(found)
    assert "Column I" in made.notes[0]


def test_a_committee_by_its_code(district: Place) -> None:
    header = [*HEADER, "居委会代码"]
    code = committee("梅园居委会").code
    rows = [
        [*row(street="", committee=""), code],
        [*row(committee="梅园"), code],
        [*row(committee="源园"), code],
        [*row(), "310199009001"],
    ]
    made = [plan_roster(sheet(one, header=header), within=district).rows[1] for one in rows]
    assert [found.outcome for found in made] == ["accept", "accept", "review", "error"]
    assert made[0].committee == "梅园居委会"


def test_a_missing_sub_district_is_proposed_from_above_and_never_taken(district: Place) -> None:
    made = plan(district, row(), row(name="韩梅梅", street="", committee="梅园居民区"))
    assert made.rows[2].outcome == "review"
    assert "长风街道" in made.rows[2].message


def test_within_a_sub_district_or_a_committee_no_column_for_it_is_needed(district: Place) -> None:
    header = ["姓名", "手机", "居民区", "职务"]
    data = sheet(["李雷", "13800000001", "源园居民区", "党委书记"], header=header)
    street = Place.objects.get(name_zh="长风街道")
    for within in (street, committee()):
        assert plan_roster(data, within=within).rows[1].outcome == "accept"
    with pytest.raises(SheetRefused, match="sub-district"):
        plan_roster(data, within=district)


# --- One file ----------------------------------------------------------------------------------
def test_the_same_person_twice_is_a_duplicate(district: Place) -> None:
    made = plan(district, row(), row(), row(name=" 李雷", phone="138-0000-0001"), row(phone=""))
    assert [found.outcome for found in made.rows[1:]] == ["accept"] + ["duplicate"] * 3
    assert [found.duplicate_of for found in made.rows[1:]] == [None, 2, 2, 2]
    assert [found.codes[-1] for found in made.rows[2:4]] == ["D01_dup_exact", "D02_dup_variant"]


def test_namesakes_stay_two_people(district: Place) -> None:
    other = row(phone="13800000002", committee="梅园居民区")
    made = apply(district, row(), other)
    assert [found.outcome for found in made.rows[1:]] == ["accept", "accept"]
    assert "row 2" in made.rows[2].message
    assert Person.objects.filter(name_zh="李雷").count() == 2


def test_rows_that_contradict_each_other_are_left_to_a_person(district: Place) -> None:
    number = plan(district, row(), row(phone="13800000002"))
    assert [found.outcome for found in number.rows[1:]] == ["review", "review"]
    seat = plan(district, row(), row(name="韩梅梅", phone="13800000002"))
    assert [found.outcome for found in seat.rows[1:]] == ["review", "review"]
    second = plan(district, row(), row(committee="梅园居民区"))
    assert [found.outcome for found in second.rows[1:]] == ["accept", "review"]


def test_a_row_in_error_hides_no_good_one(district: Place) -> None:
    made = plan(district, row(day="2021.02.30"), row())
    assert [found.outcome for found in made.rows[1:]] == ["error", "accept"]


def test_a_shared_number_is_said(district: Place) -> None:
    made = plan(district, row(), row(name="韩梅梅", committee="梅园居民区"))
    assert [found.outcome for found in made.rows[1:]] == ["accept", "accept"]
    assert "same mobile" in made.rows[2].message


# --- Against what the portal knows -------------------------------------------------------------
def test_applied_rows_are_people_with_posts(district: Place) -> None:
    made = apply(district, row(position="书记兼主任"))
    assert made.changes() == {"created": 1}
    person = Person.objects.get()
    assert (person.name_zh, person.sex, person.birth_year, person.birth_month) == (
        "李雷",
        "m",
        1980,
        12,
    )
    assert person.unit == committee()
    assert person.mobile_mask == "138****0001"
    services = Affiliation.objects.order_by("post").values_list("post", "from_on", "note_zh")
    assert list(services) == [
        (post, datetime.date(2021, 4, 20), "党组织书记、居委会主任（一肩挑）")
        for post in ("committee_head", "secretary")
    ]


def test_a_plan_alone_writes_nothing(district: Place) -> None:
    assert plan(district, row()).rows[1].change == "created"
    assert not Person.objects.exists()
    assert not AuditEvent.objects.exists()


def test_the_same_file_again_changes_nothing(district: Place) -> None:
    rows = [row(), row(name="韩梅梅", phone=13800000002.0, committee="梅园", position="书记主任")]
    apply(district, *rows)
    before = (Person.objects.count(), Affiliation.objects.count(), AuditEvent.objects.count())
    again = apply(district, *rows)
    assert again.changes() == {"unchanged": 2}
    after = (Person.objects.count(), Affiliation.objects.count(), AuditEvent.objects.count())
    assert before == after


def known(**facts: Any) -> Person:
    values = {"name_zh": "李雷", "mobile": "13800000001"} | facts
    return create_person(actor=None, **values)


def test_a_known_person_is_completed_and_appointed(district: Place) -> None:
    person = known(education="college")
    made = apply(district, row())
    assert made.changes() == {"updated": 1}
    person.refresh_from_db()
    assert (person.sex, person.birth_year, person.education) == ("m", 1980, "college")
    assert person.affiliations.get().place == committee()


def test_name_and_unit_without_a_number_are_the_person(district: Place) -> None:
    person = known(mobile="")
    appoint(actor=None, person=person, post="secretary", place=committee(), from_on=None)
    assert apply(district, row()).changes() == {"updated": 1}
    person.refresh_from_db()
    assert person.mobile_mask == "138****0001"
    assert Person.objects.count() == 1


def test_the_name_alone_is_nobody(district: Place) -> None:
    known(mobile="13800000009")
    made = apply(district, row())
    assert made.changes() == {"created": 1}
    assert "this name" in made.rows[1].message


def stopped(district: Place, **changes: Any) -> str:
    """The reason why a row is left to a person; nothing is written."""
    before = Affiliation.objects.count(), Person.objects.count(), AuditEvent.objects.count()
    found = apply(district, row(**changes)).rows[1]
    assert found.outcome == "review"
    assert before == (
        Affiliation.objects.count(),
        Person.objects.count(),
        AuditEvent.objects.count(),
    )
    return found.codes[-1]


def test_what_a_person_has_written_is_never_overwritten(district: Place) -> None:
    known(birth_year=1979)
    assert stopped(district) == "K04_contradiction"


def test_another_number_for_the_same_post_is_left_to_a_person(district: Place) -> None:
    person = known(mobile="13800000009")
    appoint(actor=None, person=person, post="secretary", place=committee(), from_on=None)
    assert stopped(district) == "K01_other_number"


def test_the_same_number_under_another_name_in_the_same_place(district: Place) -> None:
    person = known(name_zh="李磊")
    appoint(actor=None, person=person, post="deputy_secretary", place=committee(), from_on=None)
    assert stopped(district) == "K02_other_name"


def test_two_people_who_fit_are_left_to_a_person(district: Place) -> None:
    known()
    known()
    assert stopped(district) == "K03_ambiguous"


def test_a_seat_that_somebody_holds_is_left_to_a_person(district: Place) -> None:
    person = known(name_zh="韩梅梅", mobile="13800000009")
    appoint(actor=None, person=person, post="secretary", place=committee(), from_on=None)
    assert stopped(district) == "K07_seat_taken"


def test_a_secretary_of_another_committee_is_left_to_a_person(district: Place) -> None:
    place = committee("梅园居委会")
    appoint(actor=None, person=known(), post="secretary", place=place, from_on=None)
    assert stopped(district) == "K08_elsewhere"


def test_a_service_that_a_person_ended_does_not_begin_again(district: Place) -> None:
    apply(district, row())
    end_appointment(
        actor=None, affiliation=Affiliation.objects.get(), to_on=datetime.date(2022, 1, 1)
    )
    assert stopped(district) == "K06_ended"


def test_a_post_filled_between_plan_and_apply_is_left_to_a_person(district: Place) -> None:
    made = plan(district, row(), row(name="王王", phone="13800000003", committee="梅园"))
    person = known(name_zh="韩梅梅", mobile="13800000009")
    appoint(actor=None, person=person, post="secretary", place=committee(), from_on=None)
    apply_plan(made, context=ImportContext(district))
    assert [found.outcome for found in made.rows[1:]] == ["review", "normalise"]
    assert made.changes() == {"created": 1}


def test_a_committee_closed_between_plan_and_apply_stops_only_its_row(district: Place) -> None:
    made = plan(district, row(), row(name="王王", phone="13800000003", committee="梅园"))
    Place.objects.filter(pk=committee().pk).update(closed_on=datetime.date(2021, 1, 1))
    apply_plan(made, context=ImportContext(district))
    assert [found.outcome for found in made.rows[1:]] == ["review", "normalise"]
    assert "closed" in made.rows[1].message
    assert Person.objects.get().name_zh == "王王"


# --- The command -------------------------------------------------------------------------------
def run(tmp_path: Path, data: bytes, *options: str) -> tuple[int, list[dict[str, str]]]:
    """Exit code and report of the command."""
    file, report = tmp_path / "花名册.xlsx", tmp_path / "report.csv"
    file.write_bytes(data)
    code = 0
    try:
        call_command(
            "import_roster", str(file), "--within", "310199", "--report", str(report), *options
        )
    except SystemExit as end:
        code = int(end.code or 0)
    with report.open(encoding="utf-8-sig", newline="") as opened:
        return code, list(csv.DictReader(opened))


def test_the_command_reports_every_row(
    district: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = sheet(row(), row(name="=1+1"))
    code, lines = run(tmp_path, data)
    assert code == 2
    assert list(lines[0]) == [
        *("sheet", "row", "outcome", "name", "gender", "birth_month", "phone", "district"),
        *("street", "committee_code", "committee", "position", "appointed", "message"),
    ]
    assert [(line["sheet"], line["row"], line["outcome"]) for line in lines] == [
        ("花名册", "1", "skip"),
        ("花名册", "2", "accept"),
        ("花名册", "3", "error"),
    ]
    assert list(lines[1].values())[3:-1] == [
        *("李雷", "男", "1980-12", "13800000001", "样本区", "长风街道", committee().code),
        *("源园居委会", "党委书记", "2021-04-20"),
    ]
    assert lines[1]["message"].startswith("created:")
    assert lines[2]["name"] == "'=1+1"
    assert "created: 1" in capsys.readouterr().out
    assert run(tmp_path, data)[1][1]["message"].startswith("unchanged:")


def test_a_dry_run_writes_nothing(district: Place, tmp_path: Path) -> None:
    code, lines = run(tmp_path, sheet(row()), "--dry-run")
    assert (code, len(lines)) == (0, 2)
    assert not Person.objects.exists()


def test_a_roster_of_another_district_is_a_sentence_and_a_report(
    district: Place, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="No sub-district of this list lies in 样本区"):
        run(tmp_path, sheet(row(street="文昌路街道"), row(street="朔方路街道")))
    assert (tmp_path / "report.csv").exists()
    assert not Person.objects.exists()


def test_a_column_can_be_chosen(district: Place, tmp_path: Path) -> None:
    data = sheet([*row(), "13800000007"], header=[*HEADER, "联系电话"])
    with pytest.raises(CommandError, match="both say"):
        run(tmp_path, data)
    _code, lines = run(tmp_path, data, "--column", "phone=联系电话")
    assert lines[1]["phone"] == "13800000007"


@pytest.mark.parametrize(
    "arguments",
    [
        ["missing.xlsx", "--within", "310199"],
        ["missing.xlsx", "--within", "99"],
        ["missing.xlsx", "--within", "310199", "--column", "phone"],
    ],
)
def test_what_cannot_be_done_is_a_sentence(district: Place, arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("import_roster", *arguments)
