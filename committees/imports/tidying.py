"""Imports whose time is over: their rows and files go, what they were stays."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from committees.imports.runs import forget
from committees.models import ImportRun
from committees.models.imports import KEPT


def tidy(most: int = 50) -> int:
    """Forget what is personal of old imports; returns how many. Called by beat."""
    before = timezone.now() - KEPT
    old = Q(applied_at__lt=before) | Q(applied_at=None, created_at__lt=before)
    held = ~Q(sealed="") | Q(file__isnull=False) | Q(rows__isnull=False)
    runs = ImportRun.objects.filter(old, held).select_related("file").distinct().order_by("pk")
    found = list(runs[:most])
    for run in found:
        with transaction.atomic():
            forget(run)
    return len(found)
