"""The registers of the shared data, as an administrator loads them."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest
from django.db.models import Count, F

from committees.models import Closure, Place
from committees.register import reading
from committees.services.register import Report, import_register

pytestmark = [pytest.mark.acceptance, pytest.mark.django_db]


def load(path: Path, **wishes) -> Report:
    edition = reading.edition_of(path)
    assert edition is not None
    return import_register(actor=None, path=path, edition=edition, **wishes)


@pytest.fixture
def divisions(shared_data: Path) -> Path:
    return shared_data / "divisions"


def test_shanghai_2021_loads_and_again_changes_nothing(divisions):
    first = load(divisions / "shanghai_2021.csv")
    again = load(divisions / "shanghai_2021.csv")

    assert (first.rows, first.changes["created"], first.codes_gone) == (6486, 6486, 0)
    assert (again.total, again.codes_gone, again.spelled) == (0, 0, 0)
    assert Place.objects.filter(kind="residential").count() == 4661
    assert not Place.objects.filter(pinyin="").exists()


def test_shanghai_2021_after_2020(divisions):
    """102 codes new, 56 gone. 22 of the gone ones stand in the same street under a new code. Two
    names stand once elsewhere, but there they stood in 2020 already, in another district: whether
    those committees moved is for a person to say, as for the other 32."""
    load(divisions / "shanghai_2020.csv", spell=False)

    report = load(divisions / "shanghai_2021.csv", spell=False)

    assert (report.codes_new, report.codes_gone) == (102, 56)
    assert (report.changes["recoded"], report.changes["moved"]) == (22, 0)
    assert report.findings() == {"once": 2, "several": 2, "nowhere": 30}
    assert Closure.objects.waiting().count() == 34
    assert Place.objects.standing().count() == 6486
    assert set(Place.objects.standing().values_list("edition", flat=True)) == {2021}
    recoded = Place.objects.filter(past__edition=2020, past__to_on="2020-12-31")
    assert recoded.count() == 22 + report.changes["renamed"]

    again = load(divisions / "shanghai_2021.csv", spell=False)
    assert (again.total, again.codes_new, again.codes_gone) == (0, 0, 0)


def test_xixia_between_two_editions_of_shanghai_closes_nothing_there(divisions):
    load(divisions / "shanghai_2020.csv", spell=False)
    load(divisions / "xixia_2020.csv", spell=False)
    assert not Closure.objects.exists()

    report = load(divisions / "xixia_2021.csv", spell=False)

    assert [closure.place.name_zh for closure in report.closures] == ["银西村委会"]
    assert load(divisions / "shanghai_2021.csv", spell=False).codes_gone == 56


def test_xixia_leaves_shanghai_alone(divisions):
    load(divisions / "shanghai_2020.csv", spell=False)

    report = load(divisions / "xixia_2021.csv", spell=False)

    assert report.codes_gone == 0
    assert set(Place.objects.filter(code__startswith="31").values_list("edition", flat=True)) == {
        2020
    }
    assert Place.objects.filter(code__startswith="640105", level=4).count() == 9


def test_every_path_is_the_line_of_parents(divisions):
    load(divisions / "shanghai_2021.csv", spell=False)

    for place in Place.objects.filter(level=5).select_related("parent__parent__parent__parent"):
        line: list[int] = []
        above: Place | None = place
        while above is not None:
            line.append(above.pk)
            above = above.parent
        assert place.path == "/" + "".join(f"{key}/" for key in line[::-1])


def test_names_that_repeat_are_told_apart_by_code(divisions):
    load(divisions / "shanghai_2021.csv", spell=False)

    repeated = (
        Place.objects.filter(level=5).values("name_zh").annotate(n=Count("pk")).filter(n__gt=1)
    )
    assert repeated.count() > 200
    assert not Place.objects.filter(parent=F("pk")).exists()


def test_every_row_of_the_national_register_is_a_row(divisions):
    """Read only: the load of 665,271 rows is in benchmarks/ and in the hard test below."""
    counted = sum(1 for _row in reading.rows(divisions / "national_2023.csv.gz"))

    assert counted == 665_271


@pytest.mark.hard
@pytest.mark.sqlite
@pytest.mark.timeout(600)
def test_the_national_register_loads_whole(divisions):
    report = load(divisions / "national_2023.csv.gz", spell=False)

    assert (report.rows, report.changes["created"], report.codes_gone) == (665_271, 665_271, 0)
    with gzip.open(divisions / "national_2023.csv.gz", "rt", encoding="utf-8") as file:
        codes = {row["code"] for row in csv.DictReader(file) if row["level"] != "community"}
    kept = set(Place.objects.filter(level__lt=5).values_list("code", flat=True))
    assert kept == codes
    assert Place.objects.filter(parent=None).count() == 31
