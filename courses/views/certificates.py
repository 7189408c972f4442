"""Certificates of a class: who has one, and asking for them."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.errors import DomainError
from courses.models import Enrolment, Offering
from courses.permissions import can_list_enrolments, can_run, is_class_head
from courses.services import certificates as services
from courses.views.access import run_offering, seen_offering

PER_PAGE = 50


@require_safe
def offering_certificates(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Who completed the class, and the certificate of each; a base and who heads the class see
    all, a district and an organiser their own people."""
    offering, heads = _listed(request, public_id)
    rows = services.completed(offering)
    if not heads:
        rows &= Enrolment.objects.visible_to(request.user)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    certificates = services.latest_certificates(offering)
    may_run = can_run(request.user, offering) and offering.state == Offering.State.COMPLETED
    may_print = may_run or (heads and offering.state == Offering.State.COMPLETED)
    unprintable = services.unprintable_names(offering) if may_print else {}
    total = page.paginator.count
    context = {
        "offering": offering,
        "page": page,
        "rows": [
            {
                "row": row,
                "certificate": certificates.get(services.key_of(row)),
                "signs": unprintable.get(services.key_of(row), ""),
            }
            for row in page
        ],
        "unprintable": len(unprintable),
        "total": total,
        "issued": len(certificates),
        "missing": max(total - len(certificates), 0),
        "may_run": may_run,
        "may_print": may_print,
    }
    return render(request, "courses/offering_certificates.html", context)


def _listed(request: HttpRequest, public_id: uuid.UUID) -> tuple[Offering, bool]:
    """The class, and whether the reader heads it."""
    offering = seen_offering(request, public_id)
    heads = is_class_head(request.user, offering)
    if not heads and not can_list_enrolments(request.user, offering):
        raise PermissionDenied(_("This list is for the training base and the organisers."))
    return offering, heads


@require_POST
def offering_certificates_issue(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    offering = run_offering(request, public_id)
    try:
        job = services.issue_class_certificates(actor=request.user, offering=offering)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("courses:offering-detail", offering.public_id)
    return redirect("job-show", key=job.public_id)


@require_POST
def offering_certificates_print(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """All standing certificates of the class as one PDF."""
    offering = seen_offering(request, public_id)
    if not (can_run(request.user, offering) or is_class_head(request.user, offering)):
        raise PermissionDenied(_("Only the training base that holds the class may do this."))
    try:
        job = services.bind_class_certificates(actor=request.user, offering=offering)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("courses:offering-detail", offering.public_id)
    return redirect("job-show", key=job.public_id)
