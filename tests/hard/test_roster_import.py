"""A roster import that is killed, or runs twice at once, leaves no duplicate and no gap."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import Count

from committees.models import Affiliation, Person, Place
from core.models import AuditEvent, SummaryDelta
from launch.servers import end, spawn
from tests.core.sheets.builders import xlsx
from tests.factories.committees import make_district
from tests.hard.processes import database_url, until

pytestmark = [
    pytest.mark.hard,
    pytest.mark.sqlite,
    pytest.mark.timeout(300),
    pytest.mark.django_db(transaction=True),
]
STREETS, COMMITTEES, KILLS = 15, 60, 2
ROWS = STREETS * COMMITTEES
CODE = "310199000000"


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    """A file that names one secretary for each committee of a new district."""
    made = make_district("样本", STREETS, COMMITTEES)
    Place.objects.filter(pk=made.district.pk).update(code=CODE)
    names = {street.pk: street.name_zh for street in made.streets}
    rows = [
        ["样本", f"1380000{number:04}", names[place.parent_id or 0], place.name_zh, "党委书记"]
        for number, place in enumerate(made.committees)
    ]
    file = tmp_path / "花名册.xlsx"
    file.write_bytes(xlsx([["姓名", "手机", "街道", "居委会", "职务"], *rows]))
    return file


@pytest.fixture
def processes() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def start(file: Path, stack: ExitStack) -> subprocess.Popen[bytes]:
    """The command in a process of its own on this test's database."""
    kept = {key: text for key, text in os.environ.items() if "PYTEST" not in key}
    env = kept | {
        "DJANGO_SETTINGS_MODULE": "trainingbase.settings",
        "DEBUG": "1",
        "REDIS_URL": "",
        "DATABASE_URL": database_url(),
    }
    command = [sys.executable, "manage.py", "import_roster", str(file), "--within", CODE]
    process = spawn(command, file.with_suffix(".log"), env)
    stack.callback(end, process, signal.SIGKILL)
    return process


def reached(goal: int) -> bool:
    return Person.objects.count() >= goal


def assert_nobody_stands_alone() -> None:
    """Whatever was committed is whole: a person comes with the post, the trail and the figure."""
    people = Person.objects.count()
    assert Affiliation.objects.count() == people
    assert not Person.objects.filter(affiliations=None).exists()
    assert not Person.objects.filter(unit=None).exists()
    assert AuditEvent.objects.filter(action="person.create").count() == people
    assert AuditEvent.objects.filter(action="appointment.began").count() == people
    assert SummaryDelta.objects.filter(metric="secretaries").count() == people


def assert_complete() -> None:
    assert_nobody_stands_alone()
    assert Person.objects.count() == ROWS
    assert Person.objects.values("mobile_index").distinct().count() == ROWS
    assert Place.objects.filter(level=5).annotate(n=Count("affiliations")).exclude(n=1).count() == 0


def test_killed_again_and_again_it_goes_on_where_it_ended(
    roster: Path, processes: ExitStack, capsys: pytest.CaptureFixture[str]
) -> None:
    for kill in range(KILLS):
        process = start(roster, processes)
        goal = ROWS * kill // (KILLS + 1) + 1
        until(partial(reached, goal), 90)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert_nobody_stands_alone()
    held = Person.objects.count()
    assert 0 < held < ROWS, "the kills came too late to prove anything"
    call_command("import_roster", str(roster), "--within", CODE)
    assert f"unchanged: {held}" in capsys.readouterr().out
    assert_complete()
    call_command("import_roster", str(roster), "--within", CODE)
    assert f"unchanged: {ROWS}" in capsys.readouterr().out
    assert_complete()


def test_two_imports_of_one_file_at_once_make_everybody_once(
    roster: Path, processes: ExitStack
) -> None:
    running = [start(roster, processes) for _ in range(2)]
    assert [process.wait(200) for process in running] == [0, 0]
    assert_complete()
