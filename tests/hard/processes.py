"""Real processes for hard tests: a broker that can be stopped and frozen, workers, a web server."""

from __future__ import annotations

import http.client
import os
import signal
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from celery import Celery
from django.db import connection

from launch.servers import end, free_port, spawn, valkey_answers, valkey_command, wait_until
from launch.steps import scratch


def database_url() -> str:
    """The address of this test's own database, for another process."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{quote(name)}"
    return urlsplit(os.environ["TEST_DATABASE_URL"])._replace(path=f"/{name}").geturl()


def until(true: Callable[[], Any], limit: float) -> float:
    """Wait until something is true; returns the seconds it took. Fails after `limit` seconds."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < limit, f"not within {limit:.0f} s"
        time.sleep(0.02)
    return time.monotonic() - began


class Broker:
    """A private Valkey on a socket."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"redis+socket://{folder / 'valkey.sock'}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = spawn(valkey_command(self.folder), self.folder / "valkey.log")
        assert wait_until(lambda: valkey_answers(self.folder), self.process, 10)

    def stop(self) -> None:
        if self.process is not None:
            self.thaw()
            end(self.process, signal.SIGKILL)
            self.process = None

    def freeze(self) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGCONT)

    def ring(self, task: str = "notices.tasks.deliver") -> None:
        """What beat or a web request does."""
        bell = Celery("bell", broker=self.url, set_as_current=False)
        bell.conf.update(
            broker_transport_options={"global_keyprefix": "tb:"},
            task_default_queue="quick",
            task_ignore_result=True,
        )
        bell.send_task(task)
        bell.close()


class House:
    """The portal's programs on this test's database, in process groups of their own."""

    def __init__(self, folder: Path, stack: ExitStack, broker: Broker, **extra: str) -> None:
        self.folder, self.broker, self.stack = folder, broker, stack
        kept = {key: text for key, text in os.environ.items() if "PYTEST" not in key}
        self.env = kept | {
            "DJANGO_SETTINGS_MODULE": "trainingbase.settings",
            "DEBUG": "1",
            "DATABASE_URL": database_url(),
            "REDIS_URL": broker.url,
            "VAR_DIR": str(folder),
            "PYTHONPATH": os.pathsep.join(sys.path),
            **extra,
        }
        self.started = 0

    def _run(self, *arguments: str) -> subprocess.Popen[bytes]:
        self.started += 1
        log = self.folder / f"{arguments[0]}-{self.started}.log"
        process = spawn([sys.executable, "-m", *arguments], log, self.env)
        self.stack.callback(end, process, signal.SIGKILL)
        return process

    def worker(self, children: int = 2, queues: str = "quick") -> subprocess.Popen[bytes]:
        """A worker with beat inside it."""
        arguments = ["celery", "-A", "tests.hard.worker", "worker", "-B", "-l", "warning"]
        arguments += ["--without-gossip", "--without-mingle", "-Q", queues, "-c", str(children)]
        return self._run(*arguments, "-s", str(self.folder / f"beat-{self.started}"))

    def web(self) -> int:
        """A web server; returns its port when the first answer came."""
        port = free_port()
        config = ["-c", "trainingbase/gunicorn.py", "-b", f"127.0.0.1:{port}", "-w", "1"]
        process = self._run("gunicorn", *config, "trainingbase.wsgi")
        assert wait_until(lambda: _listens(port), process, 60), self.log("gunicorn")
        return port

    def log(self, program: str) -> str:
        files = sorted(self.folder.glob(f"{program}-*.log"))
        return files[-1].read_text(errors="replace")[-3000:] if files else ""


def _listens(port: int) -> bool:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as ask:
        try:
            ask.request("GET", "/livez")
            return ask.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False


@contextmanager
def house(**extra: str) -> Iterator[House]:
    """A broker that runs and a house around this test's database; all processes end with it."""
    with scratch("hard") as folder, ExitStack() as stack:
        broker = Broker(folder)
        broker.start()
        stack.callback(broker.stop)
        yield House(folder, stack, broker, **extra)


# --- Mail ---------------------------------------------------------------------------------------
class _Conversation(socketserver.StreamRequestHandler):
    """As much SMTP as a letter needs."""

    server: Any

    def handle(self) -> None:
        self._say("220 sink")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"DATA":
                self._say("354 go on")
                self._take()
            self._say("221 bye" if word == b"QUIT" else "250 ok")
            if word == b"QUIT":
                return

    def _take(self) -> None:
        number = ""
        for line in self.rfile:
            if line.lower().startswith(b"x-notice:"):
                number = line.split(b":")[1].strip().decode()
            if line == b".\r\n":
                self.server.letters.append(number)
                return

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class _Sink(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed in mid-sentence is what these tests are about."""


@contextmanager
def mail_sink() -> Iterator[tuple[str, list[str]]]:
    """A mail server that takes everything: its EMAIL_URL, and the message numbers it took."""
    with _Sink(("127.0.0.1", 0), _Conversation) as server:
        server.letters = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"smtp://127.0.0.1:{server.server_address[1]}", server.letters  # type: ignore[attr-defined]
        finally:
            server.shutdown()
            thread.join(10)
