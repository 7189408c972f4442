"""Rows between the file and the portal: packed, encrypted, one database row each."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction

from committees.models import ImportDecision, ImportRun, StagedRow
from core import crypto
from core.imports.applying import chunk_size
from core.imports.kinds import ImportContext, ImportKind
from core.imports.packing import pack_writes, unpack_writes
from core.imports.rows import ImportRow, Write


def context_of(run: ImportRun, actor: Any) -> ImportContext:
    """What the kind has to know of this import."""
    return ImportContext(
        within=run.within,
        actor=actor,
        source=run.name,
        columns=run.columns,
        on=run.on,
        complete=run.complete,
        ends_on=run.ends_on,
    )


def decisions(kind: str) -> dict[str, dict[str, str]]:
    """Row key -> question -> answer, of all imports of this kind."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    rows = ImportDecision.objects.filter(kind=kind).values_list("key", "question", "answer")
    for key, question, answer in rows:
        found[key][question] = answer
    return found


def stage(run: ImportRun, rows: Sequence[ImportRow]) -> None:
    """Put the rows of a plan in the place of those of an earlier one, in short transactions.

    Whoever kills this between two of them loses the plan, which is made anew; nothing else has
    been written.
    """
    size = chunk_size() * 5
    while old := list(run.rows.order_by("pk").values_list("pk", flat=True)[:size]):
        run.rows.filter(pk__in=old).delete()
    kind = run.rule
    first = -sum(1 for row in rows if not row.number)  # rows the file does not hold come first
    for start in range(0, len(rows), size):
        staged = [
            reviewed(StagedRow(run=run, position=first + start + place), row, kind)
            for place, row in enumerate(rows[start : start + size])
        ]
        with transaction.atomic():
            StagedRow.objects.bulk_create(staged)


def reviewed(staged: StagedRow, row: ImportRow, kind: ImportKind | None = None) -> StagedRow:
    """The database row of a row, filled anew (not saved)."""
    kind = kind or staged.run.rule
    assert kind is not None
    staged.sheet, staged.number = row.sheet[:100], row.number
    staged.outcome, staged.change = str(row.outcome), str(row.change or "")
    if not row.applies():
        staged.change = ""
    staged.group = row.group
    staged.sealed = crypto.encrypt(json.dumps(kind.pack(row), ensure_ascii=False))
    return staged


def seal_writes(writes: list[Write]) -> str:
    if not writes:
        return ""
    return crypto.encrypt(json.dumps(pack_writes(writes), ensure_ascii=False))


def open_writes(staged: StagedRow) -> list[Write]:
    return unpack_writes(json.loads(crypto.decrypt(staged.wrote))) if staged.wrote else []


def rows_of(run: ImportRun) -> Iterator[tuple[StagedRow, ImportRow]]:
    """Every row of an import in the order of the file."""
    kind = run.rule
    for staged in run.rows.order_by("position").iterator(chunk_size=500):
        yield staged, kind.unpack(staged.content)
