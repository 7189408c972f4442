"""Long work on a page: how far it is, what came of it, stop and go on."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import jobs
from core.models import Job
from core.paging import ROWS


@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    """My jobs, newest first."""
    own = Job.objects.visible_to(request.user).select_related("file")
    page = Paginator(own.order_by("-created_at", "-pk"), ROWS).get_page(request.GET.get("page"))
    return render(request, "core/job_list.html", {"page": page})


@require_safe
def job_show(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One job; the part that changes is asked for again every two seconds until it is over."""
    job = _mine(request, key)
    part = "#progress" if request.htmx else ""  # type: ignore[attr-defined]
    return render(request, f"core/job_show.html{part}", {"job": job})


@require_POST
def job_cancel(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    job = _mine(request, key)
    if not jobs.cancel(job=job):
        messages.info(request, _("It was over already."))
    return redirect("job-show", key=job.public_id)


@require_POST
def job_again(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    job = _mine(request, key)
    if not jobs.again(job=job):
        messages.info(request, _("There is nothing to go on with."))
    return redirect("job-show", key=job.public_id)


def _mine(request: HttpRequest, key: uuid.UUID) -> Job:
    rows = Job.objects.visible_to(request.user).select_related("file")
    return get_object_or_404(rows, public_id=key)
