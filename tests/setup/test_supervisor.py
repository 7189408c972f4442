"""The launcher keeps its programs up, and ends them in order."""

from __future__ import annotations

import os
import signal
from functools import partial
from pathlib import Path

import pytest

from launch import supervisor
from launch.servers import end, spawn, wait_until
from launch.steps import Trouble
from launch.supervisor import Program, Supervisor, programs

LONG = "import signal, time; signal.pause()"


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(supervisor, "VAR", tmp_path)
    return tmp_path


def sleeper(name: str, farewell: Path | None = None) -> Program:
    """A program that waits for SIGTERM, and then writes its name."""
    script = "trap 'echo $0 >> \"$1\"; exit 0' TERM; while :; do sleep 0.05; done"
    return Program(name, ["sh", "-c", script, name, farewell or "/dev/null"], 5)


def test_programs_end_in_the_opposite_order(var: Path) -> None:
    parts = [sleeper(name, var / "ends") for name in ("valkey", "worker", "web")]
    group = Supervisor(parts, dict(os.environ))
    group.start_all()
    # A shell that has set its trap has begun to sleep.
    for process in group.running.values():
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        assert wait_until(partial(Path.read_text, children), process, 10)

    group.stop()

    assert (var / "ends").read_text().split() == ["web", "worker", "valkey"]
    assert [process.returncode for process in group.running.values()] == [0, 0, 0]


def test_fallen_program_is_started_again(var: Path, capsys: pytest.CaptureFixture[str]) -> None:
    group = Supervisor([sleeper("web")], dict(os.environ))
    group.start_all()
    first = group.running["web"]
    try:
        first.kill()
        first.wait()
        group.check()

        assert group.running["web"].pid != first.pid
        assert group.running["web"].poll() is None
    finally:
        group.stop()
    assert "The web process ended (code -9) and is started again" in capsys.readouterr().out


def test_program_that_keeps_falling_ends_all_with_its_last_words(var: Path) -> None:
    broken = Program("worker", ["sh", "-c", "echo no broker; exit 3"], 5)
    group = Supervisor([broken], dict(os.environ))
    group.start_all()

    with pytest.raises(Trouble, match=r"^The worker process keeps ending \(code 3: no broker\)"):
        group.watch()


def test_stubborn_program_is_killed(var: Path) -> None:
    log = var / "log"
    process = spawn(["sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.05; done"], log)
    assert wait_until(lambda: "up" in log.read_text(), process, 10)

    end(process, signal.SIGTERM, grace=0.2)

    assert process.returncode == -signal.SIGKILL


def test_sqlite_has_one_worker_with_beat_and_postgresql_three_processes(tmp_path: Path) -> None:
    lite = programs({"DATABASE_URL": "sqlite:////x/db"}, "127.0.0.1", 8000, tmp_path)
    large = programs({"DATABASE_URL": "postgresql://x/y"}, "127.0.0.1", 8000, tmp_path)

    assert [part.name for part in lite] == ["valkey", "worker", "web"]
    assert {"-B", "quick,heavy"} <= set(map(str, lite[1].command))
    assert [part.name for part in large] == ["valkey", "worker", "worker-heavy", "beat", "web"]


def test_given_redis_is_used_instead_of_an_own_one(tmp_path: Path) -> None:
    env = {"DATABASE_URL": "sqlite:////x/db", "REDIS_URL": "redis://elsewhere/0"}

    parts = programs(env, "127.0.0.1", 8000, tmp_path)

    assert [part.name for part in parts] == ["worker", "web"]
    assert env["REDIS_URL"] == "redis://elsewhere/0"
