"""What a page costs: CPU time of web and database processes, as a multiple of a bare Django view.

    .venv/bin/python -m benchmarks.pages [--requests 200] [--rounds 3] [--show-sql "page name"]

Fills a private PostgreSQL with 5,000 people, 200 courses, 1,000 sessions and 50,000 enrolments,
starts the portal and the floor under the same gunicorn, and asks for one page after the other over
one kept connection each. Every round measures the floor again, so that a busy machine weighs on
both. Writes benchmarks/results/pages.json; the figures are explained in benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from launch.servers import end, free_port, postgres, spawn, wait_until

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
MOST_QUERIES = 12
WARM_UP = 30
TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


@dataclass
class Target:
    """Something to ask for, and what each round measured."""

    name: str
    log: Path
    port: int
    url: str
    cookie: str
    limit: float = 1.0
    queries: int = 0
    cpu_ms: list[float] = field(default_factory=list)
    web_ms: list[float] = field(default_factory=list)
    wall_ms: list[float] = field(default_factory=list)
    # CPU of the floor, measured right before each round of this page.
    floor_ms: list[float] = field(default_factory=list)
    size: int = 0


# --- Processes and their time -----------------------------------------------------------------
def processes_below(root: int) -> list[int]:
    """`root` and every process below it, as they are now."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def cpu_ms(root: int) -> float:
    """CPU time of `root` and its descendants so far, ended children included, in milliseconds."""
    total = 0
    for pid in processes_below(root):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(int(value) for value in fields[11:15])  # utime stime cutime cstime
    return total * TICK_MS


def drive(target: Target, requests: int) -> None:
    """Ask `requests` times over one connection; raises SystemExit for any answer but 200."""
    connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=30)
    headers = {"Cookie": target.cookie, "Accept-Language": "zh-CN", "Accept": "text/html"}
    for _ in range(requests):
        connection.request("GET", target.url, headers=headers)
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            said = target.log.read_text(errors="replace")[-3000:]
            raise SystemExit(f"{target.name}: {target.url} answered {response.status}\n{said}")
        target.size = len(body)
    connection.close()


def measure(target: Target, requests: int, web: int, database: int) -> None:
    drive(target, WARM_UP)
    web_before, database_before, begun = cpu_ms(web), cpu_ms(database), time.perf_counter()
    drive(target, requests)
    wall = (time.perf_counter() - begun) * 1000
    web_used = cpu_ms(web) - web_before
    target.web_ms.append(web_used / requests)
    target.cpu_ms.append((web_used + cpu_ms(database) - database_before) / requests)
    target.wall_ms.append(wall / requests)


# --- What is measured -------------------------------------------------------------------------
def run(arguments: list[str], env: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], env=env, cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)[:80]} failed:\n{done.stderr[-3000:]}")
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


def postmaster(url: str) -> int:
    """Process id of the private server whose data folder the URL names."""
    folder = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)["host"][0]
    return int((Path(folder) / "postmaster.pid").read_text().splitlines()[0])


def environment(url: str, folder: Path) -> dict[str, str]:
    """The portal as `dev.py run` starts it: not DEBUG, own keys, a database of its own."""
    keys = {name: secrets.token_urlsafe(48) for name in ("SECRET_KEY", "FIELD_KEYS", "AUDIT_KEY")}
    return {
        **os.environ,
        **keys,
        "DEMO": "1",
        "DEBUG": "0",
        "ALLOWED_HOSTS": "127.0.0.1,testserver",
        "VAR_DIR": str(folder),
        "DATABASE_URL": url,
        "FLOOR_DATABASE_URL": url.replace("/postgres?", "/floor?"),
        "MALLOC_ARENA_MAX": "2",
        "WEB_CONCURRENCY": "2",
    }


