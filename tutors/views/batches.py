"""Rounds of tutoring: the list and one round with its pairs."""

from __future__ import annotations

import uuid

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.paging import ROWS
from tutors.models import OPEN_STATES, Batch, Pairing
from tutors.permissions import can_propose
from tutors.reports import batch_report, reported_figures

NAMES = ("name_zh", "name_en")
# Columns of a row of the table; people and places have twenty more.
SHOWN = (
    *("public_id", "state", "from_on", "to_on"),
    *(f"{of}__{name}" for of in ("tutor", "pupil", "tutor_unit", "pupil_unit") for name in NAMES),
)


@require_safe
def batch_list(request: HttpRequest) -> HttpResponse:
    """Running rounds first, then those that stand as reported."""
    running = Q(pairings__state__in=OPEN_STATES)
    batches = (
        Batch.objects.visible_to(request.user)
        .select_related("district")
        .annotate(
            tutor_count=Count("pairings__tutor", filter=running, distinct=True),
            pupil_count=Count("pairings__pupil", filter=running, distinct=True),
            pair_count=Count("pairings", filter=running, distinct=True),
        )
        .order_by("historical", "-launched_on", "pk")
    )
    page = Paginator(batches, ROWS).get_page(request.GET.get("page"))
    return render(request, "tutors/batch_list.html", {"page": page})


@require_safe
def batch_detail(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One round: its figures apart, its pairs, the sub-districts it reaches."""
    batch = get_object_or_404(
        Batch.objects.visible_to(request.user).select_related("district"), public_id=public_id
    )
    shown = (
        Pairing.objects.visible_to(request.user)
        .filter(batch=batch)
        .select_related("tutor", "pupil", "tutor_unit", "pupil_unit")
        .only(*SHOWN)
        .order_by("pupil_unit__code", "pupil_unit_id", "pupil__pinyin", "pk")
    )
    mentions = list(
        batch.mentions.select_related("person", "unit").order_by("side", "person__pinyin", "pk")
    )
    context = {
        "batch": batch,
        "page": Paginator(shown, ROWS).get_page(request.GET.get("page")),
        "mentions": mentions,
        "report": batch_report(batch, mentions),
        "reported": reported_figures(batch.district),
        "may_propose": can_propose(request.user, batch),
    }
    return render(request, "tutors/batch_detail.html", context)
