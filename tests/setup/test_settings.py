"""The settings of a real installation, read as a process of its own reads them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAFE = {
    "DEBUG": "0",
    "SECRET_KEY": "s" * 40,
    "FIELD_KEYS": "f" * 40,
    "AUDIT_KEY": "a" * 40,
    "ALLOWED_HOSTS": "portal.example.org",
}
NAMES = ("CONTENT_SECURITY_POLICY", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_NAME",
         "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS", "REQUIRE_SECOND_FACTOR")  # fmt: skip
TELL = (
    "import json; from trainingbase import settings as s; "
    f"print(json.dumps({{name: getattr(s, name, None) for name in {NAMES!r}}}))"
)


def read(folder: Path, **given: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "VAR_DIR": str(folder), **SAFE, **given}
    command = [sys.executable, "-c", TELL]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)


def settings_of(folder: Path, **given: str) -> dict[str, Any]:
    answer = read(folder, **given)
    assert answer.returncode == 0, answer.stderr
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def test_a_real_installation_is_strict(tmp_path: Path) -> None:
    found = settings_of(tmp_path)
    assert found["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["form-action"] == ["'self'"]
    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    assert found["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert found["SECURE_HSTS_SECONDS"] >= 31536000
    assert found["REQUIRE_SECOND_FACTOR"]


def test_only_a_named_outside_service_may_be_led_to_by_a_form(tmp_path: Path) -> None:
    outside = {
        "OIDC_SERVER_URL": "https://id.example.org:8443/realms/base?x=1",
        "OIDC_CLIENT_ID": "portal",
        "OIDC_CLIENT_SECRET": "secret",
    }
    allowed = settings_of(tmp_path, **outside)["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert allowed["form-action"] == ["'self'", "https://id.example.org:8443"]


@pytest.mark.parametrize(
    "given",
    [
        {"ALLOWED_HOSTS": ""},
        {"ALLOWED_HOSTS": "portal.example.org,*"},
        {"SECRET_KEY": "short"},
        {"FIELD_KEYS": "f" * 40 + ",short"},
        {"AUDIT_KEY": ""},
        {"DEBUG": "1"},
        {"DEMO": "1"},
        {"DEMO": "1", "ALLOWED_HOSTS": "localhost,portal.example.org"},
        {"IDLE_MINUTES": "0"},
        {"IDLE_MINUTES": "100000"},
    ],
)
def test_an_unsafe_installation_does_not_start(tmp_path: Path, given: dict[str, str]) -> None:
    answer = read(tmp_path, **given)
    assert answer.returncode != 0
    assert "ImproperlyConfigured" in answer.stderr


def test_cookies_go_without_tls_on_this_machine_alone(tmp_path: Path) -> None:
    here = settings_of(tmp_path, DEMO="1", ALLOWED_HOSTS="localhost,127.0.0.1,[::1]")
    assert not here["SESSION_COOKIE_SECURE"]
    refused = read(tmp_path, DEMO="1")
    assert "leave only loopback names" in refused.stderr
