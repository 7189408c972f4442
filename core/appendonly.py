"""Append-only tables: the database itself refuses UPDATE and DELETE, whoever asks.

A model declares `append_only = ("UPDATE", "DELETE")`; the triggers are (re)installed after every
migrate, because SQLite drops them when a later migration rebuilds the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, models

from core import guards


def declared(model: type[models.Model]) -> tuple[str, ...]:
    """The operations `model` refuses ("UPDATE", "DELETE"), empty for ordinary models."""
    return tuple(vars(model).get("append_only", ()))


def append_only_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if declared(model)]


def trigger_names(model: type[models.Model], vendor: str) -> list[str]:
    """Names of the triggers that must stand on the table of `model`, sorted."""
    # SQLite's INSERT OR REPLACE removes the old row without asking the DELETE trigger.
    more = "TRUNCATE" if vendor == "postgresql" else "REPLACE"
    names = [*declared(model), more]
    return sorted(f"{model._meta.db_table}_no_{operation.lower()}" for operation in names)


def installed(using: str = DEFAULT_DB_ALIAS) -> dict[str, list[str]]:
    """Trigger names that stand in the database, by table."""
    connection = connections[using]
    if connection.vendor == "postgresql":
        sql = (
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND t.tgname LIKE %s AND t.tgenabled <> 'D'"
        )
        params: list[str] = ["%\\_no\\_%"]
    else:
        sql = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
        params = ["%_no_%"]
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        for table, name in cursor.fetchall():
            found.setdefault(table, []).append(name)
    return {table: sorted(names) for table, names in found.items()}


def install(using: str = DEFAULT_DB_ALIAS) -> None:
    """Create or replace every declared trigger whose table exists. Idempotent."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for model in append_only_models():
            if model._meta.db_table in tables:
                for statement in _statements(model, connection.vendor):
                    cursor.execute(statement)


def _statements(model: type[models.Model], vendor: str) -> Iterator[str]:
    table = model._meta.db_table
    if vendor == "postgresql":
        yield (
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME "
            "USING ERRCODE = 'restrict_violation'; END $$"
        )
        for operation in (*declared(model), "TRUNCATE"):
            name = f"{table}_no_{operation.lower()}"
            each = "STATEMENT" if operation == "TRUNCATE" else "ROW"
            yield f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"'
            yield (
                f'CREATE TRIGGER "{name}" BEFORE {operation} ON "{table}" '
                f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
            )
        return
    for operation in declared(model):
        name = f"{table}_no_{operation.lower()}"
        yield f'DROP TRIGGER IF EXISTS "{name}"'
        yield (
            f'CREATE TRIGGER "{name}" BEFORE {operation} ON "{table}" '
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    key = model._meta.pk.column
    yield f'DROP TRIGGER IF EXISTS "{table}_no_replace"'
    yield (  # names of our own model
        f'CREATE TRIGGER "{table}_no_replace" BEFORE INSERT ON "{table}" '  # noqa: S608
        f'WHEN EXISTS (SELECT 1 FROM "{table}" WHERE "{key}" = NEW."{key}") '
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def install_after_migrate(*, using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    install(using)


@contextmanager
def lifted(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Drop the triggers, guards too, for the length of the block: only for emptying a test or
    demonstration database. A test refuses any other use."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for model in append_only_models():
            table = model._meta.db_table
            on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
            for name in trigger_names(model, connection.vendor):
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')
    guards.drop(using)
    try:
        yield
    finally:
        install(using)
        guards.install(using)
