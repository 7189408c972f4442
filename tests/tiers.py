"""`dev.py test`: every tier of the tests on every database, and an honest account at the end.

fast        on SQLite, and what meets a database on PostgreSQL as well
hard        races, kills, loads: on PostgreSQL, and those marked `sqlite` on SQLite as well
acceptance  on the shared data, where that folder is present
browser     where Chromium is found (`--require-browser` makes its absence an error)
Valkey is real in all of them. Standard library only: this runs before the packages are imported.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from launch.servers import postgres, valkey
from launch.steps import PYTHON, ROOT, VAR, Trouble, say

FAST = "not hard and not browser and not acceptance"
NO_TESTS = 5  # pytest's exit code when nothing was selected
NAMES = ("sqlite", "postgres", "hard", "acceptance", "browser")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class Tier(NamedTuple):
    part: str  # what --only names
    title: str
    marks: str
    engine: str
    spread: str  # how its tests are shared out to a process for each core; empty: one process


TIERS = (
    Tier("sqlite", "fast on SQLite", FAST, "sqlite", "worksteal"),
    Tier("postgres", "fast on PostgreSQL", f"{FAST} and not bare", "postgres", "worksteal"),
    Tier("hard", "hard on PostgreSQL", "hard and not acceptance", "postgres", "loadfile"),
    Tier("hard", "hard on SQLite", "hard and sqlite and not acceptance", "sqlite", "loadfile"),
    Tier("acceptance", "shared data on PostgreSQL", "acceptance", "postgres", ""),
    Tier("browser", "browser on SQLite", "browser", "sqlite", ""),
)


class Outcome(NamedTuple):
    title: str
    seconds: float
    passed: int
    failed: int
    skipped: int


def counts(report: Path) -> tuple[int, int, int]:
    """Passed, failed and skipped of a junit report; a missing report counts as one failure."""
    try:
        suites = list(ElementTree.parse(report).getroot().iter("testsuite"))
    except (OSError, ElementTree.ParseError):
        return 0, 1, 0

    def total(name: str) -> int:
        return sum(int(suite.get(name, "0")) for suite in suites)

    failed, skipped = total("failures") + total("errors"), total("skipped")
    return max(total("tests") - failed - skipped, 0), failed, skipped


def run_tier(tier: Tier, arguments: list[str], env: dict[str, str]) -> Outcome:
    """Run pytest once; an exit code that the report does not explain counts as a failure."""
    report = VAR / "tests" / f"{tier.title.replace(' ', '-')}.xml"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    say(f"\n=== {tier.title} ===")
    # Both ways leave a module's tests together, so that what they share is built once.
    workers = ["-n", str(os.cpu_count() or 1), "--dist", tier.spread] if tier.spread else []
    pytest = [str(PYTHON), "-m", "pytest", "-q", *workers, "-m", tier.marks]
    began = time.monotonic()
    code = subprocess.call([*pytest, f"--junitxml={report}", *arguments], env=env, cwd=ROOT)
    seconds = time.monotonic() - began
    passed, failed, skipped = (0, 0, 0) if code == NO_TESTS else counts(report)
    if code not in (0, NO_TESTS) and not failed:
        failed = 1
    return Outcome(tier.title, seconds, passed, failed, skipped)


@contextlib.contextmanager
def servers(tiers: list[Tier]) -> Iterator[dict[str, dict[str, str]]]:
    """The environment of each engine: private servers, started once for all tiers."""
    clean = {
        key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")
    }
    with contextlib.ExitStack() as stack:
        clean |= {"DEBUG": "1", "TEST_DATABASE_URL": "", "TEST_REDIS_URL": ""}
        clean["TEST_REDIS_URL"] = stack.enter_context(valkey())
        environments = {"sqlite": clean}
        if any(tier.engine == "postgres" for tier in tiers):
            url = os.environ.get("TEST_DATABASE_URL") or stack.enter_context(postgres())
            environments["postgres"] = clean | {"TEST_DATABASE_URL": url}
        yield environments


def chosen(only: list[str]) -> list[Tier]:
    names = [name for item in only for name in item.split(",")] or list(NAMES)
    wrong = sorted(set(names) - set(NAMES))
    if wrong:
        raise Trouble(f"--only knows {', '.join(NAMES)}, and not {', '.join(wrong)}.")
    return [tier for tier in TIERS if tier.part in names]


def unavailable(tier: Tier) -> str:
    """Why a tier cannot run on this machine; empty when it can."""
    if tier.part == "browser" and not os.environ.get("CHROMIUM"):
        return "" if any(map(shutil.which, BROWSERS)) else "there is no Chromium on this machine"
    if tier.part == "acceptance":
        folder = Path(os.environ.get("SHARED_DATA") or ROOT.parent / "shared" / "data")
        return "" if folder.is_dir() else f"there is no folder {folder}"
    return ""


def run(options: argparse.Namespace) -> int:
    """Run the tiers and print what ran on what; 0 only when all that should have run did."""
    tiers = chosen(options.only or [])
    absent = {tier: unavailable(tier) for tier in tiers if unavailable(tier)}
    if options.require_browser and any(tier.part == "browser" for tier in absent):
        raise Trouble("There is no Chromium on this machine, and --require-browser asks for it.")
    tiers = [tier for tier in tiers if tier not in absent]
    with servers(tiers) as environments:
        outcomes = [run_tier(tier, options.arguments, environments[tier.engine]) for tier in tiers]
    problems = [f"{done.title}: {done.failed} failed" for done in outcomes if done.failed]
    ran = {outcome.title for outcome in outcomes if outcome.passed + outcome.failed}
    if not options.arguments:
        problems += [f"{tier.title}: no test ran" for tier in tiers if tier.title not in ran]
    elif not ran:
        problems.append("no test matches")
    say(f"\n{'tier':28}{'seconds':>8}{'passed':>8}{'failed':>8}{'skipped':>8}")
    for outcome in outcomes:
        say(
            f"{outcome.title:28}{outcome.seconds:8.1f}{outcome.passed:8}{outcome.failed:8}"
            f"{outcome.skipped:8}"
        )
    for tier, reason in absent.items():
        say(f"{tier.title:28}not run: {reason}")
    for problem in problems:
        say(f"FAILED  {problem}")
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes)
    skipped = sum(outcome.skipped for outcome in outcomes)
    say(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if problems else 0
