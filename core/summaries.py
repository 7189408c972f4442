"""Figures for dashboards, kept up to date without a shared row in anybody's transaction.

A service adds a small delta row; the worker folds deltas into cells. Pages say "as of".
"""

from __future__ import annotations

from itertools import islice

from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from core.models import Heartbeat, SummaryCell, SummaryDelta
from core.registries import metrics, recounts

FOLD_BATCH = 5_000
FOLDED = "summaries"
CELL = ("metric", "place_id", "year")


def add(metric: str, *, place_id: int, year: int = 0, amount: int = 1) -> None:
    """Note that `metric` of a committee changed by `amount` (year 0 for stocks)."""
    if metric not in metrics:
        raise KeyError(metric)
    SummaryDelta.objects.create(metric=metric, place_id=place_id, year=year, amount=amount)


def fold(limit: int = FOLD_BATCH) -> int:
    """Fold up to `limit` deltas into their cells; returns how many rows were folded."""
    with transaction.atomic():
        if not _only_folder():
            return 0
        ids = list(SummaryDelta.objects.order_by("pk").values_list("pk", flat=True)[:limit])
        batch = SummaryDelta.objects.filter(pk__in=ids)
        sums = batch.values_list(*CELL).annotate(total=Sum("amount")).order_by(*CELL)
        _add_to_cells({(metric, place, year): total for metric, place, year, total in sums})
        batch.delete()
        Heartbeat.objects.update_or_create(name=FOLDED, defaults={"at": timezone.now()})
    return len(ids)


def _add_to_cells(sums: dict[tuple[str, int, int], int]) -> None:
    """Add each sum to its cell. Read, add, write: the caller is the only folder."""
    cells = SummaryCell.objects.filter(
        metric__in={metric for metric, _, _ in sums},
        place_id__in={place for _, place, _ in sums},
        year__in={year for _, _, year in sums},
    )
    standing = {(cell.metric, cell.place_id, cell.year): cell.value for cell in cells}
    SummaryCell.objects.bulk_create(
        [
            SummaryCell(
                metric=metric, place_id=place, year=year, value=standing.get(key, 0) + total
            )
            for key, total in sums.items()
            for metric, place, year in (key,)
        ],
        update_conflicts=True,
        unique_fields=["metric", "year", "place_id"],
        update_fields=["value"],
        batch_size=500,
    )


def _only_folder() -> bool:
    if connection.vendor != "postgresql":
        return True  # BEGIN IMMEDIATE lets one writer in
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [0x666F6C64])
        (held,) = cursor.fetchone()
    return bool(held)


def rebuild() -> int:
    """Recount every metric from the rows of truth and replace the cells; returns cells written."""
    with transaction.atomic():
        _stop_changes()
        SummaryDelta.objects.all().delete()
        SummaryCell.objects.all().delete()
        cells = (
            SummaryCell(metric=metric, place_id=place_id, year=year, value=value)
            for metric, recount in recounts.items()
            for place_id, year, value in recount()
            if value
        )
        written = 0
        # A national register has 600,000 committees: never all of them in memory.
        while batch := list(islice(cells, 2_000)):
            SummaryCell.objects.bulk_create(batch)
            written += len(batch)
        Heartbeat.objects.update_or_create(name=FOLDED, defaults={"at": timezone.now()})
    return written


def _stop_changes() -> None:
    """Let nobody commit a change until the recount is written, or it would be counted twice.

    Waits for transactions that have noted a change; those that come later wait for us.
    """
    if connection.vendor != "postgresql":
        return  # BEGIN IMMEDIATE lets one writer in
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(SummaryDelta._meta.db_table)
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
