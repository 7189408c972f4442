"""`dev.py run` as a person meets it: a second start offline, in a folder with an awkward name."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from launch.servers import postgres
from tests.setup.house import (
    Started,
    copy_portal,
    dev,
    gone,
    proportional_memory,
    started,
)

pytestmark = [pytest.mark.hard, pytest.mark.timeout(400)]
LIMIT_SECONDS = 8
LIMIT_BYTES = 200 * 2**20


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_portal(tmp_path_factory.mktemp("run") / "曹杨 基地", with_packages=True)


@pytest.fixture(scope="module")
def settled(house: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the first start left: it migrated and loaded the demonstration."""
    code, said = dev(house, "run", "--port", "0", "--smoke")
    assert code == 0, said
    kept = tmp_path_factory.mktemp("settled") / "var"
    return Path(shutil.copytree(house / "var", kept, symlinks=True))


@pytest.fixture
def var(settled: Path, tmp_path: Path) -> Path:
    """A folder of data of one's own, as the first start left it."""
    return Path(shutil.copytree(settled, tmp_path / "var", symlinks=True))


@pytest.fixture(scope="module")
def portal(house: Path, settled: Path) -> Iterator[Started]:
    """The second start."""
    assert settled.is_dir()
    with started(house) as running:
        yield running


def get(address: str) -> tuple[int, str, str]:
    """Status, final address and text of a page, redirects followed."""
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status, answer.url, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.url, error.read().decode()


def test_first_page_of_the_second_start_comes_in_time(portal: Started) -> None:
    waiting, cores = os.getloadavg()[0], os.cpu_count() or 1
    if portal.seconds > LIMIT_SECONDS and waiting > 2 * cores:
        pytest.skip(f"{waiting:.0f} programs wait for {cores} cores, so no time can be measured")

    assert portal.seconds <= LIMIT_SECONDS


def test_visitor_is_led_to_the_sign_in_page_with_its_styles(portal: Started) -> None:
    status, address, text = get(f"{portal.address}/")

    assert status == 200
    assert "login" in address
    styles = [part.partition('"')[0] for part in text.split('href="')[1:] if ".css" in part[:200]]
    assert styles
    assert [get(portal.address + style)[0] for style in styles] == [200] * len(styles)


def test_every_printed_account_signs_in(portal: Started) -> None:
    at = portal.said.index("Demonstration accounts (role, name, password):")
    rows = [line.split("  ") for line in portal.said[at + 1 : -1]]

    assert len(rows) >= 4
    assert [sign_in(portal.address, row[-2], row[-1]) for row in rows] == [302] * len(rows)


def sign_in(address: str, login: str, password: str) -> int:
    """Status of the answer to the sign-in form: 302 when it was right."""
    with closing(http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)) as client:
        client.request("GET", "/accounts/login/")
        page = client.getresponse()
        cookie = (page.getheader("Set-Cookie") or "").partition(";")[0]
        token = page.read().decode().partition('name="csrfmiddlewaretoken" value="')[2]
        form = {
            "login": login,
            "password": password,
            "csrfmiddlewaretoken": token.partition('"')[0],
        }
        client.request(
            "POST",
            "/accounts/login/",
            urllib.parse.urlencode(form),
            {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie},
        )
        return client.getresponse().status


def test_web_process_and_its_two_workers_stay_small(portal: Started) -> None:
    for _ in range(20):
        get(f"{portal.address}/")
    commands = {pid: Path(f"/proc/{pid}/cmdline").read_text() for pid in portal.children()}
    web = [pid for pid, command in commands.items() if "gunicorn" in command]

    assert len(web) == 3
    assert proportional_memory(web) <= LIMIT_BYTES


def test_second_run_says_where_the_first_one_is(portal: Started, house: Path) -> None:
    code, said = dev(house, "run")

    expected = f"({portal.address}/, process {portal.process.pid})."
    assert (code, said.strip()) == (
        1,
        f"dev.py: This portal is already running from this folder {expected}",
    )


def test_ctrl_c_ends_all_in_order(house: Path, var: Path) -> None:
    with started(house, VAR_DIR=str(var)) as running:
        below = running.wait_for_worker()
        code = running.stop(signal.SIGINT)

    assert code == 0
    assert gone(below)
    # Valkey ended last: otherwise the worker would have lost its broker first.
    assert "Warm shutdown" in (var / "log/worker.log").read_text()
    assert "Connection" not in (var / "log/worker.log").read_text()


