"""Rounds of tutoring: the list and one round with its pairs."""

from __future__ import annotations

import uuid

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.paging import page_of
from core.prepared import prepared
from core.scope import Scope, scope_of
from tutors.models import OPEN_STATES, Batch, BatchMention, Pairing
from tutors.permissions import can_propose
from tutors.reports import batch_report, reported_figures

NAMES = ("name_zh", "name_en")
# Columns of a row of the table; people and places have twenty more.
SHOWN = (
    *("public_id", "state", "from_on", "to_on", "unsettled_since"),
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
    return render(request, "tutors/batch_list.html", {"page": page_of(request, batches)})


@prepared
def _seen(scope: Scope, public_id: uuid.UUID) -> QuerySet[Batch]:
    return Batch.objects.visible_to(scope).select_related("district").filter(public_id=public_id)


@prepared
def _pairs(scope: Scope, batch_id: int) -> QuerySet[Pairing]:
    """Pairs of a batch that the reader sees, in the order of the pupils' units."""
    return (
        Pairing.objects.visible_to(scope)
        .filter(batch_id=batch_id)
        .select_related("tutor", "pupil", "tutor_unit", "pupil_unit")
        .only(*SHOWN)
        .order_by("pupil_unit__code", "pupil_unit_id", "pupil__pinyin", "pk")
    )


@prepared
def _mentions(batch_id: int) -> QuerySet[BatchMention]:
    rows = BatchMention.objects.filter(batch_id=batch_id).select_related("person", "unit")
    return rows.order_by("side", "person__pinyin", "pk")


@require_safe
def batch_detail(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One round: its figures apart, its pairs, the sub-districts it reaches."""
    scope = scope_of(request.user)
    batch = _seen(scope, public_id).or_404()
    shown, mentions = _pairs(scope, batch.pk), list(_mentions(batch.pk))
    context = {
        "batch": batch,
        "page": page_of(request, shown),
        "mentions": mentions,
        "report": batch_report(batch, mentions),
        "reported": reported_figures(batch.district),
        "may_propose": can_propose(request.user, batch),
    }
    return render(request, "tutors/batch_detail.html", context)
