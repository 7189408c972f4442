"""All rows of all tables, so that a test can say that nothing was lost."""

from __future__ import annotations

from typing import Any

from django.apps import apps

from committees.models import MergeEntry, PersonMerge
from core.appendonly import declared
from core.models import SummaryCell, SummaryDelta

# A merge adds to these by design; figures are compared by what they add up to.
APART = (MergeEntry, PersonMerge, SummaryCell, SummaryDelta)


def snapshot() -> dict[str, dict[Any, dict[str, Any]]]:
    """{model: {key: {column: value}}} of every table but the journal and the trail."""
    return {
        model._meta.label_lower: {row["pk"]: row for row in _rows(model)}
        for model in apps.get_models(include_auto_created=True)
        if model not in APART and model._meta.label_lower not in ("core.auditevent",)
    }


def _rows(model: Any) -> list[dict[str, Any]]:
    columns = [field.attname for field in model._meta.concrete_fields]
    return [
        dict(zip(["pk", *columns], values, strict=True))
        for values in model._base_manager.values_list("pk", *columns)
    ]


def counts() -> dict[str, int]:
    return {name: len(rows) for name, rows in snapshot().items()}


def append_only_counts() -> dict[str, int]:
    return {
        model._meta.label_lower: model._base_manager.count()
        for model in apps.get_models()
        if declared(model)
    }


def figures() -> dict[tuple[str, int, int], int]:
    """What the figures of the dashboards say: cells and waiting changes, without zeros."""
    found: dict[tuple[str, int, int], int] = {}
    for cell in SummaryCell.objects.all():
        key = (cell.metric, cell.place_id, cell.year)
        found[key] = found.get(key, 0) + cell.value
    for delta in SummaryDelta.objects.all():
        key = (delta.metric, delta.place_id, delta.year)
        found[key] = found.get(key, 0) + delta.amount
    return {key: value for key, value in found.items() if value}
