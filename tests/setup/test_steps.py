"""The launcher's steps: done once, done again when their inputs change, one sentence on failure."""

from __future__ import annotations

import ast
import os
import runpy
import socket
import sys
from argparse import Namespace
from functools import partial
from pathlib import Path

import pytest

from launch import database, install, steps, supervisor
from launch.run import listen_address
from launch.steps import Trouble

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(steps, "HERE", tmp_path)
    for module in (steps, database, supervisor):
        monkeypatch.setattr(module, "VAR", tmp_path)
    return tmp_path


def test_step_runs_once_for_the_same_inputs(var: Path) -> None:
    runs: list[str] = []
    for text in ("one", "one", "two"):
        steps.step("demo", partial(list, [text]), [], partial(runs.append, text))

    assert runs == ["one", "two"]


def test_step_runs_again_when_its_output_is_gone(var: Path) -> None:
    runs: list[int] = []
    for _ in range(2):
        steps.step("demo", lambda: ["one"], [var / "missing"], lambda: runs.append(1))

    assert runs == [1, 1]


def test_step_that_failed_runs_again(var: Path) -> None:
    def fail() -> None:
        raise Trouble("no")

    runs: list[int] = []
    steps.step("demo", lambda: ["one"], [], lambda: runs.append(1))
    with pytest.raises(Trouble):
        steps.step("demo", lambda: ["two"], [], fail)
    steps.step("demo", lambda: ["one"], [], lambda: runs.append(2))

    assert runs == [1, 2]


def test_failing_program_becomes_one_sentence(var: Path) -> None:
    program = [sys.executable, "-c", "import sys; print('ValueError: too late'); sys.exit(3)"]

    with pytest.raises(Trouble, match=r"^It failed \(ValueError: too late\)\. The whole output"):
        steps.command(program, "It failed")


def test_second_holder_of_a_lock_is_told_who_holds_it(var: Path) -> None:
    with steps.locked(var / "run.lock", "Already running") as lock:
        lock.write_text("http://127.0.0.1:1/, process 7")

        with (
            pytest.raises(Trouble, match=r"^Already running \(http://127.0.0.1:1/, process 7\)\.$"),
            steps.locked(var / "run.lock", "Already running"),
        ):
            pytest.fail("the lock was given twice")


def test_keys_are_random_kept_and_private(var: Path) -> None:
    first = database.keys()

    assert database.keys() == first
    assert sorted(first) == ["AUDIT_KEY", "FIELD_KEYS", "SECRET_KEY"]
    assert len(set(first.values())) == 3
    assert min(len(key) for key in first.values()) >= 60
    assert (var / "keys.env").stat().st_mode & 0o777 == 0o600


def test_run_is_the_real_program_on_loopback(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEBUG", "1")
    monkeypatch.setenv("ALLOWED_HOSTS", "portal.example.org")

    env = database.run_environment("127.0.0.1", 8000)

    assert (env["DEMO"], env["DEBUG"]) == ("1", "0")
    assert env["ALLOWED_HOSTS"] == "127.0.0.1,localhost,[::1]"


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "mysql://user:secret@host/name",
        "postgresql://user:secret@host:port/name",
        "postgresql://user:secret@host:99999/name",
        "postgresql://user:secret@host",
        "postgresql://user:secret@[host/name",
        "sqlite://:memory:",
        "sqlite:///:memory:",
    ],
)
def test_unreadable_database_url_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(Trouble, match=r"^DATABASE_URL cannot be read[^.]*.*\.$") as refusal:
        database.check_database_url(url)

    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:p%40ss@db.example:5432/name?sslmode=require",
        "postgresql://postgres@/postgres?host=/tmp/x",
        "sqlite:////srv/a b/db.sqlite3",
    ],
)
def test_usable_database_urls_pass(url: str) -> None:
    database.check_database_url(url)


def options(**given: object) -> Namespace:
    return Namespace(**({"host": "127.0.0.1", "port": None, "allow_remote": False} | given))


def test_taken_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(Trouble, match=f"^Port {port} on 127.0.0.1 cannot be used .*--port"):
            listen_address(options(port=port))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"port": 70000}, "it must be 1 to 65535"),
        ({"host": "0.0.0.0"}, "lets other machines in"),
        ({"host": "no.such.host.invalid", "allow_remote": True}, "is no address of this machine"),
    ],
)
def test_unusable_address_is_refused(given: dict[str, object], sentence: str) -> None:
    with pytest.raises(Trouble, match=sentence):
        listen_address(options(**given))


def test_port_of_the_environment_must_be_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eight")

    with pytest.raises(Trouble, match="PORT must be a number"):
        listen_address(options())


def test_old_python_gets_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 8, 10, "final", 0))

    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer and this is Python 3\.8;"):
        runpy.run_path(str(ROOT / "dev.py"), run_name="__main__")


def test_old_python_can_read_the_file_that_tells_it() -> None:
    ast.parse((ROOT / "dev.py").read_text("utf-8"), feature_version=(3, 6))


def test_launcher_stands_on_the_standard_library_alone() -> None:
    names = set()
    for file in [ROOT / "dev.py", ROOT / "tests" / "tiers.py", *(ROOT / "launch").glob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and file.name != "probe.py":
                names.add((node.module or "").split(".")[0])

    # probe.py runs inside the virtual environment.
    assert names - set(sys.stdlib_module_names) == {"launch", "tests", "environ", "psycopg2"}


def test_uv_gets_the_indexes_that_pip_is_configured_with(monkeypatch: pytest.MonkeyPatch) -> None:
    listing = (
        "global.cert='/etc/ssl/ca.crt'\n"
        "global.index-url='https://mirror.example/simple'\n"
        "user.extra-index-url='https://a.example/simple https://b.example/simple'\n"
    )
    monkeypatch.setattr(install, "command", lambda *_: listing)

    assert install.uv_indexes() == [
        *("--default-index", "https://mirror.example/simple"),
        *("--index", "https://a.example/simple", "--index", "https://b.example/simple"),
    ]


def test_scratch_folders_of_dead_runs_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = tmp_path if len(str(tmp_path)) <= 40 else Path("/tmp")
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(base))
    dead, living = base / f"tb-x-{os.getpid()}", base / f"tb-y-{os.getpid()}"
    for folder, owner in ((dead, 2**22 + 1), (living, os.getpid())):
        folder.mkdir()
        (folder / "owner").write_text(str(owner))

    with steps.scratch("z") as folder:
        assert folder.is_dir()
        assert not dead.exists()
        assert living.exists()

    assert not folder.exists()
    (living / "owner").unlink()
    living.rmdir()
