"""Writing accepted rows in chunks; one that cannot be written takes no other down."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import connection, transaction

from core.errors import DomainError
from core.imports.kinds import ImportContext
from core.imports.rows import ImportRow, Outcome

# Rows of a chunk. On SQLite it keeps every other writer waiting, for less than 0.2 s.
CHUNKS = {"sqlite": 40}
CHUNK = 300

Apply = Callable[[Sequence[Any], ImportContext], None]


def chunk_size() -> int:
    return CHUNKS.get(connection.vendor, CHUNK)


def apply_chunks(
    apply: Apply, rows: Sequence[ImportRow], context: ImportContext
) -> Iterator[Sequence[ImportRow]]:
    """Apply all rows, each chunk in a transaction of its own; yields what was dealt with."""
    size = chunk_size()
    for start in range(0, len(rows), size):
        chunk = rows[start : start + size]
        apply_chunk(apply, chunk, context)
        yield chunk


def apply_chunk(apply: Apply, rows: Sequence[ImportRow], context: ImportContext) -> None:
    """Apply one chunk. Where a service refuses a row, that row turns to review."""
    try:
        with transaction.atomic():
            apply(rows, context)
    except DomainError:
        for row in rows:
            row.writes = []
            _alone(apply, row, context)


def _alone(apply: Apply, row: ImportRow, context: ImportContext) -> None:
    try:
        with transaction.atomic():
            apply([row], context)
    except DomainError as exc:
        row.change, row.writes = None, []
        row.add(exc.code, Outcome.REVIEW, exc.message)
