"""The compose file is valid, asks for its secrets, and its commands serve the portal."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from launch.servers import end, free_port, postgres, spawn, valkey
from tests.setup.compose import ROOT, compose, filled

KEYS = {"SECRET_KEY", "FIELD_KEYS", "AUDIT_KEY", "POSTGRES_PASSWORD"}
NEEDED = KEYS | {"ALLOWED_HOSTS", "PORTAL_URL"}
PORTAL = ("web", "worker", "worker-heavy", "beat")


def test_file_is_valid_compose() -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "check_jsonschema"),
            *("--builtin-schema", "vendor.compose-spec", "docker-compose.yml"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout


def test_secrets_have_no_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    variables = re.findall(r"\$\{([A-Z_]+)(:[?-])", text)

    assert {name for name, kind in variables if kind == ":?"} == NEEDED
    assert NEEDED.isdisjoint(name for name, kind in variables if kind == ":-")
    with pytest.raises(KeyError, match="SECRET_KEY"):
        filled(compose()["services"]["web"]["environment"]["SECRET_KEY"], {})


def test_every_process_waits_for_the_migrated_database() -> None:
    services = compose()["services"]

    for name in PORTAL:
        assert services[name]["depends_on"]["init"] == {
            "condition": "service_completed_successfully"
        }
        assert services[name]["depends_on"]["db"] == {"condition": "service_healthy"}
        assert "test" in services[name]["healthcheck"]
    assert services["init"]["command"] == ["python", "manage.py", "migrate", "--no-input"]


def test_database_keeps_its_data_where_version_18_puts_it() -> None:
    database = compose()["services"]["db"]

    assert database["image"].partition(":")[2].startswith("18")
    assert database["volumes"] == ["database:/var/lib/postgresql"]


def test_image_runs_without_root_and_takes_no_secret_along() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    ignored = (ROOT / ".dockerignore").read_text("utf-8").split()

    last_stage = dockerfile.rpartition("\nFROM ")[2]
    assert re.search(r"^USER portal$", last_stage, re.MULTILINE)
    assert re.search(r"^(ENV|ARG)[^\n]*(KEY|PASSWORD|SECRET)", dockerfile, re.MULTILINE) is None
    assert {".env", ".git", "var", ".venv"} <= set(ignored)


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of the compose file, on a private PostgreSQL and Valkey."""
    given = {name: secrets.token_urlsafe(48) for name in NEEDED}
    given |= {"ALLOWED_HOSTS": "portal.example", "PORTAL_URL": "https://portal.example"}
    declared = compose()["services"]["web"]["environment"]
    with postgres() as database, valkey() as broker:
        own = {name: filled(value, given) for name, value in declared.items()}
        own |= {"DATABASE_URL": database, "REDIS_URL": broker}
        # What the image sets, in folders of this test.
        own |= {"VAR_DIR": str(tmp_path), "MEDIA_ROOT": str(tmp_path / "media"), "PYTHONUTF8": "1"}
        own |= {"AUDIT_ANCHOR": str(tmp_path / "anchor.json")}
        paths = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        yield own | {"PATH": paths, "HOME": str(tmp_path)}


def readiness(port: int) -> dict[str, object]:
    """What /readyz answers, or nothing while it does not."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return dict(json.load(answer))
    except OSError:
        return {}


@pytest.mark.hard
@pytest.mark.timeout(300)
def test_commands_of_the_file_make_a_ready_portal(
    environment: dict[str, str], tmp_path: Path
) -> None:
    services, port = compose()["services"], free_port()
    manage = ["python", "manage.py"]
    for command in (services["init"]["command"], [*manage, "collectstatic", "--no-input"]):
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    with ExitStack() as stack:
        for name in PORTAL:
            places = {"0.0.0.0:8000": f"127.0.0.1:{port}", "/tmp/beat": str(tmp_path / "beat")}
            words = [places.get(word, word) for word in services[name]["command"]]
            stack.callback(end, spawn(words, tmp_path / f"{name}.log", environment))
        report: dict[str, object] = {}
        until = time.monotonic() + 120
        while time.monotonic() < until and (not report or report.get("degraded")):
            report = readiness(port)
            time.sleep(0.5)

    logs = {file.name: file.read_text()[-2000:] for file in tmp_path.glob("*.log")}
    assert report.get("status") == "ok", logs
    assert report.get("degraded") == [], (report, logs)
