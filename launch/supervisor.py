"""The long-running programs of the portal: what they are, and keeping them up."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from launch.servers import end, spawn, valkey_answers, valkey_command, wait_until
from launch.steps import PYTHON, VAR, Stop, Trouble, last_line, say


class Program(NamedTuple):
    """One of the long-running parts of the portal."""

    name: str
    command: Sequence[str | Path]
    grace: float  # seconds to end in peace
    ready: Callable[[], object] | None = None  # the next one starts when this is true


def programs(env: dict[str, str], host: str, port: int, folder: Path) -> list[Program]:
    """What runs, in starting order; it is ended in the opposite order: web, celery, valkey.

    Sets REDIS_URL in `env` to a private Valkey in `folder` where the user names no server.
    """
    shown = f"[{host}]" if ":" in host else host
    gunicorn: list[str | Path] = [PYTHON, "-m", "gunicorn", "-c", "trainingbase/gunicorn.py"]
    web = Program("web", [*gunicorn, "-b", f"{shown}:{port}", "trainingbase.wsgi"], 15)
    celery: list[str | Path] = [PYTHON, "-m", "celery", "-A", "trainingbase"]
    worker = [*celery, "worker", "--without-gossip", "--without-mingle", "-l", "warning"]
    beat: list[str | Path] = ["-s", folder / "beat"]
    if env["DATABASE_URL"].startswith("sqlite"):
        # One writer more would only queue behind the others.
        both: list[str | Path] = [*worker, "-Q", "quick,heavy", "-c", "1", "-n", "worker@%h"]
        workers = [Program("worker", [*both, "-B", *beat], 30)]
    else:
        heavy: list[str | Path] = ["nice", *worker, "-Q", "heavy", "-c", "1", "-n", "heavy@%h"]
        workers = [
            Program("worker", [*worker, "-Q", "quick", "-c", "2", "-n", "quick@%h"], 30),
            Program("worker-heavy", heavy, 30),
            Program("beat", [*celery, "beat", *beat, "-l", "warning"], 10),
        ]
    if env.get("REDIS_URL"):
        return [*workers, web]
    env["REDIS_URL"] = f"redis+socket://{folder / 'valkey.sock'}"
    broker = Program("valkey", valkey_command(folder), 10, lambda: valkey_answers(folder))
    return [broker, *workers, web]


def log_of(name: str) -> Path:
    return VAR / "log" / f"{name}.log"


class Supervisor:
    """Starts the programs, starts a fallen one again, and ends all in order."""

    limit = 3  # falls of one program within a minute before all are ended

    def __init__(self, parts: list[Program], env: dict[str, str]) -> None:
        self.parts, self.env = parts, env
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.falls: dict[str, list[float]] = {part.name: [] for part in parts}

    def start(self, part: Program) -> None:
        self.running[part.name] = spawn(part.command, log_of(part.name), self.env)

    def start_all(self) -> None:
        for part in self.parts:
            with contextlib.suppress(FileNotFoundError):
                log_of(part.name).replace(log_of(part.name).with_suffix(".log.1"))
            self.start(part)
            if part.ready:
                wait_until(part.ready, self.running[part.name], 10)

    def wait_for_page(self, host: str, port: int, limit: float = 60) -> None:
        """Wait until the first page comes. Raises Trouble when it does not."""
        until = time.monotonic() + limit
        while not page_answers(host, port):
            self.check()
            if time.monotonic() > until:
                log = log_of("web")
                raise Trouble(f"No page came within {limit:.0f} s ({last_line(log)}); see {log}.")
            time.sleep(0.05)

    def check(self) -> None:
        """Start fallen programs again; raises Trouble when one keeps falling."""
        for part in self.parts:
            code = self.running[part.name].poll()
            if code is None:
                continue
            with contextlib.suppress(ProcessLookupError):  # its children hold port and socket
                os.killpg(self.running[part.name].pid, signal.SIGKILL)
            now = time.monotonic()
            recent = [fall for fall in self.falls[part.name] if now - fall < 60]
            self.falls[part.name] = [*recent, now]
            log = log_of(part.name)
            if len(self.falls[part.name]) >= self.limit:
                raise Trouble(
                    f"The {part.name} process keeps ending (code {code}: {last_line(log)}), "
                    f"so everything was ended; see {log}."
                )
            say(f"The {part.name} process ended (code {code}) and is started again; see {log}.")
            self.start(part)

    def watch(self) -> None:
        """Wait for a child's end, for ever."""
        while True:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
            if ended and ended.si_pid not in {child.pid for child in self.running.values()}:
                os.waitpid(ended.si_pid, 0)  # an orphan given to us, as to any process number 1
            self.check()

    def stop(self) -> None:
        """End the programs one after the other; a second Ctrl-C ends them at once."""
        quick = False
        for part in reversed(self.parts):
            process = self.running.get(part.name)
            if process is None:
                continue
            try:
                end(process, signal.SIGKILL if quick else signal.SIGTERM, part.grace)
            except Stop:
                quick = True
                end(process, signal.SIGKILL, 0)


def check_port(host: str, port: int) -> None:
    """Raise Trouble when nothing of ours can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise Trouble(f"Port {port} is reserved; choose one above 1023 with --port.") from None
        except socket.gaierror:
            raise Trouble(f"{host} is no address of this machine.") from None
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or "it must be 1 to 65535"
            raise Trouble(
                f"Port {port} on {host} cannot be used ({reason}); choose another one with --port."
            ) from None


def page_answers(host: str, port: int) -> bool:
    """Whether the web process answers its first page."""
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- compared
    connection = http.client.HTTPConnection(local, port, timeout=30)
    with contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/livez")
        return connection.getresponse().status == http.client.OK
    return False
