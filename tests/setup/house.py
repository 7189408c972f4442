"""A copy of the portal in a folder with an awkward name, started as a person would start it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Nothing is reachable under these: what still works, works offline.
NOWHERE = "http://127.0.0.1:9"
OFFLINE = {
    "PIP_INDEX_URL": f"{NOWHERE}/simple",
    "PIP_EXTRA_INDEX_URL": "",
    "PIP_FIND_LINKS": "",
    "PIP_CONFIG_FILE": "/dev/null",
    "npm_config_registry": NOWHERE,
    "HTTP_PROXY": NOWHERE,
    "HTTPS_PROXY": NOWHERE,
}
OURS = {"DATABASE_URL", "REDIS_URL", "VAR_DIR", "DEBUG", "DEMO", "PORT", "DJANGO_SETTINGS_MODULE"}


def environment(**extra: str) -> dict[str, str]:
    """This process's environment without what tests set, offline."""
    kept = {
        key: text
        for key, text in os.environ.items()
        if key not in OURS and "pytest" not in key.lower()
    }
    return kept | OFFLINE | extra


def copy_portal(target: Path, *, with_packages: bool) -> Path:
    """The project's files; with what an earlier start left, unless it is to be the first one."""
    unwanted = {".git", ".venv", "var", "node_modules", "docs", "tests", "benchmarks"}
    ignored = shutil.ignore_patterns("*.pyc", "__pycache__", ".*_cache", ".hypothesis")
    target.mkdir(parents=True)
    for part in ROOT.iterdir():
        if part.name in unwanted or part.name.endswith("_cache"):
            continue
        if part.is_dir():
            shutil.copytree(part, target / part.name, ignore=ignored)
        else:
            shutil.copy2(part, target)
    if not with_packages:
        shutil.rmtree(target / "static" / "vendor", ignore_errors=True)
        return target
    (target / ".venv").symlink_to(ROOT / ".venv")
    for left in ("var/stamps/packages", "var/stamps/front-end-files", "var/axe/axe.min.js"):
        if (ROOT / left).exists():
            (target / left).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / left, target / left)
    return target


def dev(house: Path, *arguments: str, **env: str) -> tuple[int, str]:
    """Run dev.py to its end; its exit code and everything it said."""
    done = subprocess.run(
        [sys.executable, "-B", "dev.py", *arguments],
        cwd=house,
        env=environment(**env),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )
    return done.returncode, done.stdout


class Started:
    """A running `dev.py run`."""

    def __init__(self, process: subprocess.Popen[str], said: list[str]) -> None:
        self.process, self.said = process, said
        ready = next(line for line in said if line.startswith("The portal is ready"))
        self.address = ready.rpartition(" ")[2].rstrip("/")
        self.seconds = float(re.search(r"after ([\d.]+) s", ready)[1])  # type: ignore[index]

    def children(self) -> list[int]:
        return descendants(self.process.pid)

    def wait_for_worker(self, limit: float = 60) -> list[int]:
        """Every process below, once the worker has its pool: from then on it ends in peace."""
        until = time.monotonic() + limit
        while time.monotonic() < until:
            below = self.children()
            for pid in below:
                if "celery" in command_line(pid) and descendants(pid):
                    return below
            time.sleep(0.1)
        raise AssertionError(f"The worker made no pool within {limit:.0f} s.")

    def stop(self, how: int = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(90)


@contextmanager
def started(house: Path, **env: str) -> Iterator[Started]:
    """`dev.py run` on a free port, once its first page came; ended afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-B", "-u", "dev.py", "run", "--port", "0"],
        cwd=house,
        env=environment(**env),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said: list[str] = []
    assert process.stdout is not None
    try:
        for line in process.stdout:
            said.append(line.strip())
            if "Ctrl-C ends everything" in line:
                break
        else:
            raise AssertionError("\n".join(said))
        yield Started(process, said)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(90)
        process.stdout.close()


def command_line(pid: int) -> str:
    """How a process was started; empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def descendants(pid: int) -> list[int]:
    """Every process below `pid`."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *descendants(child)]
    return found


def gone(pids: list[int], limit: float = 30) -> bool:
    """Whether all these processes ended within `limit` seconds."""
    until = time.monotonic() + limit
    while any(Path(f"/proc/{pid}/cmdline").exists() and _lives(pid) for pid in pids):
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def _lives(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def proportional_memory(pids: list[int]) -> int:
    """Memory of these processes in bytes, shared pages divided among those who share them (PSS)."""
    total = 0
    for pid in pids:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        total += int(re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)[1])  # type: ignore[index]
    return total * 1024
