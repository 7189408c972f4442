"""House rules that a machine can check."""

from __future__ import annotations

import ast
import functools
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("core", "committees", "accounts", "notices", "records", "tutors", "courses", "dashboards")
MAX_SOURCE, MAX_TEST, MAX_FUNCTION = 400, 600, 60


def tracked(*patterns: str) -> list[Path]:
    """Files of the project, not of its environment."""
    found = [path for pattern in patterns for path in ROOT.glob(pattern)]
    return [path for path in found if "migrations" not in path.parts]


SOURCES = [path for app in (*APPS, "trainingbase") for path in tracked(f"{app}/**/*.py")]
TESTS = tracked("tests/**/*.py", "benchmarks/**/*.py")


def test_no_source_file_is_too_long() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for paths, limit in ((SOURCES, MAX_SOURCE), (TESTS, MAX_TEST))
        for path in paths
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > limit
    }
    assert long == {}


@functools.cache
def nodes(path: Path) -> list[ast.AST]:
    """Every node of a file; read once for all rules."""
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def test_no_function_is_too_long() -> None:
    long = {}
    for path in SOURCES:
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MAX_FUNCTION:
                    long[f"{path.relative_to(ROOT)}:{node.name}"] = lines
    assert long == {}


@functools.cache
def calls(path: Path) -> list[tuple[str, int]]:
    """Dotted names of everything that is called in `path`, with the line."""
    found = (node for node in nodes(path) if isinstance(node, ast.Call))
    return [(ast.unparse(node.func), node.lineno) for node in found]


def offenders(paths: list[Path], pattern: str, *, allowed: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in paths
        if str(path.relative_to(ROOT)) not in allowed
        for name, line in calls(path)
        if re.search(pattern, name)
    ]


def test_a_task_is_only_queued_on_commit() -> None:
    publisher = ("core/doorbell.py",)  # rings after the commit, from a thread
    assert offenders(SOURCES, r"\.(delay|apply_async|send_task)$", allowed=publisher) == []


def test_nothing_waits_by_sleeping() -> None:
    assert offenders(SOURCES, r"(^|\.)sleep$") == []


def test_only_the_demonstration_writes_off_the_record_or_lifts_triggers() -> None:
    assert (
        offenders(SOURCES, r"(off_the_record|appendonly\.lifted)$", allowed=("core/demo.py",)) == []
    )


def test_no_save_of_an_existing_row_without_naming_fields() -> None:
    """`save()` on a loaded row overwrites what a parallel request wrote to other columns."""
    found = []
    for path in SOURCES:
        for node in nodes(path):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "save"
                and not any(word.arg in ("update_fields", "commit") for word in node.keywords)
            ):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    # A new row may be saved whole: those lines say so.
    unmarked = [
        place
        for place in found
        if "# new row"
        not in (ROOT / place.split(":")[0])
        .read_text(encoding="utf-8")
        .splitlines()[int(place.split(":")[1]) - 1]
    ]
    assert unmarked == []


def test_no_signals_of_our_own() -> None:
    for path in SOURCES:
        assert "django.dispatch" not in path.read_text(encoding="utf-8"), path


def test_no_drawer_for_everything() -> None:
    drawers = {"utils.py", "helpers.py", "common.py", "misc.py"}
    assert [path for path in SOURCES + TESTS if path.name in drawers] == []


@pytest.mark.parametrize("word", ["registry.npmjs", "pypi.org", "pythonhosted", "/work/main"])
def test_the_repository_names_no_registry_and_no_machine(word: str) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout: an export carries no list of its files")
    naming = [
        name
        for name in listed.stdout.split("\n")
        if name
        and name != "tests/test_conventions.py"
        and (ROOT / name).is_file()
        and word.encode() in (ROOT / name).read_bytes()
    ]
    assert naming == []
