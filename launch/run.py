"""`dev.py run`: from a bare folder to a served page."""

import argparse
import os
import shutil
import signal
import subprocess
import time

from launch.database import LOOPBACK, check_database_url, prepare_database, run_environment
from launch.install import prepare
from launch.servers import free_port
from launch.steps import HERE, PYTHON, ROOT, VAR, Stop, Trouble, check_folder, locked, say, scratch
from launch.supervisor import Supervisor, check_port, programs


def listen_address(options: argparse.Namespace) -> tuple[str, int]:
    """Host and port to serve on. Raises Trouble when they are taken or open to other machines."""
    if options.host not in LOOPBACK and not options.allow_remote:
        raise Trouble(
            f"{options.host} lets other machines in, and the demonstration's passwords are printed "
            "in public; add --allow-remote if you mean it."
        )
    given = os.environ.get("PORT") or "8000"
    if options.port is None and not given.isdigit():
        raise Trouble(f"PORT must be a number, and it is {given!r}.")
    port = int(given) if options.port is None else options.port
    port = port or free_port()
    check_port(options.host, port)
    if options.host not in (*LOOPBACK, "0.0.0.0", "::"):  # noqa: S104 -- compared, not bound
        raise Trouble(
            "The demonstration sends cookies without TLS, so it answers to this machine's own "
            "names alone; use --host 0.0.0.0 --allow-remote with a tunnel that ends here."
        )
    return options.host, port


def announce(address: str, accounts: list[str], began: float) -> None:
    say(f"The portal is ready after {time.monotonic() - began:.1f} s: {address}")
    rows = [line.split("\t") for line in accounts if line.count("\t") == 2]
    if rows:
        say("Demonstration accounts (role, name, password):")
    for role, login, password in rows:
        say(f"  {role}  {login}  {password}")
    say(f"Logs are in {VAR / 'log'}. Ctrl-C ends everything.")


def interrupt(number: int, frame: object) -> None:
    raise Stop


def run(options: argparse.Namespace) -> int:
    """Set up what is missing, start everything, and stay until Ctrl-C."""
    began = time.monotonic()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number == signal.SIGINT or signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, interrupt)
    check_folder()
    with locked(VAR / "run.lock", "This portal is already running from this folder") as lock:
        host, port = listen_address(options)
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
        lock.write_text(f"{address}, process {os.getpid()}")
        env = run_environment(host, port)
        check_database_url(env["DATABASE_URL"])
        if options.fresh:
            for folder in (HERE, VAR):
                shutil.rmtree(folder / "stamps", ignore_errors=True)
        prepare()
        accounts = prepare_database(env, demo=not options.no_demo)
        with scratch("run") as folder:
            supervisor = Supervisor(programs(env, host, port, folder), env)
            try:
                supervisor.start_all()
                supervisor.wait_for_page(host, port)
                announce(address, accounts, began)
                if not options.smoke:
                    supervisor.watch()
            finally:
                supervisor.stop()
    return 0


def manage(options: argparse.Namespace) -> int:
    """A Django command on the data of `run`, with its keys."""
    check_folder()
    env = run_environment("127.0.0.1", int(os.environ.get("PORT") or 8000))
    prepare()
    return subprocess.call([str(PYTHON), "manage.py", *options.arguments], env=env, cwd=ROOT)


def test(options: argparse.Namespace) -> int:
    """Every tier of the tests; see tests/tiers.py."""
    signal.signal(signal.SIGTERM, interrupt)
    check_folder()
    prepare(development=True)
    from tests import tiers  # the run command works without the folder of tests

    return tiers.run(options)
