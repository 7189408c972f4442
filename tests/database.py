"""Test databases: migrated once for a state of the code, then copied for every test process.

A test that commits gives the database back by copying the template again: the append-only
triggers refuse what Django's own flush would do, and rows that migrations made stay.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from tests.settings import WORKER

ROOT = Path(__file__).resolve().parent.parent


def fingerprint() -> str:
    """Hash of everything that decides what a migrated database looks like."""
    total = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    patterns = ("*/migrations/*.py", "*/models.py", "*/models/*.py", "*/apps.py", "core/*.py")
    for pattern in patterns:
        for file in sorted(ROOT.glob(pattern)):
            total.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return total.hexdigest()[:16]


def migrate(name: str) -> None:
    """Migrate the database `name` on the default connection, and leave it closed."""
    connection.close()
    connection.settings_dict["NAME"] = name
    call_command("migrate", verbosity=0, interactive=False)
    connection.close()


class SQLiteCopies:
    """One file per test process."""

    def __init__(self) -> None:
        folder = Path(settings.VAR_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        self.template = folder / f"template-{fingerprint()}.sqlite3"
        self.copy = folder / f"test-{WORKER}-{os.getpid()}.sqlite3"

    def build(self) -> None:
        """Make the template unless another process has made it."""
        with (self.template.parent / "template.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self.template.exists():
                return
            for old in self.template.parent.glob("template-*.sqlite3*"):
                old.unlink()
            building = self.template.with_suffix(".building")
            self._remove(building)
            migrate(str(building))
            with closing(sqlite3.connect(building)) as raw:
                raw.execute("PRAGMA journal_mode=DELETE")
            building.rename(self.template)

    def restore(self) -> None:
        """A fresh copy for this process."""
        connection.close()
        self._remove(self.copy)
        shutil.copyfile(self.template, self.copy)
        connection.settings_dict["NAME"] = str(self.copy)

    def remove(self) -> None:
        connection.close()
        self._remove(self.copy)

    def _remove(self, file: Path) -> None:
        for suffix in ("", "-wal", "-shm", "-journal"):
            file.with_name(file.name + suffix).unlink(missing_ok=True)


class PostgreSQLCopies:
    """One database per test process, made by the server from the template."""

    def __init__(self) -> None:
        self.home = connection.settings_dict["NAME"]
        self.template = f"tb_template_{fingerprint()}"
        self.copy = f"tb_test_{WORKER}_{os.getpid()}"

    @contextmanager
    def _server(self) -> Iterator[Any]:
        """A connection beside Django's, because a database in use is neither copied nor dropped."""
        given = connection.get_connection_params() | {"dbname": self.home}
        given = {key: value for key, value in given.items() if key != "cursor_factory"}
        with closing(psycopg2.connect(**given)) as raw:
            raw.autocommit = True
            with raw.cursor() as cursor:
                yield cursor

    def build(self) -> None:
        with self._server() as server:
            server.execute("SELECT pg_advisory_lock(20260101)")
            server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.template])
            if server.fetchone():
                return
            building = f"{self.template}_building"
            server.execute(f'DROP DATABASE IF EXISTS "{building}"')
            server.execute(f"CREATE DATABASE \"{building}\" TEMPLATE template0 ENCODING 'UTF8'")
            migrate(building)
            server.execute(f'ALTER DATABASE "{building}" RENAME TO "{self.template}"')

    def restore(self) -> None:
        connection.close()
        with self._server() as server:
            server.execute(f'DROP DATABASE IF EXISTS "{self.copy}" WITH (FORCE)')
            server.execute(
                f'CREATE DATABASE "{self.copy}" TEMPLATE "{self.template}" STRATEGY FILE_COPY'
            )
        connection.settings_dict["NAME"] = self.copy

    def remove(self) -> None:
        connection.close()
        with self._server() as server:
            server.execute(f'DROP DATABASE IF EXISTS "{self.copy}" WITH (FORCE)')


def copies() -> SQLiteCopies | PostgreSQLCopies:
    return PostgreSQLCopies() if connection.vendor == "postgresql" else SQLiteCopies()
