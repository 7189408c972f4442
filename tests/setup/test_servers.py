"""The private servers for tests: right, reachable and gone afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
import redis

from launch.servers import postgres, valkey
from launch.steps import alive, site_packages

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.hard


def modes(path: Path) -> dict[str, int]:
    """Permissions of a folder and of all above it."""
    return {str(folder): folder.stat().st_mode for folder in (path, *path.parents)}


def test_postgresql_indexes_chinese_texts() -> None:
    with postgres() as url, closing(psycopg2.connect(url)) as connection:
        cursor = connection.cursor()
        cursor.execute("CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gist")
        cursor.execute(
            "SELECT cardinality(show_trgm('智慧社区')), current_setting('server_version')"
        )
        trigrams, version = cursor.fetchone()

    assert trigrams == 5
    assert version.startswith("18.")


def test_postgresql_opens_no_folder_and_makes_no_user() -> None:
    watched = [site_packages(), ROOT, Path("~").expanduser(), Path("/tmp")]
    users = Path("/etc/passwd").read_text()
    before = [modes(path) for path in watched]

    with postgres() as url:
        data = Path(url.partition("host=")[2])
        owner = data.stat()

    assert [modes(path) for path in watched] == before
    assert Path("/etc/passwd").read_text() == users
    assert owner.st_mode & 0o777 == 0o700
    assert (owner.st_uid == 0) is False


def test_postgresql_leaves_nothing_behind() -> None:
    with postgres() as url:
        data = Path(url.partition("host=")[2])
        pid = int((data / "postmaster.pid").read_text().split()[0])
        assert alive(pid)

    assert not alive(pid)
    assert not data.parent.exists()


def test_postgresql_ends_with_a_killed_test_run() -> None:
    script = (
        "import os, signal\n"
        "from launch.servers import postgres\n"
        "with postgres() as url:\n"
        "    print(url, flush=True)\n"
        "    signal.pause()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        data = Path(run.stdout.readline().strip().partition("host=")[2])
        pid = int((data / "postmaster.pid").read_text().split()[0])
        watch = os.pidfd_open(pid)
        run.kill()

    ended = subprocess.run(
        [sys.executable, "-c", f"import select; print(select.select([{watch}], [], [], 30)[0])"],
        pass_fds=[watch],
        capture_output=True,
        text=True,
    )
    os.close(watch)
    assert ended.stdout.strip() == f"[{watch}]"


def test_valkey_answers_on_loopback_only() -> None:
    with valkey() as url, closing(redis.Redis.from_url(url)) as client:
        assert client.ping()
        assert client.config_get("bind") == {"bind": "127.0.0.1"}
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