def test_nothing_is_left_when_the_launcher_is_killed(house: Path, var: Path) -> None:
    with started(house, VAR_DIR=str(var)) as running:
        below = running.wait_for_worker()
        running.stop(signal.SIGKILL)

        assert gone(below, 60)


def one_sentence(said: str) -> str:
    """The only line that was said; fails when there was more, as a traceback would be."""
    lines = [line for line in said.splitlines() if not line.startswith("  ")]
    assert len(lines) == 1, said
    assert lines[0].startswith("dev.py: ")
    assert lines[0].endswith(".")
    return lines[0]


def test_taken_port_is_one_sentence(tmp_path: Path, house: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        code, said = dev(house, "run", "--port", port, VAR_DIR=str(tmp_path / "var"))

    assert code == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in one_sentence(said)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("nonsense", "cannot be read"),
        ("postgresql://portal:secret@127.0.0.1:9/portal", "refused"),
        ("postgresql://portal:secret@no-such-host.invalid/portal", "could not translate host name"),
        ("sqlite:////no/such/folder/db.sqlite3", "is missing or cannot be written to"),
    ],
)
def test_wrong_database_is_one_sentence(tmp_path: Path, house: Path, url: str, reason: str) -> None:
    code, said = dev(house, "run", "--port", "0", VAR_DIR=str(tmp_path), DATABASE_URL=url)

    assert code == 1
    assert reason in one_sentence(said)
    assert "secret" not in said


def test_file_that_is_no_database_is_one_sentence(tmp_path: Path, house: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear secretary, " * 1000)
    url = f"sqlite:///{tmp_path / 'letter.txt'}"

    code, said = dev(house, "run", "--port", "0", VAR_DIR=str(tmp_path), DATABASE_URL=url)

    assert code == 1
    assert "file is not a database" in one_sentence(said)


def test_wrong_password_and_missing_database_are_one_sentence(tmp_path: Path, house: Path) -> None:
    with postgres() as server:
        data = Path(server.partition("host=")[2])
        with closing(psycopg2.connect(server)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute("CREATE ROLE portal LOGIN PASSWORD 'right'")
            (data / "pg_hba.conf").write_text(
                "local all postgres trust\nlocal all all scram-sha-256\n"
            )
            cursor.execute("SELECT pg_reload_conf()")

        wrong = f"postgresql://portal:wrong-secret@/postgres?host={data}"
        missing = f"postgresql://postgres@/no_such_database?host={data}"
        for url, reason in ((wrong, "password authentication failed"), (missing, "does not exist")):
            code, said = dev(house, "run", "--port", "0", VAR_DIR=str(tmp_path), DATABASE_URL=url)

            assert code == 1
            assert reason in one_sentence(said)
            assert "wrong-secret" not in said


def test_folder_that_cannot_be_written_to_is_one_sentence(house: Path) -> None:
    # A place where not even root may make a folder.
    code, said = dev(house, "run", "--port", "0", VAR_DIR="/proc/tb-var")

    assert code == 1
    assert "cannot be written to" in one_sentence(said)


def test_first_start_without_network_says_what_is_missing(tmp_path: Path) -> None:
    bare = copy_portal(tmp_path / "first", with_packages=False)

    code, said = dev(bare, "run", "--port", "0")

    assert code == 1
    assert "packages of requirements.txt could not be installed" in one_sentence(said)
    assert "later starts do not" in said


def test_demonstration_is_not_shown_to_other_machines(tmp_path: Path, house: Path) -> None:
    code, said = dev(house, "run", "--host", "0.0.0.0", VAR_DIR=str(tmp_path))

    assert code == 1
    assert "--allow-remote" in one_sentence(said)


def test_runs_on_postgresql_with_a_process_for_each_queue(tmp_path: Path, house: Path) -> None:
    with (
        postgres() as server,
        started(house, VAR_DIR=str(tmp_path), DATABASE_URL=server) as running,
    ):
        status, _, _ = get(f"{running.address}/")
        logs = {file.stem for file in (tmp_path / "log").glob("*.log")}

    assert status == 200
    assert {"web", "worker", "worker-heavy", "beat", "valkey"} <= logs


def test_make_is_only_another_name(house: Path) -> None:
    makefile = (house / "Makefile").read_text()

    assert "python3 dev.py run" in makefile
    assert "python3 dev.py test" in makefile
    subprocess.run(["bash", "-n", str(house / ".ci" / "run")], check=True)
