"""Certificates: my own, those of a base or district, one with its paper and its chain, and the
public check."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import throttle
from committees.models import Person
from core.errors import DomainError
from core.paging import ROWS
from core.registries import certificate_sources
from core.scope import Role, scope_of
from core.typed import readable
from records import services
from records.certificates import checking, jobs, paper
from records.certificates.content import plain_number
from records.certificates.forms import CheckForm, RevokeForm, ScanForm
from records.certificates.permissions import can_attach, can_issue, can_revoke
from records.models import Certificate, CertificateFile

REGISTER_READERS = (Role.BASE_ADMIN, Role.DISTRICT, Role.ORGANISER, Role.AUDITOR)


@require_safe
def certificate_list(request: HttpRequest) -> HttpResponse:
    """My certificates, newest first."""
    me = scope_of(request.user).person_id or 0
    prints = CertificateFile.objects.filter(
        certificate=OuterRef("pk"), kind=CertificateFile.Kind.PRINT
    )
    rows = (
        Certificate.objects.filter(account__person=me)
        .with_chain()
        .annotate(print_key=Subquery(prints.values("file__public_id")[:1]))
        .order_by("-issued_at", "-pk")
    )
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    return render(request, "records/certificate_list.html", {"page": page})


@require_safe
def certificate_register(request: HttpRequest) -> HttpResponse:
    """Every certificate of the bases and units one answers for, found by number, name or class."""
    if not scope_of(request.user).has(*REGISTER_READERS):
        raise PermissionDenied(_("The register of certificates is for bases and departments."))
    text = readable(request.GET.get("q", ""), 60)
    state = request.GET.get("state", "")
    rows = Certificate.objects.visible_to(request.user).with_chain()
    if state in ("issued", "revoked"):
        rows = rows.filter(revocation__isnull=state == "issued")
    if text:
        rows = rows.filter(
            Q(number__startswith=plain_number(text))
            | Q(account__person__in=Person.objects.named(text))
            | Q(content__title__icontains=text)
        )
    page = Paginator(rows.order_by("-issued_at", "-pk"), ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "q": text, "state": state}
    return render(request, "records/certificate_register.html", context)


def _seen(request: HttpRequest, public_id: uuid.UUID) -> Certificate:
    rows = Certificate.objects.visible_to(request.user).with_chain()
    return get_object_or_404(rows.select_related("series__base__host", "unit"), public_id=public_id)


@require_safe
def certificate_detail(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What it says, whether it counts, its paper, and what it replaced or was replaced by."""
    certificate = _seen(request, public_id)
    papers = list(certificate.files.select_related("file").order_by("-added_at", "-pk"))
    kinds = CertificateFile.Kind
    replacement = getattr(getattr(certificate, "revocation", None), "replacement", None)
    context = {
        "certificate": certificate,
        "content": certificate.content,
        "print": next((row for row in papers if row.kind == kinds.PRINT), None),
        "scans": [row for row in papers if row.kind == kinds.SCAN],
        "replacement": replacement,
        "mine": certificate.account.person_id == scope_of(request.user).person_id,
        "may_revoke": not certificate.is_revoked and can_revoke(request.user, certificate),
        "may_attach": can_attach(request.user, certificate),
        "may_print": _may_print(request, certificate),
        "may_reissue": certificate.is_revoked
        and replacement is None
        and certificate.source in certificate_sources
        and can_issue(request.user, certificate.series.base),
    }
    return render(request, "records/certificate_detail.html", context)


def _may_print(request: HttpRequest, certificate: Certificate) -> bool:
    """Whose it is, and the base that issued it."""
    mine = certificate.account.person_id == scope_of(request.user).person_id
    return mine or can_issue(request.user, certificate.series.base)


@require_POST
def certificate_print(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Have the print made that is missing."""
    certificate = _seen(request, public_id)
    if not _may_print(request, certificate):
        raise PermissionDenied(_("The print is for whose it is, and for the base."))
    job = jobs.ask_print(actor=request.user, certificate=certificate)
    return redirect("job-show", key=job.public_id)


@require_http_methods(["GET", "POST"])
def certificate_revoke(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Cannot be undone, so it asks first; a new certificate may be issued in its place."""
    certificate = _seen(request, public_id)
    if not can_revoke(request.user, certificate):
        raise PermissionDenied(_("A certificate is revoked by the district department."))
    form = RevokeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.revoke_certificate(
                actor=request.user, certificate=certificate, reason=form.cleaned_data["reason"]
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The certificate is revoked. It stays on record."))
            return redirect("certificates:detail", certificate.public_id)
    return _page(request, "records/certificate_revoke.html", form, certificate)


@require_POST
def certificate_reissue(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A new certificate with the facts of today in place of a revoked one, printed at once."""
    certificate = _seen(request, public_id)
    if not can_issue(request.user, certificate.series.base):
        raise PermissionDenied(
            _("Certificates are issued by the training base that held the class.")
        )
    award = None
    if certificate.source in certificate_sources:
        award = certificate_sources.get(certificate.source)(certificate)
    if award is None:
        messages.error(request, _("What this certificate was issued for is no longer on record."))
        return redirect("certificates:detail", certificate.public_id)
    try:
        new = services.reissue_certificate(actor=request.user, certificate=certificate, award=award)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("certificates:detail", certificate.public_id)
    job = jobs.ask_print(actor=request.user, certificate=new)
    messages.success(request, _("Issued anew as %(number)s.") % {"number": new.number})
    return redirect("job-show", key=job.public_id)


@require_http_methods(["GET", "POST"])
def certificate_attach(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The scan of the sheet that was printed and sealed."""
    certificate = _seen(request, public_id)
    if not can_attach(request.user, certificate):
        raise PermissionDenied(
            _("The training base that issued the certificate hands in its scan.")
        )
    posted = request.method == "POST"
    form = ScanForm(request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        try:
            paper.attach_scan(
                actor=request.user, certificate=certificate, upload=form.cleaned_data["file"]
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The scan is kept with the certificate."))
            return redirect("certificates:detail", certificate.public_id)
    return _page(request, "records/certificate_attach.html", form, certificate)


def _page(request: HttpRequest, template: str, form: Any, certificate: Certificate) -> HttpResponse:
    status = 422 if form.errors else 200
    context = {"form": form, "certificate": certificate}
    return render(request, template, context, status=status)


def _answer(request: HttpRequest, n: str, c: str) -> tuple[checking.Answer | None, int]:
    """The turn is taken before anything is looked at, and given back when number and code fit."""
    turn = f"certificate:{throttle.client_address(request)}"
    if not throttle.take_turn(turn, throttle.PER_ADDRESS):
        return None, 429
    answer = checking.answer_to(n, c)
    if answer is not None:
        throttle.give_back(turn)
    return answer, 200


@login_not_required
@require_safe
def certificate_check(request: HttpRequest) -> HttpResponse:
    """Is a certificate genuine? For anybody with number and code; a wrong one costs a turn."""
    form = CheckForm(request.GET if "n" in request.GET or "c" in request.GET else None)
    answer, status = None, 200
    if form.is_bound and not form.is_valid():
        status = 422
    elif form.is_bound:
        answer, status = _answer(request, **form.cleaned_data)
    context = {
        "form": form,
        "answer": answer,
        "asked": form.is_bound and status == 200,
        "too_often": status == 429,
        "minutes": int(throttle.WINDOW.total_seconds() // 60),
    }
    response = render(request, "records/certificate_check.html", context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    if status == 429:
        response["Retry-After"] = str(int(throttle.WINDOW.total_seconds()))
    return response
