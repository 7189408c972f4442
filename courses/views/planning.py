"""What a training base does with its classes."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError
from courses import services
from courses.forms import CancelClassForm, HouseForm, OfferingForm, SessionForm
from courses.models import Offering
from courses.views.access import act, posted, run_bases, run_offering, run_session, to_offering

SHOWN = (
    "title_zh",
    "title_en",
    "kind",
    "begins_on",
    "ends_on",
    "venue_zh",
    "venue_en",
    "about_zh",
    "about_en",
)


@require_http_methods(["GET", "POST"])
def offering_create(request: HttpRequest) -> HttpResponse:
    form = OfferingForm(posted(request), bases=run_bases(request))
    if request.method == "POST" and form.is_valid():
        try:
            offering = services.create_offering(actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The class is a draft. Add its sessions, then open it."))
            return to_offering(offering)
    return _form_page(request, "courses/offering_create.html", form)


@require_http_methods(["GET", "POST"])
def offering_edit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    offering = run_offering(request, public_id)
    form = OfferingForm(
        posted(request),
        bases=[offering.base],
        offering=offering,
        initial=_initial(offering) if request.method == "GET" else None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.update_offering(actor=request.user, offering=offering, **form.cleaned_data)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The class has been changed."))
            return to_offering(offering)
    return _form_page(request, "courses/offering_edit.html", form, offering=offering)


def _initial(offering: Offering) -> dict[str, Any]:
    pool = offering.pools.filter(unit=None).first()
    return {name: getattr(offering, name) for name in SHOWN} | {
        "enrol_until": offering.enrol_until,
        "courses": list(offering.courses.values_list("pk", flat=True)),
        "seats": pool.seats if pool else None,
    }


@require_POST
def offering_open(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    offering = run_offering(request, public_id)
    return act(
        request,
        lambda: services.open_offering(actor=request.user, offering=offering),
        _("The class is open for enrolment."),
        reverse("courses:offering-detail", args=[public_id]),
    )


@require_POST
def offering_close(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    offering = run_offering(request, public_id)
    return act(
        request,
        lambda: services.close_enrolment(actor=request.user, offering=offering),
        _("Enrolment is closed."),
        reverse("courses:offering-detail", args=[public_id]),
    )


@require_POST
def offering_complete(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    offering = run_offering(request, public_id)
    return act(
        request,
        lambda: services.complete_offering(actor=request.user, offering=offering),
        _("The class is completed and the class hours are entered."),
        reverse("courses:offering-enrolments", args=[public_id]),
    )


@require_http_methods(["GET", "POST"])
def offering_cancel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Cannot be undone, so it asks first and names how many people will be told."""
    offering = run_offering(request, public_id)
    form = CancelClassForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel_offering(actor=request.user, offering=offering, **form.cleaned_data)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The class is cancelled and everybody has been told."))
            return to_offering(offering)
    people = offering.enrolments.holding().count()
    return _form_page(
        request, "courses/offering_cancel.html", form, offering=offering, people=people
    )


@require_http_methods(["GET", "POST"])
def session_create(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    offering = run_offering(request, public_id)
    form = SessionForm(posted(request), offering=offering, initial={"on": offering.begins_on})
    if request.method == "POST" and form.is_valid():
        try:
            services.add_session(actor=request.user, offering=offering, **form.facts())
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The session has been added."))
            return to_offering(offering)
    return _form_page(request, "courses/session_create.html", form, offering=offering)


@require_http_methods(["GET", "POST"])
def session_edit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    session = run_session(request, public_id)
    offering = session.offering
    assert offering is not None  # run_session has looked
    form = SessionForm(posted(request), offering=offering, initial=SessionForm.initial_of(session))
    if request.method == "POST" and form.is_valid():
        try:
            services.update_session(actor=request.user, session=session, **form.facts())
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The session has been changed."))
            return to_offering(offering)
    return _form_page(
        request, "courses/session_edit.html", form, offering=offering, session=session
    )


@require_POST
def session_drop(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    session = run_session(request, public_id)
    assert session.offering is not None  # run_session has looked
    return act(
        request,
        lambda: services.drop_session(actor=request.user, session=session),
        _("The session has been removed."),
        reverse("courses:offering-detail", args=[session.offering.public_id]),
    )


def _form_page(
    request: HttpRequest, template: str, form: HouseForm, **context: Any
) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)