@contextmanager
def gunicorn(application: str, env: dict[str, str], log: Path) -> Iterator[tuple[int, int]]:
    """The application under the portal's own gunicorn settings; yields process id and port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "trainingbase/gunicorn.py", application]
    process = spawn(list(command), log, env | {"PORT": str(port)})

    def answers() -> bool:
        try:
            probe = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            probe.request("GET", "/livez")
            probe.getresponse()
        except OSError:
            return False
        return True

    try:
        if not wait_until(answers, process, 60):
            raise SystemExit(f"{application} did not start:\n{log.read_text()[-2000:]}")
        yield process.pid, port
    finally:
        end(process)


@dataclass(frozen=True)
class Suite:
    """What fills the portal, which module lists the pages, and where the figures are kept."""

    population: tuple[str, ...] = ("benchmarks.population",)
    visits: str = "benchmarks.visits"
    results: str = "pages.json"


def prepare(
    env: dict[str, str], arguments: argparse.Namespace, suite: Suite
) -> tuple[str, list[dict[str, Any]]]:
    """Fill both databases; returns the floor's session and the portal's pages."""
    import psycopg2

    connection = psycopg2.connect(env["DATABASE_URL"])
    connection.autocommit = True
    connection.cursor().execute("CREATE DATABASE floor")
    run(["manage.py", "migrate", "--no-input", "-v", "0"], env)
    run(["manage.py", "collectstatic", "--no-input", "-v", "0"], env)
    facts = run(["-m", *suite.population], env)
    session = run(["-c", "from benchmarks import floor; print(floor.prepare())"], env)
    connection.cursor().execute("VACUUM ANALYZE")
    connection.close()
    if arguments.profile:
        subprocess.run(
            [sys.executable, "-m", "benchmarks.profile", suite.visits, facts, arguments.profile],
            env=env,
            cwd=ROOT,
            check=True,
        )
    return session, json.loads(run(["-m", suite.visits, facts, arguments.only], env))


def main(suite: Suite = Suite()) -> None:
    arguments = read_arguments()
    with (
        tempfile.TemporaryDirectory(prefix="pages-") as scratch,
        postgres(("fsync=off", "autovacuum=off")) as url,
    ):
        folder = Path(scratch)
        env = environment(url, folder)
        session, pages = prepare(env, arguments, suite)
        show_sql(pages, arguments.show_sql)
        with (
            gunicorn("benchmarks.floor:application", env, folder / "floor.log") as bare,
            gunicorn("trainingbase.wsgi:application", env, folder / "portal.log") as portal,
        ):
            floor = Target(
                "floor", folder / "floor.log", bare[1], "/", f"sessionid={session}", queries=3
            )
            targets = [
                Target(
                    page["name"],
                    folder / "portal.log",
                    portal[1],
                    page["url"],
                    page["cookie"],
                    page["limit"],
                    page["queries"],
                )
                for page in pages
            ]
            database = postmaster(url)
            for number in range(arguments.rounds):
                for target in targets:
                    measure(floor, arguments.requests, bare[0], database)
                    measure(target, arguments.requests, portal[0], database)
                    target.floor_ms.append(floor.cpu_ms[-1])
                print(f"round {number + 1} of {arguments.rounds} done", file=sys.stderr)
    report(floor, targets, arguments, RESULTS / suite.results)


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--requests", type=int, default=200, help="requests per page and round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="only pages whose name contains this")
    parser.add_argument("--show-sql", default="", help="print the queries of this page")
    parser.add_argument("--profile", default="", help="print where the time of this page goes")
    return parser.parse_args()


def show_sql(pages: list[dict[str, Any]], name: str) -> None:
    for page in pages:
        if name and name in page["name"]:
            print(f"--- {page['name']}", *page["sql"], sep="\n", file=sys.stderr)


def report(
    floor: Target, targets: list[Target], arguments: argparse.Namespace, results: Path
) -> None:
    """Print the table, write the results; exit 1 when a page is over its limit."""
    base_cpu, base_wall = statistics.median(floor.cpu_ms), statistics.median(floor.wall_ms)
    rows = []
    for target in [floor, *targets]:
        cpu = statistics.median(target.cpu_ms)
        bare = target.floor_ms or target.cpu_ms
        ratios = [page / under for page, under in zip(target.cpu_ms, bare, strict=True)]
        ratio = statistics.median(ratios)
        rows.append(
            {
                "page": target.name,
                "cpu_ms": round(cpu, 2),
                "of_which_web_ms": round(statistics.median(target.web_ms), 2),
                "cpu_ratio": round(ratio, 2),
                "cpu_ratio_rounds": [round(value, 2) for value in ratios],
                "wall_ms": round(statistics.median(target.wall_ms), 2),
                "wall_ratio": round(statistics.median(target.wall_ms) / base_wall, 2),
                "limit": target.limit,
                "queries": target.queries,
                "bytes": target.size,
                "kept": target is floor
                or (ratio <= target.limit and target.queries <= MOST_QUERIES),
            }
        )
    print(f"{'page':30} {'CPU ms':>7} {'web':>6} {'ratio':>6} {'limit':>6} {'SQL':>4} {'wall':>6}")
    for row in rows:
        print(
            f"{row['page']:30} {row['cpu_ms']:7.2f} {row['of_which_web_ms']:6.2f} "
            f"{row['cpu_ratio']:6.2f} {row['limit']:6.1f} {row['queries']:4} "
            f"{row['wall_ms']:6.2f} {'' if row['kept'] else 'over'}"
        )
    if not arguments.only:
        results.parent.mkdir(exist_ok=True)
        facts = {"floor_cpu_ms": round(base_cpu, 2), "rounds": arguments.rounds}
        facts |= {"requests_per_round": arguments.requests, "pages": rows}
        results.write_text(json.dumps(facts, indent=1) + "\n")
    raise SystemExit(0 if all(row["kept"] for row in rows) else 1)


if __name__ == "__main__":
    main()
