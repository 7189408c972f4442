"""Keys of what comes from paper: the same line is the same thing, whichever file brings it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext as _

from core.imports.table import ListRow
from records.models import HourEntry


def in_the_ledger(
    keys: Iterable[str], model: type[models.Model] = HourEntry, taken_back: str = "reversal"
) -> tuple[set[str], set[str]]:
    """What the ledger holds of these lines: every key used for them, and the lines that stand.

    A line that was taken back and brought in again has the key of the line with a number.
    """
    waiting = {key: key for key in keys}
    used: set[str] = set()
    standing: set[str] = set()
    number = 1
    while waiting:
        rows = model._default_manager.filter(key__in=waiting).values_list("key", taken_back)
        held = dict(rows)
        used |= held.keys()
        standing |= {waiting[key] for key, reversal in held.items() if reversal is None}
        number += 1
        waiting = {f"{waiting[key]}#{number}": waiting[key] for key in held}
    return used, standing


def free_key(key: str, used: set[str]) -> str:
    number, free = 1, key
    while free in used:
        number += 1
        free = f"{key}#{number}"
    used.add(free)
    return free


def evidence_of(row: ListRow) -> str:
    parts = (row.values["host"], row.values["evidence"])
    said = _(", ").join(part for part in parts if part)
    place = f"{row.sheet} {row.number}".strip()
    return f"{said} [{place}]"[:200] if said else f"[{place}]"[:200]
