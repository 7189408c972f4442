"""Asked by the launcher before anything starts: is the database there, and what was applied to it?

Runs in the virtual environment as a script of its own, without Django, because that takes a tenth
of the time. Prints a fingerprint of the applied migrations and the instant of the first one; ends
with one sentence, without the password, when the database of DATABASE_URL cannot be used.
"""

import contextlib
import hashlib
import os
import sqlite3
import sys
import warnings
from pathlib import Path
from typing import Any

import environ
import psycopg2

QUERY = "SELECT app, name, applied FROM django_migrations ORDER BY id"
LOGIN = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
Rows = list[tuple[Any, ...]]


def sqlite_rows(file: Path) -> Rows:
    """Applied migrations of a SQLite file; none while it does not exist."""
    if not os.access(file.absolute().parent, os.W_OK):
        sys.exit(f"the folder {file.absolute().parent} is missing or cannot be written to")
    if not file.exists():
        return []
    try:
        with contextlib.closing(sqlite3.connect(file, timeout=20)) as connection:
            known = connection.execute("SELECT 1 FROM sqlite_master WHERE name='django_migrations'")
            return connection.execute(QUERY).fetchall() if known.fetchone() else []
    except sqlite3.Error as error:
        sys.exit(f"{file}: {error}")


def postgres_rows(config: dict[str, Any]) -> Rows:
    """Applied migrations of a PostgreSQL database."""
    login = {key: config[name] for key, name in LOGIN.items() if config.get(name)}
    options = {"connect_timeout": 5} | login | config.get("OPTIONS", {})
    try:
        with contextlib.closing(psycopg2.connect(**options)) as connection:
            cursor = connection.cursor()
            cursor.execute("SELECT to_regclass('django_migrations')")
            if cursor.fetchone() == (None,):
                return []
            cursor.execute(QUERY)
            return list(cursor.fetchall())
    except (psycopg2.Error, TypeError, UnicodeError) as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        sys.exit(lines[0] if lines else type(error).__name__)


def main() -> None:
    warnings.simplefilter("ignore")
    config = environ.Env.db_url_config(os.environ["DATABASE_URL"])
    lite = config["ENGINE"].endswith("sqlite3")
    rows = sqlite_rows(Path(config["NAME"])) if lite else postgres_rows(config)
    state = repr([tuple(map(str, row)) for row in rows])
    print(hashlib.sha256(state.encode()).hexdigest(), rows[0][2] if rows else "")


if __name__ == "__main__":
    main()
