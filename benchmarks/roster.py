"""What a roster of 5,890 people costs: dry run and import, beside bare reading and bare writing.

    .venv/bin/python -m benchmarks.roster [--rows 5890] [--database sqlite]

Makes a private PostgreSQL with an invented city, writes an .xlsx as an office would (two-level
header, merged sub-districts, numbers as numbers, dates in five notations, 1 % of the rows wrong),
plans it, applies it, and imports it once more. The floors of the same run: reading the file with
python-calamine alone, and inserting the same people and appointments without any rule.
Writes benchmarks/results/roster.json.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import io
import json
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from launch.servers import postgres

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "roster.json"
LIMITS = {"dry run": 10.0, "import": 20.0, "job: dry run": 10.0, "job: import": 20.0}
STREETS_OF_DISTRICT, COMMITTEES_OF_STREET = 15, 25
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹"
GIVEN = "秀英丽敏静磊强洋艳勇军杰娟涛明超霞平刚桂芳燕红玉兰梅建国文华志"
NOTATIONS = ("%Y.%m.%d", "%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d")
HEADER = ("序号", "姓名", "性别", "出生年月", "街道（镇）", "居民区", "职务", "任现职时间", "手机")


def setup(database: str) -> None:
    os.environ |= {"DATABASE_URL": database, "DEBUG": "1", "REDIS_URL": ""}
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    os.environ.pop("TEST_DATABASE_URL", None)
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.DEBUG = False
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


def plant(committees: int) -> Any:
    """An invented city with so many committees; returns the city."""
    from committees.models import Place

    city = Place.objects.create(level=2, kind="city", name_zh="示例市", path="/1/", pk=1)
    rows, pk = [], 1
    street = district = city
    for number in range(committees):
        if number % (COMMITTEES_OF_STREET * STREETS_OF_DISTRICT) == 0:
            pk += 1
            name = f"示例{number // 375 + 1}区"
            district = Place(
                pk=pk, level=3, kind="district", name_zh=name, parent=city, path=f"/1/{pk}/"
            )
            rows.append(district)
        if number % COMMITTEES_OF_STREET == 0:
            pk += 1
            path = f"{district.path}{pk}/"
            name = f"示例{number // COMMITTEES_OF_STREET + 1}路街道"
            street = Place(
                pk=pk, level=4, kind="street", name_zh=name, parent_id=district.pk, path=path
            )
            rows.append(street)
        pk += 1
        name = f"新苑第{number + 1}居委会"
        path = f"{street.path}{pk}/"
        rows.append(
            Place(pk=pk, level=5, kind="residential", name_zh=name, parent_id=street.pk, path=path)
        )
    Place.objects.bulk_create(rows, batch_size=500)
    return city


def write(rows: int) -> bytes:
    """The roster, the same in every run."""
    import xlsxwriter

    dice = random.Random(20260101)
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("花名册")
    sheet.merge_range(0, 0, 0, 8, "居民区党组织书记花名册")
    sheet.merge_range(1, 0, 2, 0, "序号")
    sheet.merge_range(1, 1, 1, 3, "基本信息")
    sheet.merge_range(1, 4, 1, 8, "任职信息")
    for column, title in enumerate(HEADER[1:], 1):
        sheet.write(2, column, title)
    for number in range(rows):
        line = number + 3
        if number % COMMITTEES_OF_STREET == 0:
            last = min(number + COMMITTEES_OF_STREET, rows) + 2
            street = f"示例{number // COMMITTEES_OF_STREET + 1}路街道"
            if last > line:
                sheet.merge_range(line, 4, last, 4, street)
            else:
                sheet.write(line, 4, street)
        for column, value in enumerate(person(number, dice)):
            if column != 4:
                sheet.write(line, column, value)
    book.close()
    return file.getvalue()


def person(number: int, dice: random.Random) -> list[Any]:
    day = datetime.date(2010, 1, 1) + datetime.timedelta(days=dice.randrange(4_000))
    name = dice.choice(SURNAMES) + "".join(dice.sample(GIVEN, dice.choice((1, 2, 2))))
    phone: Any = 13_000_000_000 + number * 7
    if number % 3:
        phone = f"{phone}"
    if number % 100 == 99:
        phone = "130****0000"
    return [
        number + 1,
        name,
        dice.choice("男女"),
        f"{dice.randrange(1961, 1996)}.{dice.randrange(1, 13):02}",
        "",
        f"新苑第{number + 1}{dice.choice(('居民区', '居委会', '社区', ''))}",
        dice.choice(("党委书记", "党总支书记", "党支部书记", "党总支书记、居委会主任（一肩挑）")),
        day.strftime(dice.choice(NOTATIONS)),
        phone,
    ]


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """What `work` returns, its wall and its CPU seconds (this process only)."""
    wall, cpu = time.perf_counter(), time.process_time()
    done = work()
    return done, time.perf_counter() - wall, time.process_time() - cpu


def bare_reading(data: bytes) -> int:
    import python_calamine

    with python_calamine.load_workbook(io.BytesIO(data)) as book:
        return sum(1 for name in book.sheet_names for _ in book.get_sheet_by_name(name).iter_rows())


def bare_writing(plan: Any) -> None:
    """The same people and first posts without names in letters, keys, audit rows or checks."""
    from django.db import transaction

    from committees.models import Affiliation, Person

    with transaction.atomic():
        rows = plan.applicable()
        people = Person.objects.bulk_create([Person(name_zh=row.name) for row in rows], 500)
        Affiliation.objects.bulk_create(
            [
                Affiliation(person=made, post=row.posts[0], place_id=row.place.pk)
                for row, made in zip(rows, people, strict=True)
            ],
            500,
        )
        transaction.set_rollback(True)


def measure(rows: int) -> dict[str, Any]:
    from committees.roster.apply import apply_plan
    from committees.roster.plan import plan_roster
    from core.imports.kinds import ImportContext

    city, data = plant(rows), write(rows)
    figures: dict[str, Any] = {"rows": rows, "bytes": len(data)}

    def note(name: str, work: Callable[[], Any]) -> Any:
        done, wall, cpu = timed(work)
        figures[name] = {"wall_s": round(wall, 2), "cpu_s": round(cpu, 2)}
        return done

    note("bare reading", lambda: bare_reading(data))
    plan = note("dry run", lambda: plan_roster(data, within=city))
    note("bare writing", lambda: bare_writing(plan))
    context = ImportContext(city)
    note("import", lambda: apply_plan(plan_roster(data, within=city), context=context))
    again = note("import again", lambda: plan_roster(data, within=city))
    through_jobs(data, city, note)
    figures["outcomes"] = dict(plan.outcomes())
    figures["again"] = dict(again.changes())
    figures["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    figures["ratio_dry_run"] = round(
        figures["dry run"]["cpu_s"] / max(figures["bare reading"]["cpu_s"], 0.01), 1
    )
    figures["ratio_import"] = round(
        figures["import"]["wall_s"] / max(figures["bare writing"]["wall_s"], 0.01), 1
    )
    return figures


def through_jobs(data: bytes, city: Any, note: Callable[[str, Callable[[], Any]], Any]) -> None:
    """The same file on the way of the wizard, after everything was taken away again: read, checked,
    applied and undone by a worker, rows waiting encrypted in the database."""
    from django.core.files.base import ContentFile

    from committees.imports import runs
    from committees.models import Affiliation, ImportRun, Person
    from core import jobs

    Affiliation.objects.all().delete()
    Person.objects.all().delete()
    file = ContentFile(data, name="roster.xlsx")

    def after(act: Callable[[], Any]) -> Callable[[], ImportRun]:
        """`act` and the work it asks for; where tasks are eager it is done within."""

        def work() -> ImportRun:
            act()
            while jobs.run_due(60):
                pass
            return ImportRun.objects.get()

        return work

    run = note(
        "job: columns",
        after(lambda: runs.begin(actor=None, kind="roster", within=city, upload=file)),
    )
    say = after(lambda: runs.confirm_columns(actor=None, run=run, columns=run.columns))
    run = note("job: dry run", say)
    run = note("job: import", after(lambda: runs.apply(actor=None, run=run)))
    assert run.state == ImportRun.State.APPLIED, run.state
    run = note("job: undo", after(lambda: runs.undo(actor=None, run=run)))
    assert not Person.objects.exists(), run.state


@contextlib.contextmanager
def database(kind: str) -> Iterator[str]:
    if kind == "postgres":
        with postgres() as url:
            yield url
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/roster.sqlite3"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_890)
    parser.add_argument("--database", choices=("postgres", "sqlite"), default="postgres")
    options = parser.parse_args()
    with database(options.database) as url:
        setup(url)
        figures = measure(options.rows)
        from django.db import connections

        connections.close_all()
    figures["database"] = options.database
    print(json.dumps(figures, ensure_ascii=False, indent=1))
    if options.database == "postgres" and options.rows == parser.get_default("rows"):
        RESULTS.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n")
    slow = [name for name, limit in LIMITS.items() if figures[name]["wall_s"] > limit]
    for name in slow:
        print(f"SLOW {name}: {figures[name]['wall_s']} s, limit {LIMITS[name]} s")
    return 1 if slow else 0


if __name__ == "__main__":
    raise SystemExit(main())
