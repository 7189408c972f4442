"""The sample rosters of offices, row by row against what their authors say is right."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from committees.models import Affiliation, Person
from committees.roster.positions import read_position
from tests.acceptance.register import load_register

pytestmark = [pytest.mark.acceptance, pytest.mark.django_db]

ROOT = Path(__file__).resolve().parent.parent.parent
SHANGHAI = "310000000000"
READ = {
    "f1_putuo_secretaries_2021.xlsx": "310107000000",
    "f7_changning_legacy.xls": "310105000000",
    "f8_changning_gb18030.csv": "310105000000",
    "f9_changning_html.xls": SHANGHAI,
    "x1_ghost_rows.xlsx": SHANGHAI,
}
REFUSED = {
    "x3_xxe.xlsx": "entit|实体",
    "x4_zip_bomb.xlsx": "larger|大",
    "x5_not_xlsx.xlsx": "PDF",
    "x6_truncated.xlsx": "damaged|损坏",
}
GOOD = {"accept", "normalise"}
STOPPED = {"error", "review", "skip"}
EXACT: tuple[str, ...] = ("name", "gender", "birth_month", "phone", "district", "street")
EXACT += ("committee_code", "committee", "appointed")
VARIANT = "D25_position_variant"  # the sheet says less than the truth knows: compared by post
SECONDS, MEGABYTES = 2.0, 200


@pytest.fixture(scope="session")
def folder(shared_data: Path) -> Path:
    if not (shared_data / "xlsx" / "manifest.json").is_file():
        pytest.skip(f"the sample rosters are not here ({shared_data / 'xlsx'})")
    return shared_data / "xlsx"


@cache
def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return found


def edition(folder: Path, name: str) -> Path:
    """The register edition that the manifest names; for the x files the newest of Shanghai."""
    named = manifest(folder)[name].get("register", "editions/shanghai_2021.csv")
    return folder.parent / "divisions" / Path(named).name


def lines(file: Path) -> dict[tuple[str, int], dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    return {(row.get("sheet", ""), int(row["row"])): row for row in rows}


def run(file: Path, within: str, report: Path, *options: str) -> int:
    """The command's exit code; prints what it cost."""
    start = time.process_time()
    code = 0
    try:
        call_command(
            "import_roster", str(file), "--within", within, "--report", str(report), *options
        )
    except SystemExit as end:
        code = int(end.code or 0)
    print(f"\n{file.name}: {time.process_time() - start:.2f} s CPU")
    return code


@pytest.fixture
def register(folder: Path, request: pytest.FixtureRequest) -> None:
    """An empty database with only the register edition of the file."""
    load_register(edition(folder, request.getfixturevalue("name")))


