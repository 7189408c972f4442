"""Claiming hours studied elsewhere; deciding on a claim with its evidence in view."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committees.models import Person
from core.errors import DomainError
from core.paging import ROWS
from core.scope import scope_of
from core.typed import sent
from records import permissions
from records.forms.claims import ClaimForm, DecisionForm
from records.models import HourClaim, HourEntry, HourState
from records.services import claims, deciding


@require_safe
def claim_list(request: HttpRequest) -> HttpResponse:
    """My claims, newest first."""
    own = HourClaim.objects.visible_to(request.user).filter(person=_person_id(request))
    rows = own.select_related("entry__decision", "entry__reversal").order_by("-from_on", "-pk")
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "rows": [(row, row.entry.state) for row in page]}
    return render(request, "records/claim_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def claim_new(request: HttpRequest) -> HttpResponse:
    """Hand in hours with evidence."""
    person = get_object_or_404(Person, pk=_person_id(request))
    form = ClaimForm(*sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            claim = claims.hand_in(
                actor=request.user,
                person=person,
                facts=form.facts(),
                uploads=form.cleaned_data["evidence"],
            )
        except DomainError as exc:
            form.add_error(exc.field or None, exc.message)
        else:
            messages.success(request, _("Handed in. Your organiser looks at it next."))
            return redirect("records:claim-show", claim.public_id)
    return _form_page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def claim_change(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Complete a returned claim and hand it in again."""
    claim = _claim(request, key)
    if claim.person_id != _person_id(request):
        raise PermissionDenied
    if claim.entry.state != HourState.REJECTED:
        messages.info(request, _("Only a returned claim can be changed."))
        return redirect("records:claim-show", claim.public_id)
    form = ClaimForm(*sent(request), claim=claim)
    if request.method == "POST" and form.is_valid():
        try:
            claims.hand_in_again(
                actor=request.user,
                claim=claim,
                facts=form.facts(),
                uploads=form.cleaned_data["evidence"],
                dropped=form.dropped(),
            )
        except DomainError as exc:
            form.add_error(exc.field or None, exc.message)
        else:
            messages.success(request, _("Handed in again."))
            return redirect("records:claim-show", claim.public_id)
    return _form_page(request, form, claim)


def _form_page(request: HttpRequest, form: ClaimForm, claim: HourClaim | None) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "claim": claim}
    return render(request, "records/claim_form.html", context, status=status)


@require_safe
def claim_show(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One claim with its evidence and its history."""
    claim = _claim(request, key)
    return _claim_page(request, claim, DecisionForm(claim=claim))


def _claim_page(
    request: HttpRequest, claim: HourClaim, form: DecisionForm, status: int = 200
) -> HttpResponse:
    state = claim.entry.state
    entries = HourEntry.objects.filter(source=claims.SOURCE, source_ref=str(claim.public_id))
    history = entries.select_related("decision", "reversal").order_by("pk")
    mine = claim.person_id == _person_id(request)
    context: dict[str, Any] = {
        "claim": claim,
        "state": state,
        "files": claim.files.order_by("pk"),
        "history": [(entry, entry.state) for entry in history],
        "mine": mine,
        "may_decide": state == HourState.PENDING
        and not mine
        and permissions.can_decide(request.user, claim.entry),
        "form": form,
    }
    return render(request, "records/claim_show.html", context, status=status)


@require_POST
def claim_take_back(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    claim = _claim(request, key)
    if claim.person_id != _person_id(request):
        raise PermissionDenied
    try:
        claims.take_back(actor=request.user, claim=claim)
    except DomainError as exc:
        messages.error(request, exc.message)
    else:
        messages.success(request, _("Taken back."))
    return redirect("records:claim-show", claim.public_id)


@require_POST
def claim_decide(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Verify (`verdict=verify`) or return a claim, as the desk of hours does."""
    claim = _claim(request, key)
    if not permissions.can_decide(request.user, claim.entry):
        raise PermissionDenied
    form = DecisionForm(request.POST, claim=claim)
    if form.is_valid():
        try:
            if request.POST.get("verdict") == "verify":
                deciding.verify(actor=request.user, entry=claim.entry)
                messages.success(request, _("The hours are verified."))
            else:
                reason = form.cleaned_data["reason"]
                deciding.reject(actor=request.user, entry=claim.entry, reason=reason)
                messages.success(request, _("Returned to be completed."))
        except DomainError as exc:
            form.add_error(exc.field or None, exc.message)
        else:
            return redirect("records:claim-show", claim.public_id)
    return _claim_page(request, claim, form, status=422)


def _person_id(request: HttpRequest) -> int:
    """The reader's person; 0 (nobody's number) for an account without one."""
    return scope_of(request.user).person_id or 0


def _claim(request: HttpRequest, key: uuid.UUID) -> HourClaim:
    rows = HourClaim.objects.visible_to(request.user).select_related(
        "person", "unit", "entry__decision", "entry__reversal", "entry__account__person"
    )
    return get_object_or_404(rows, public_id=key)
