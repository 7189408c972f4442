"""A register of 575 people over three years: brought in, the same again, taken back as a whole."""

from __future__ import annotations

import datetime
from collections import Counter

import pytest
from django.core.files.base import ContentFile
from django.db.models import Sum

from committees.imports import runs
from committees.models import ImportRun, Person, Place
from core import jobs
from records.models import HourEntry
from tests.core.sheets.builders import xlsx
from tests.factories.accounts import user_with
from tests.factories.committees import AffiliationFactory, PersonFactory, make_district

pytestmark = [pytest.mark.hard, pytest.mark.django_db(transaction=True)]

PEOPLE, YEARS = 575, (2023, 2024, 2025)
HEADER = ["姓名", "街道", "居委会", "年度", "培训时间", "班次名称", "学时"]


@pytest.fixture
def district() -> Place:
    tree = make_district(streets=12, committees=48)
    for number, place in enumerate(tree.committees[:PEOPLE]):
        AffiliationFactory(
            person=PersonFactory(name_zh=f"学员{number:03}"),
            place=place,
            from_on=datetime.date(2020, 1, 1),
        )
    return tree.district


def register() -> bytes:
    people = Person.objects.select_related("unit__parent").order_by("pk")
    rows = [
        [
            person.name_zh,
            person.unit and person.unit.parent and person.unit.parent.name_zh,
            person.unit and person.unit.name_zh,
            year,
            datetime.date(year, 5, 6),
            "集中轮训",
            "40",
        ]
        for year in YEARS
        for person in people
    ]
    return xlsx([HEADER, *rows], name="学时台账", default_date_format="yyyy-mm-dd")


def worked(run: ImportRun) -> ImportRun:
    while jobs.run_due():
        pass
    return ImportRun.objects.get(pk=run.pk)


def test_three_years_of_575_people_come_in_and_go_as_a_whole(district: Place) -> None:
    officer = user_with("district", place=district)
    data = register()

    def bring_in() -> ImportRun:
        upload = ContentFile(data, name="学时台账.xlsx")
        run = worked(runs.begin(actor=officer, kind="hours", within=district, upload=upload))
        if run.state == ImportRun.State.READ:
            runs.confirm_columns(actor=officer, run=run, columns=run.columns)
            run = worked(run)
        runs.apply(actor=officer, run=run)
        return worked(run)

    first = bring_in()
    entries = HourEntry.objects.filter(from_paper=True)
    assert entries.count() == PEOPLE * len(YEARS)
    assert entries.aggregate(total=Sum("quarters"))["total"] == PEOPLE * len(YEARS) * 160
    assert set(entries.values_list("year", flat=True)) == set(YEARS)

    again = bring_in()
    assert Counter(again.rows.exclude(change="").values_list("change", flat=True)) == {
        "unchanged": PEOPLE * len(YEARS)
    }
    assert entries.count() == PEOPLE * len(YEARS)

    runs.undo(actor=officer, run=first)
    undone = worked(first)
    assert undone.state == ImportRun.State.UNDONE
    assert set(undone.rows.exclude(undo="").values_list("undo", flat=True)) == {"done"}
    assert entries.aggregate(total=Sum("quarters"))["total"] == 0