@pytest.mark.parametrize("name", READ)
@pytest.mark.usefixtures("register")
def test_every_row_has_the_outcome_of_its_truth(folder: Path, name: str, tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    truth = lines(folder / manifest(folder)[name]["truth"])
    start = time.process_time()
    code = run(folder / name, READ[name], report, "--dry-run")
    assert time.process_time() - start < SECONDS
    mine = lines(report)
    assert set(mine) == set(truth)
    differ = {
        place: (row["outcome"], row["defects"], mine[place]["outcome"], mine[place]["message"])
        for place, row in truth.items()
        if mine[place]["outcome"] != row["outcome"]
    }
    assert differ == {}
    wanted = {row["outcome"] for row in truth.values()}
    assert code == (2 if wanted & {"error", "review"} else 0)
    assert not Person.objects.exists()


@pytest.mark.parametrize("name", READ)
@pytest.mark.usefixtures("register")
def test_good_rows_are_right_in_every_cell(folder: Path, name: str, tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    truth = lines(folder / manifest(folder)[name]["truth"])
    run(folder / name, READ[name], report, "--dry-run")
    mine = lines(report)
    good = [place for place, row in truth.items() if row["outcome"] in GOOD]
    stopped = [place for place in good if mine[place]["outcome"] in STOPPED]
    assert len(stopped) <= len(good) / 100
    wrong = {
        (place, key): (truth[place][key], mine[place][key])
        for place in good
        for key in EXACT
        if truth[place][key] != mine[place][key]
    }
    assert wrong == {}
    for place in good:
        said, right = mine[place]["position"], truth[place]["position"]
        if VARIANT in truth[place]["defects"]:
            assert read_position(said).posts[0] == read_position(right).posts[0]
        else:
            assert said == right


@pytest.mark.parametrize("name", ["f1_putuo_secretaries_2021.xlsx"])
@pytest.mark.usefixtures("register")
def test_duplicates_name_the_row_they_repeat(folder: Path, name: str, tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    run(folder / name, READ[name], report, "--dry-run")
    mine = lines(report)
    for place, row in lines(folder / manifest(folder)[name]["truth"]).items():
        if row["dup_of_row"]:
            # No \b: a Chinese character is a letter too, and the number stands between two.
            assert row["dup_of_row"] in re.findall(r"\d+", mine[place]["message"])


@pytest.mark.parametrize("name", READ)
@pytest.mark.usefixtures("register")
def test_applied_rows_are_what_the_truth_says_and_stay_so(
    folder: Path, name: str, tmp_path: Path
) -> None:
    report = tmp_path / "report.csv"
    run(folder / name, READ[name], report)
    truth = lines(folder / manifest(folder)[name]["truth"])
    good = [row for row in truth.values() if row["outcome"] in GOOD]
    assert Counter(Person.objects.values_list("name_zh", flat=True)) == Counter(
        row["name"] for row in good
    )
    seats = Affiliation.objects.exclude(post="committee_head")
    assert set(seats.values_list("person__name_zh", "place__code", "post")) == {
        (row["name"], row["committee_code"], str(read_position(row["position"]).posts[0]))
        for row in good
    }
    before = Person.objects.count(), Affiliation.objects.count()
    run(folder / name, READ[name], report)
    assert before == (Person.objects.count(), Affiliation.objects.count())
    again = [row for row in lines(report).values() if row["outcome"] in GOOD]
    assert len(again) == len(good)
    assert all(row["message"].startswith("unchanged:") for row in again)


@pytest.mark.parametrize("name", ["x2_formula_injection.xlsx"])
@pytest.mark.usefixtures("register")
def test_formulas_in_names_are_errors_and_leave_as_text(
    folder: Path, name: str, tmp_path: Path
) -> None:
    report = tmp_path / "report.csv"
    assert run(folder / name, SHANGHAI, report) == 2
    mine = lines(report)
    truth = lines(folder / manifest(folder)[name]["truth"])
    assert {place: row["outcome"] for place, row in mine.items()} == {
        place: row["outcome"] for place, row in truth.items()
    }
    assert all(not re.match(r"[=+\-@\t\r]", cell) for row in mine.values() for cell in row.values())
    assert not Person.objects.exists()


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.usefixtures("register")
def test_hostile_files_are_refused_with_a_sentence(folder: Path, name: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=REFUSED[name]):
        run(folder / name, SHANGHAI, tmp_path / "report.csv")
    assert not (tmp_path / "report.csv").exists()
    assert not Person.objects.exists()


MEASURED = """
import os, sys, time
import django
django.setup()
from committees.roster.fields import ROSTER_FIELDS
from core.sheets.errors import SheetRefused
from core.sheets.reading import read_workbook
start = time.process_time()
try:
    read_workbook(open(sys.argv[1], "rb").read(), ROSTER_FIELDS)
except SheetRefused:
    pass
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(time.process_time() - start, int(peak.split()[1]) / 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("name", [*READ, "x2_formula_injection.xlsx", *REFUSED])
def test_reading_stays_within_time_and_memory(folder: Path, name: str) -> None:
    """In a process of its own, so that the peak is that of the file; CPU seconds, not wall time."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(folder / name)],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, megabytes = map(float, done.stdout.split())
    print(f"\n{name}: {seconds:.2f} s CPU, {megabytes:.0f} MB")
    assert seconds < SECONDS
    assert megabytes < MEGABYTES
