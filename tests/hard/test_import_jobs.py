"""An import whose worker is killed goes on without a gap and without a second copy; the way back
of a whole town leaves every table as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db.models import Count, Sum
from django.utils import timezone

from accounts.models import User
from committees.imports import runs
from committees.models import Affiliation, ImportRun, Person, Place, StagedRow
from core import jobs
from core.models import AuditEvent, Job, SummaryDelta
from launch.servers import end, spawn
from tests.core.sheets.builders import xlsx
from tests.factories.accounts import user_with
from tests.factories.committees import District, make_district
from tests.hard.processes import database_url, until

pytestmark = [
    pytest.mark.hard,
    pytest.mark.sqlite,
    pytest.mark.timeout(400),
    pytest.mark.django_db(transaction=True),
]
HEADER = ["姓名", "手机", "街道", "居委会", "职务"]
KILLS = 3
# What speaks of the import itself, of work done for it, or of who did what.
JOURNALS = {
    *("committees.importrun", "committees.stagedrow", "committees.importdecision"),
    *("committees.importcolumns", "core.job", "core.storedfile", "core.auditevent"),
    "core.auditseal",
    "core.summarydelta",  # its sums are compared instead
}
WORKER = """
import django
django.setup()
from core.jobs import run_due
while run_due(20):
    pass
"""
SIGNS = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"


def name_of(number: int) -> str:
    """Invented names, each once."""
    return "".join(SIGNS[number // 32**place % 32] for place in (2, 1, 0))


def line(tree: District, number: int, committee: Place) -> list[str]:
    street = next(place for place in tree.streets if place.pk == committee.parent_id)
    phone = f"138{number:08}"
    return [name_of(number), phone, street.name_zh, committee.name_zh, "党委书记"]


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture(autouse=True)
def no_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the workers that a test starts do the work."""
    monkeypatch.setattr("core.jobs.ring", lambda task: None)


def worked(run: ImportRun) -> ImportRun:
    while jobs.run_due(60):
        pass
    return ImportRun.objects.get(pk=run.pk)


def checked(officer: User, tree: District, rows: list[list[str]], **options: Any) -> ImportRun:
    run = runs.begin(
        actor=officer,
        kind="roster",
        within=tree.district,
        upload=ContentFile(xlsx([HEADER, *rows]), name="roster.xlsx"),
        **options,
    )
    run = worked(run)
    if run.state == ImportRun.State.READ:
        runs.confirm_columns(actor=officer, run=run, columns=run.columns)
        run = worked(run)
    assert run.state == ImportRun.State.PLANNED, run.message
    return run


def worker(folder: Path, stack: ExitStack) -> subprocess.Popen[bytes]:
    kept = {key: text for key, text in os.environ.items() if "PYTEST" not in key}
    env = kept | {
        "DJANGO_SETTINGS_MODULE": "trainingbase.settings",
        "DEBUG": "1",
        "REDIS_URL": "",
        "DATABASE_URL": database_url(),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    process = spawn([sys.executable, "-c", WORKER], folder / "worker.log", env)
    stack.callback(end, process, signal.SIGKILL)
    return process


def reached(rows: Any, goal: int) -> bool:
    return bool(rows.all().count() >= goal)


def kill_on_the_way(rows: Any, total: int, folder: Path, stack: ExitStack) -> None:
    """Kill a worker each time `rows` have grown by another share."""
    for kill in range(KILLS):
        process = worker(folder, stack)
        until(partial(reached, rows, total * kill // (KILLS + 1) + 1), 120)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert rows.all().count() < total, "the kill came too late to prove anything"
        Job.objects.unfinished().update(claimed_until=timezone.now())  # a minute goes by


def assert_whole(count: int) -> None:
    assert Person.objects.count() == Affiliation.objects.count() == count
    assert Person.objects.values("mobile_index").distinct().count() == count
    assert not Person.objects.filter(unit=None).exists()
    assert AuditEvent.objects.filter(action="person.create").count() == count
    twice = Place.objects.annotate(n=Count("affiliations")).filter(n__gt=1)
    assert not twice.exists()


def test_killed_again_and_again_it_is_applied_once_and_undone_once(
    tmp_path: Path, stack: ExitStack
) -> None:
    tree = make_district("样本", 15, 60)
    officer = user_with("district", place=tree.district)
    rows = [line(tree, number, place) for number, place in enumerate(tree.committees)]
    total = len(rows)
    run = checked(officer, tree, rows)
    runs.apply(actor=officer, run=run)

    kill_on_the_way(StagedRow.objects.filter(run=run, applied=True), total, tmp_path, stack)
    held = Person.objects.count()
    assert held == StagedRow.objects.filter(run=run, applied=True, change="created").count()
    run = worked(run)
    assert run.state == ImportRun.State.APPLIED
    assert_whole(total)

    again = checked(officer, tree, rows)
    assert set(again.rows.exclude(outcome="skip").values_list("change", flat=True)) == {"unchanged"}

    runs.undo(actor=officer, run=run)
    kill_on_the_way(StagedRow.objects.filter(run=run, undo="done"), total, tmp_path, stack)
    run = worked(run)
    assert run.state == ImportRun.State.UNDONE
    assert (Person.objects.count(), Affiliation.objects.count()) == (0, 0)
    assert not StagedRow.objects.filter(run=run, undo="kept").exists()


def table_counts() -> dict[str, int]:
    return {
        model._meta.label_lower: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.label_lower not in JOURNALS
    }


def seats() -> tuple[int, int]:
    sums = SummaryDelta.objects.filter(metric="secretaries").aggregate(sum=Sum("amount"))
    return Affiliation.objects.secretaries().count(), sums["sum"]


def test_a_complete_roster_of_575_with_60_changes_is_applied_and_undone() -> None:
    tree = make_district("样本", 23, 25)
    officer = user_with("district", place=tree.district)
    rows = [line(tree, number, place) for number, place in enumerate(tree.committees)]
    run = checked(officer, tree, rows)
    runs.apply(actor=officer, run=run)
    worked(run)
    before, held = table_counts(), seats()
    places = dict(Person.objects.values_list("name_zh", "unit__name_zh"))
    assert held == (575, 575)

    # 20 leave and are followed by somebody new, 20 leave their post vacant, 10 pairs change places.
    for number in range(20):
        rows[number] = line(tree, 1_000 + number, tree.committees[number])
    for number in range(100, 120, 2):
        rows[number], rows[number + 1] = (
            [*rows[number + 1][:2], *rows[number][2:]],
            [*rows[number][:2], *rows[number + 1][2:]],
        )
    rows[200:220] = []
    run = checked(officer, tree, rows, complete=True, on=timezone.localdate())
    groups = dict(
        run.rows.exclude(group="")
        .filter(outcome__in=("accept", "normalise"))
        .exclude(number=0, group="moved")
        .values_list("group")
        .annotate(n=Count("pk"))
    )
    assert groups == {"reelected": 515, "new": 20, "moved": 20, "left": 40}
    assert (table_counts(), seats()) == (before, held)  # nothing yet

    runs.apply(actor=officer, run=run, ends_on=timezone.localdate())
    run = worked(run)
    assert run.state == ImportRun.State.APPLIED
    assert seats() == (555, 555)
    assert not run.rows.filter(outcome="review").exists()
    assert Affiliation.objects.exclude(to_on=None).count() == 60

    runs.undo(actor=officer, run=run)
    run = worked(run)
    assert not run.rows.filter(undo="kept").exists()
    assert (table_counts(), seats()) == (before, held)
    assert dict(Person.objects.values_list("name_zh", "unit__name_zh")) == places
