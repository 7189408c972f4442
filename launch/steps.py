"""The floor of the launcher: paths, sentences for people, stamped steps, locks, scratch folders."""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Stamps and locks of what lies in this folder; VAR_DIR may move the data elsewhere.
HERE = ROOT / "var"
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"

# A shell that wants no compiled files beside the sources gets them in var: without any, every
# program of the portal compiles 1,400 modules anew, which takes two seconds of a processor.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
    os.environ.setdefault("PYTHONPYCACHEPREFIX", str(VAR / "pycache"))


class Trouble(Exception):
    """One sentence for the person at the keyboard; nothing was left half done."""


class Stop(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


def say(text: str) -> None:
    print(text, flush=True)


def site_packages() -> Path:
    return VENV / "lib" / "python{}.{}".format(*sys.version_info[:2]) / "site-packages"


def last_line(log: Path) -> str:
    """The last words of a program, for a sentence about its end."""
    lines = log.read_text("utf-8", errors="replace").split("\n") if log.exists() else []
    return next((line.strip()[:200] for line in reversed(lines) if line.strip()), "no output")


def digest(inputs: Iterable[Path | str]) -> str:
    """Hash of texts, files and whole folders (names and contents)."""
    total = hashlib.sha256()
    for item in inputs:
        if isinstance(item, str):
            total.update(item.encode())
            continue
        files = sorted(item.rglob("*")) if item.is_dir() else [item]
        for file in files:
            if file.is_file() and file.suffix not in {".pyc", ".mo"}:
                total.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return total.hexdigest()


def step(
    name: str,
    inputs: Callable[[], Iterable[Path | str]],
    outputs: list[Path],
    act: Callable[[], object],
    *,
    kept_in: Path | None = None,
) -> None:
    """Run `act` unless its outputs are there and the stamp says they came from these inputs."""
    stamp = (kept_in or HERE) / "stamps" / name.replace(" ", "-")
    kept = stamp.read_text() if stamp.exists() else ""
    if kept == digest(inputs()) and all(output.exists() for output in outputs):
        return
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    began = time.monotonic()
    act()
    stamp.write_text(digest(inputs()))  # read again: migrations change their database
    say(f"  {name}: {time.monotonic() - began:.1f} s")


def command(
    arguments: Sequence[str | Path],
    failure: str,
    env: dict[str, str] | None = None,
    cwd: Path = ROOT,
) -> str:
    """Run a program to its end and return what it printed; its output also goes to the set-up log.

    Raises Trouble with `failure` and the program's last line when it fails.
    """
    log = VAR / "log" / "setup.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [str(argument) for argument in arguments],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
    )
    with log.open("a", encoding="utf-8") as file:
        print("$", *arguments, file=file)
        print(done.stdout, done.stderr, file=file)
    if done.returncode:
        lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        errors = [line for line in lines if re.search(r"error\b.*\w", line, re.IGNORECASE)]
        errors = [line for line in errors if "complete log of this run" not in line]
        last = (errors or lines or [f"exit code {done.returncode}"])[-1]
        raise Trouble(f"{failure} ({last[:200].rstrip('.')}). The whole output is in {log}.")
    return done.stdout


@contextlib.contextmanager
def locked(path: Path, busy: str | None = None) -> Iterator[Path]:
    """Hold a lock file; waits, or raises Trouble with `busy` and the holder's own words."""
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (fcntl.LOCK_NB if busy else 0))
        except BlockingIOError:
            raise Trouble(f"{busy} ({path.read_text().strip() or 'starting'}).") from None
        file.truncate(0)
        yield path
        file.truncate(0)


def check_folder() -> None:
    """Raise Trouble when the portal's folder cannot be written to."""
    for folder in (VAR, HERE):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            raise Trouble(
                f"The folder {folder} cannot be written to ({error.strerror}); "
                "copy the portal to a folder of your own and start it there."
            ) from None


@contextlib.contextmanager
def scratch(kind: str) -> Iterator[Path]:
    """A short temporary folder (a socket path holds 107 bytes); those of dead runs are removed."""
    base = Path(tempfile.gettempdir())
    if len(str(base)) > 40:
        base = Path("/tmp")
    for left in base.glob("tb-*/owner"):
        with contextlib.suppress(OSError, ValueError):
            if left.stat().st_uid == os.geteuid() and not alive(int(left.read_text())):
                shutil.rmtree(left.parent)
    with tempfile.TemporaryDirectory(prefix=f"tb-{kind}-", dir=base) as name:
        folder = Path(name)
        (folder / "owner").write_text(str(os.getpid()))
        yield folder


def alive(pid: int) -> bool:
    """Whether a process of this number exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
