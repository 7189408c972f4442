"""Figures for dashboards, kept up to date without a shared row in anybody's transaction.

A service adds a small delta row; the worker folds deltas into cells. Pages say "as of".
"""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import F, Sum
from django.utils import timezone

from core.models import Heartbeat, SummaryCell, SummaryDelta
from core.registries import metrics, recounts

FOLD_BATCH = 5_000
FOLDED = "summaries"


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
        sums = (
            batch.values("metric", "place_id", "year")
            .annotate(total=Sum("amount"))
            .order_by("metric", "place_id", "year")
        )
        for row in list(sums):
            key = {name: row[name] for name in ("metric", "place_id", "year")}
            SummaryCell.objects.get_or_create(**key)
            SummaryCell.objects.filter(**key).update(value=F("value") + row["total"])
        batch.delete()
        Heartbeat.objects.update_or_create(name=FOLDED, defaults={"at": timezone.now()})
    return len(ids)


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
        SummaryDelta.objects.all().delete()
        SummaryCell.objects.all().delete()
        cells = [
            SummaryCell(metric=metric, place_id=place_id, year=year, value=value)
            for metric, recount in recounts.items()
            for place_id, year, value in recount()
            if value
        ]
        SummaryCell.objects.bulk_create(cells, batch_size=500)
        Heartbeat.objects.update_or_create(name=FOLDED, defaults={"at": timezone.now()})
    return len(cells)
