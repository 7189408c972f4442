"""docs/settings.md names every environment variable that is read, and none that is not."""

from __future__ import annotations

import re
from pathlib import Path

from tests.setup.compose import compose

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r"""env(?:iron)?(?:\.\w+)?[(\[]\s*["']([A-Z][A-Z0-9_]+)["']""")
# Set by other programs for us.
NOT_OURS = ("tests", "benchmarks")
FOREIGN = {"PYTEST_XDIST_WORKER", "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE", "PATH"}
FOREIGN |= {"NODE_OPTIONS", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"}


def read_names() -> set[str]:
    packages = [
        file.parent for file in ROOT.glob("*/__init__.py") if file.parent.name not in NOT_OURS
    ]
    files = [file for package in packages for file in package.rglob("*.py")]
    files += [ROOT / "tests" / f"{name}.py" for name in ("settings", "conftest", "tiers")]
    return {name for file in files for name in READ.findall(file.read_text("utf-8"))} - FOREIGN


def documented_names() -> set[str]:
    rows = [
        line.split("|")[1]
        for line in (ROOT / "docs" / "settings.md").read_text("utf-8").splitlines()
        if line.startswith("| `")
    ]
    return {name for row in rows for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", row)}


def compose_names() -> set[str]:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    environment = compose()["services"]["web"]["environment"]
    return set(re.findall(r"\$\{([A-Z_]+)", text)) | set(environment)


def test_every_name_that_is_read_is_documented() -> None:
    assert read_names() | compose_names() | {"REQUIRE_GETTEXT"} == documented_names()
