"""Guards: what a row may not become, told to the database as a trigger.

A model declares `guards = (Guard(...), ...)` where a constraint cannot say the rule, because it
looks at the row as it was or at another table. Like append-only triggers they are (re)installed
after every migrate, since SQLite drops them when a later migration rebuilds the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, models


@dataclass(frozen=True)
class Guard:
    """Refuse `operation` when `when` holds: SQL over OLD and NEW that both databases read.

    `only`: the vendor that needs it (a constraint does the same on the other one). `first`: what
    PostgreSQL does before it looks, to wait for a row or a lock; SQLite has one writer at a time.
    """

    name: str
    operation: str
    when: str
    message: str
    only: str = ""
    first: str = ""


def guards_of(model: type[models.Model], vendor: str) -> list[Guard]:
    declared: tuple[Guard, ...] = vars(model).get("guards", ())
    return [guard for guard in declared if guard.only in ("", vendor)]


def _trigger(model: type[models.Model], guard: Guard) -> str:
    return f"{model._meta.db_table}_guard_{guard.name}"


def declared(vendor: str) -> list[str]:
    """Names of the triggers that must stand, sorted."""
    found = [
        _trigger(model, guard) for model in apps.get_models() for guard in guards_of(model, vendor)
    ]
    return sorted(found)


def installed(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Names of the triggers that stand, sorted."""
    connection = connections[using]
    sql = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
    if connection.vendor == "postgresql":
        sql = (
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D' "
            "AND tgname LIKE %s"
        )
    with connection.cursor() as cursor:
        cursor.execute(sql, ["%_guard_%"])
        return sorted(name for (name,) in cursor.fetchall())


def install(using: str = DEFAULT_DB_ALIAS) -> None:
    """Create or replace every declared trigger whose table exists. Idempotent."""
    _each(using, _statements)


def drop(using: str = DEFAULT_DB_ALIAS) -> None:
    """Take the guards away; only appendonly.lifted does."""
    _each(using, _removal)


def _each(using: str, statements: Any) -> None:
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for model in apps.get_models():
            if model._meta.db_table in tables:
                for guard in guards_of(model, connection.vendor):
                    for statement in statements(model, guard, connection.vendor):
                        cursor.execute(statement)


def _removal(model: type[models.Model], guard: Guard, vendor: str) -> Iterator[str]:
    on = f' ON "{model._meta.db_table}"' if vendor == "postgresql" else ""
    yield f'DROP TRIGGER IF EXISTS "{_trigger(model, guard)}"{on}'


def _statements(model: type[models.Model], guard: Guard, vendor: str) -> Iterator[str]:
    table, name = model._meta.db_table, _trigger(model, guard)
    yield from _removal(model, guard, vendor)
    if vendor != "postgresql":
        yield (
            f'CREATE TRIGGER "{name}" BEFORE {guard.operation} ON "{table}" WHEN {guard.when} '
            f"BEGIN SELECT RAISE(ABORT, '{guard.message}'); END"
        )
        return
    row = "OLD" if guard.operation == "DELETE" else "NEW"
    yield (
        f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
        f"{guard.first} IF {guard.when} THEN RAISE EXCEPTION '{guard.message}' "
        f"USING ERRCODE = 'restrict_violation'; END IF; RETURN {row}; END $$"
    )
    yield (
        f'CREATE TRIGGER "{name}" BEFORE {guard.operation} ON "{table}" '
        f'FOR EACH ROW EXECUTE FUNCTION "{name}"()'
    )


def install_after_migrate(*, using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    install(using)
