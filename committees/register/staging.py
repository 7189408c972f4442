"""Temporary tables of a register load: COPY on PostgreSQL, batches on SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection

BATCH = 5_000
STAGE = "register_stage"
PLAN = "register_plan"
SPELLING = "register_spelling"


class CopyStream:
    """Rows as a file that COPY reads; a few kilobytes at a time are in memory."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines
        self.left = b""
        # psycopg2 turns whatever a read raises into a message of its own; the reason is kept here.
        self.error: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            while size < 0 or len(self.left) < size:
                more = "".join(islice(self.lines, 500))
                if not more:
                    break
                self.left += more.encode()
        except BaseException as exc:
            self.error = exc
            raise
        part, self.left = (self.left, b"") if size < 0 else (self.left[:size], self.left[size:])
        return part


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def _copy_line(row: Sequence[Any]) -> str:
    cells = (
        ("t" if value else "f") if isinstance(value, bool) else str(value).replace("\\", "\\\\")
        for value in row
    )
    return "\t".join(cells) + "\n"


def fill(table: str, width: int, rows: Iterable[Sequence[Any]]) -> None:
    """Put `rows` of `width` values (text without control characters, numbers, booleans) into an
    empty temporary table."""
    with connection.cursor() as cursor:
        if is_postgresql():
            stream = CopyStream(_copy_line(row) for row in rows)
            try:
                cursor.cursor.copy_expert(f"COPY {table} FROM STDIN", stream, 65_536)
            except Exception:
                if stream.error is not None:
                    raise stream.error from None
                raise
            return
        marks = ", ".join(["%s"] * width)
        feed = iter(rows)
        while batch := list(islice(feed, BATCH)):
            cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", batch)  # noqa: S608


def create() -> None:
    """Empty temporary tables, whatever an earlier load in this connection left."""
    drop()
    run(
        f"CREATE TEMPORARY TABLE {STAGE} (line integer NOT NULL, code varchar(12) NOT NULL, "
        "name varchar(80) NOT NULL, level smallint NOT NULL, kind varchar(12) NOT NULL, "
        "parent_code varchar(12) NOT NULL, class_code varchar(3) NOT NULL, hidden bool NOT NULL)"
    )
    run(
        f"CREATE TEMPORARY TABLE {SPELLING} (name varchar(80) PRIMARY KEY, "
        "pinyin varchar(240) NOT NULL, initials varchar(80) NOT NULL)"
    )


def drop() -> None:
    for table in (STAGE, PLAN, SPELLING):
        run(f"DROP TABLE IF EXISTS {'pg_temp' if is_postgresql() else 'temp'}.{table}")


def run(sql: str, params: Sequence[Any] = ()) -> int:
    """Execute one statement; returns the rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params) if params else None)
        return int(cursor.rowcount)


def ask(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a small answer."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params) if params else None)
        return list(cursor.fetchall())


def ask_in_batches(sql: str, size: int = 20_000) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a large answer, `size` at a time, kept by the database in between.

    Between two batches other statements may run.
    """
    if is_postgresql():
        run(f"DECLARE register_cursor NO SCROLL CURSOR FOR {sql}")
        while batch := ask(f"FETCH {size:d} FROM register_cursor"):
            yield batch
        run("CLOSE register_cursor")
        return
    with connection.cursor() as cursor:
        cursor.execute(sql)
        while batch := list(cursor.fetchmany(size)):
            yield batch


def settle(table: str) -> None:
    """Tell the planner what the table holds; SQLite needs an index by code instead."""
    if is_postgresql():
        run(f"ANALYZE {table}")
    elif table != SPELLING:
        run(f"CREATE INDEX temp.{table}_by_code ON {table} (code)")
