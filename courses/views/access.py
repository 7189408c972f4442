"""How a page finds its object: unseen is 404, seen but forbidden is 403."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from committees.models import TrainingBase
from core.errors import DomainError
from core.prepared import prepared
from core.scope import Role, Scope, scope_of
from courses.models import Offering, Session
from courses.permissions import can_run


@prepared
def _seen(scope: Scope, public_id: uuid.UUID) -> QuerySet[Offering]:
    rows = Offering.objects.visible_to(scope).select_related("base", "class_head")
    return rows.filter(public_id=public_id)


def seen_offering(request: HttpRequest, public_id: uuid.UUID) -> Offering:
    return _seen(scope_of(request.user), public_id).or_404()


def run_offering(request: HttpRequest, public_id: uuid.UUID) -> Offering:
    """A class of a base that this person administers."""
    offering = seen_offering(request, public_id)
    if not can_run(request.user, offering):
        raise PermissionDenied(_("Only the training base that holds the class may do this."))
    return offering


def seen_session(request: HttpRequest, public_id: uuid.UUID) -> Session:
    rows = Session.objects.visible_to(request.user).select_related("offering__base", "course")
    return get_object_or_404(rows, public_id=public_id)


def run_session(request: HttpRequest, public_id: uuid.UUID) -> Session:
    session = seen_session(request, public_id)
    if session.offering is None or not can_run(request.user, session.offering):
        raise PermissionDenied(_("Only the training base that holds the class may do this."))
    return session


def run_bases(request: HttpRequest) -> Any:
    """The bases this person administers; 403 for those who administer none."""
    ids = scope_of(request.user).base_ids(Role.BASE_ADMIN)
    if not ids:
        raise PermissionDenied(_("Courses and classes are planned by a training base."))
    return TrainingBase.objects.filter(pk__in=ids).order_by("code")


def act(request: HttpRequest, do: Callable[[], Any], done: str, to: str) -> HttpResponse:
    """One act of a button: what a service refuses is said on the page it came from."""
    try:
        do()
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
    return HttpResponseRedirect(to)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to; a form sent empty is bound too, and answers with its errors."""
    return request.POST if request.method == "POST" else None


def to_offering(offering: Offering) -> HttpResponse:
    return redirect("courses:offering-detail", offering.public_id)
