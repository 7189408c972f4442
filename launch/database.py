"""The portal's own data: keys, database address, migrations, static files, demonstration data."""

import os
import secrets
import subprocess
import urllib.parse
from pathlib import Path

from launch.steps import PYTHON, ROOT, VAR, Trouble, command, locked, step

LOOPBACK = ("127.0.0.1", "localhost", "::1")
ENGINES = ("sqlite", "postgres", "postgresql", "psql", "pgsql")


def check_database_url(url: str) -> None:
    """Raise Trouble when DATABASE_URL cannot be meant; the password is never shown."""
    try:
        parts = urllib.parse.urlsplit(url)
        parts.port  # noqa: B018 -- raises on a port that is no number
    except ValueError:
        raise Trouble("DATABASE_URL cannot be read: its host or port is malformed.") from None
    name = parts.path.strip("/")
    if parts.scheme not in ENGINES or not name or ":memory:" in url:
        raise Trouble(
            "DATABASE_URL cannot be read; it looks like postgresql://user:password@host:5432/name "
            "or sqlite:////folder/file.sqlite3."
        )


def database_state(env: dict[str, str]) -> tuple[str, str]:
    """Fingerprint of the applied migrations, and the instant of the first: which database it is.

    Raises Trouble when the database cannot be reached.
    """
    done = subprocess.run(
        [str(PYTHON), "launch/probe.py"], env=env, capture_output=True, text=True, cwd=ROOT
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["it does not answer"])[-1]
        raise Trouble(f"The database of DATABASE_URL cannot be used: {reason.rstrip('.')}.")
    state, _, birth = done.stdout.strip().partition(" ")
    return state, birth


def keys() -> dict[str, str]:
    """The random keys of this folder, made once and readable by their owner only."""
    path = VAR / "keys.env"
    if not path.exists():
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            for name in ("SECRET_KEY", "FIELD_KEYS", "AUDIT_KEY"):
                print(f"{name}={secrets.token_urlsafe(48)}", file=file)
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)


def run_environment(host: str, port: int) -> dict[str, str]:
    """What the programs are started with: the real program, with invented life, on loopback."""
    names = [*LOOPBACK[:2], "[::1]"]  # the settings take no other name without TLS
    shown = f"[{host}]" if ":" in host else host
    env = keys() | os.environ | {"DEMO": "1", "DEBUG": "0", "VAR_DIR": str(VAR)}
    env["ALLOWED_HOSTS"] = ",".join(names)
    own = f"sqlite:///{urllib.parse.quote(str(VAR / 'db.sqlite3'))}"
    env["DATABASE_URL"] = env.get("DATABASE_URL") or own
    env["PORTAL_URL"] = env.get("PORTAL_URL") or f"http://{shown}:{port}"
    return env | {"PORT": str(port), "PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "2"}


def own_code() -> list[Path]:
    """Every module of the project's own packages, tests apart."""
    packages = [file.parent for file in ROOT.glob("*/__init__.py") if file.parent.name != "tests"]
    return sorted(file for package in packages for file in package.rglob("*.py"))


def version() -> str:
    """The newest release named in the changelog."""
    changelog = ROOT / "CHANGELOG.md"
    text = changelog.read_text("utf-8") if changelog.exists() else ""
    return next((line for line in text.splitlines() if line.startswith("## ")), "")


def prepare_database(env: dict[str, str], *, demo: bool) -> list[str]:
    """Migrations, static files, demonstration data; returns accounts: role, login, password."""
    manage: list[str | Path] = [PYTHON, "manage.py"]
    code, pins = own_code(), ROOT / "requirements.txt"
    accounts = VAR / "accounts.tsv"

    def load_demo() -> None:
        command([*manage, "demo"], "The demonstration data failed", env)
        listing = command([*manage, "demo", "--accounts"], "The accounts failed", env)
        accounts.touch(0o600)
        accounts.write_text(listing, "utf-8")

    def migrate() -> None:
        command([*manage, "migrate", "--no-input"], "The migrations failed", env)

    def collect() -> None:
        command([*manage, "collectstatic", "--no-input"], "The static files failed", env)

    with locked(VAR / "data.lock"):
        step("migrations", lambda: [pins, *code, *database_state(env)], [], migrate, kept_in=VAR)
        collected = [VAR / "static" / "staticfiles.json"]
        step("static files", lambda: [pins, ROOT / "static"], collected, collect, kept_in=VAR)
        if not demo:
            return []
        life = [file for file in code if "demo" in str(file.relative_to(ROOT))]
        step(
            "demonstration data",
            lambda: [version(), *life, database_state(env)[1]],
            [accounts],
            load_demo,
            kept_in=VAR,
        )
    return accounts.read_text("utf-8").splitlines()
