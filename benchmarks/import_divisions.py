"""How fast a register is loaded on PostgreSQL, beside a bare COPY of the same rows in the same run.

    .venv/bin/python -m benchmarks.import_divisions FILE [--rounds 1]

Starts a private PostgreSQL, and for each round: COPY of the file's rows (as text, already parsed)
into a table of five text columns without any key; the load without pinyin into an empty portal;
the same file again; and a load with pinyin into another empty portal. Every load is a process of
its own, whose highest resident memory the kernel tells. The figures go to
benchmarks/results/import_divisions.json.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg2

from launch.servers import postgres

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "import_divisions.json"


def lines(path: Path) -> Iterator[str]:
    """The rows as COPY reads them."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
        reader = csv.reader(io.TextIOWrapper(file, "utf-8-sig"))
        next(reader)
        for row in reader:
            yield "\t".join(row) + "\n"


class Stream:
    """What COPY reads from."""

    def __init__(self, rows: Iterator[str]) -> None:
        self.rows, self.left, self.count = rows, "", 0

    def read(self, size: int) -> str:
        while len(self.left) < size and (row := next(self.rows, None)) is not None:
            self.left += row
            self.count += 1
        part, self.left = self.left[:size], self.left[size:]
        return part


def database_cpu(url: str) -> float:
    """CPU seconds of PostgreSQL's finished sessions so far (its background writers left out)."""
    folder = Path(parse_qs(urlsplit(url).query)["host"][0])
    leader = (folder / "postmaster.pid").read_text().split()[0]
    fields = Path(f"/proc/{leader}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def settled_cpu(url: str) -> float:
    """The same, once no session but this question's is left."""
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        for _ in range(200):
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
            )
            if cursor.fetchone() == (1,):
                break
            cursor.execute("SELECT pg_sleep(0.05)")
    connection.close()
    return database_cpu(url)


def bare_copy(url: str, path: Path) -> dict[str, Any]:
    """COPY into a table without keys, committed: rows, wall and CPU seconds."""
    before, own = settled_cpu(url), time.process_time()
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute("CREATE TABLE bare (code text, name text, level text, up text, class text)")
        connection.commit()
        stream = Stream(lines(path))
        begin = time.monotonic()
        cursor.copy_expert("COPY bare FROM STDIN", stream)
        connection.commit()
        seconds = time.monotonic() - begin
    connection.close()
    cpu = time.process_time() - own + settled_cpu(url) - before
    return {
        "rows": stream.count,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "rows_per_second": round(stream.count / seconds),
    }


def empty_portal(url: str, name: str) -> dict[str, str]:
    """An environment with a database of its own, migrated."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    connection.close()
    environment = {
        **os.environ,
        "DEBUG": "1",
        "DATABASE_URL": url.replace("/postgres?", f"/{name}?"),
    }
    manage(environment, "migrate", "--no-input", "-v0")
    return environment


def manage(environment: dict[str, str], *arguments: str) -> tuple[str, float, Any]:
    """(output, seconds, resource usage) of a management command."""
    begin = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    output = process.stdout.read()
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 2):
        raise SystemExit(f"{arguments[0]} ended with {process.returncode}: {output}")
    return output, time.monotonic() - begin, usage


def load(url: str, environment: dict[str, str], path: Path, *wishes: str) -> dict[str, Any]:
    before = settled_cpu(url)
    output, seconds, usage = manage(environment, "import_divisions", str(path), "-v0", *wishes)
    cpu = usage.ru_utime + usage.ru_stime + settled_cpu(url) - before
    rates = [int(number) for number in re.findall(r"(\d+) ?(?:rows/s|行/秒)", output)]
    return {
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu, 1),
        "rows_per_second_as_printed": rates[:2],
        "highest_resident_megabytes": round(usage.ru_maxrss / 1024),
    }


def measure(url: str, path: Path) -> dict[str, Any]:
    floor = bare_copy(url, path)
    plain = empty_portal(url, "register_plain")
    result: dict[str, Any] = {
        "copy_into_a_bare_table": floor,
        "load_without_pinyin": load(url, plain, path, "--no-pinyin"),
        "the_same_file_again": load(url, plain, path, "--no-pinyin"),
        "load_with_pinyin": load(url, empty_portal(url, "register_pinyin"), path),
    }
    for name in ("load_without_pinyin", "load_with_pinyin"):
        own = result[name]
        own["times_the_copy_in_cpu"] = round(own["cpu_seconds"] / floor["cpu_seconds"], 1)
        own["times_the_copy_in_time"] = round(own["seconds"] / floor["seconds"], 1)
        own["rows_per_cpu_second"] = round(floor["rows"] / own["cpu_seconds"])
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("file", type=Path, help="a register whose name holds its year")
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    # As in production: what is committed is on the disk.
    with postgres(("shared_buffers=256MB", "max_wal_size=2GB")) as url:
        rounds = [measure(url, options.file.resolve()) for _ in range(options.rounds)]
    result = {
        "file": options.file.name,
        "cores": os.cpu_count(),
        "waiting_processes": os.getloadavg()[1],
        "rounds": rounds,
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", "utf-8")
    print(json.dumps(result, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
