"""Training bases."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from committees.models import TrainingBase


@require_safe
def base_list(request: HttpRequest) -> HttpResponse:
    """The bases that serve my districts."""
    bases = TrainingBase.objects.visible_to(request.user).select_related("host__parent")
    rows = bases.prefetch_related("districts").order_by("code")[:200]
    return render(request, "committees/base_list.html", {"bases": rows})


@require_safe
def base_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One base: where it stands, whom it serves, what is reported of it."""
    bases = TrainingBase.objects.visible_to(request.user).select_related("host__parent")
    base = get_object_or_404(bases, code=code)
    context = {
        "base": base,
        "districts": base.districts.order_by("pinyin", "pk"),
        "reported": base.reported.order_by("pk"),
    }
    return render(request, "committees/base_detail.html", context)
