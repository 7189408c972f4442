"""One pair: proposing it, answering, signing, pausing, ending."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committees.models import Person
from committees.policies import kept_rules
from core.errors import DomainError
from core.scope import scope_of
from core.typed import sent
from tutors import services
from tutors.forms import AnswerForm, EndForm, ProposeForm, SignForm
from tutors.models import UNDERWAY_STATES, Batch, Pairing
from tutors.permissions import can_answer, can_conduct, can_propose, has_answered
from tutors.policies import advised_active_pupils


@require_http_methods(["GET", "HEAD", "POST"])
def pairing_propose(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The form of a new pair; tutors with their load, pupils of my units without a tutor."""
    batch = get_object_or_404(
        Batch.objects.visible_to(request.user).select_related("district"), public_id=public_id
    )
    if not can_propose(request.user, batch):
        raise PermissionDenied(_("Pairs of this batch are proposed by its district."))
    initial = {"from_on": timezone.localdate(), "to_on": batch.ends_on}
    form = ProposeForm(*sent(request), viewer=request.user, batch=batch, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            pairing = services.propose_pairing(actor=request.user, batch=batch, **form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field or None, error.message)
        else:
            _say_proposed(request, pairing)
            return redirect("tutors:pairing-detail", pairing.public_id)
    status = 422 if form.is_bound else 200
    context = {"form": form, "batch": batch}
    return render(request, "tutors/pairing_propose.html", context, status=status)


def _say_proposed(request: HttpRequest, pairing: Pairing) -> None:
    messages.success(request, _("Proposed. Both are asked whether they agree."))
    load = Pairing.objects.open().filter(tutor=pairing.tutor_id).count()
    advised = advised_active_pupils(pairing.batch.district, timezone.localdate())
    if load > advised:
        messages.warning(
            request,
            _("%(name)s now has %(count)s pupils; up to %(advised)s are advised here.")
            % {"name": pairing.tutor.name, "count": load, "advised": advised},
        )


def _pairing(request: HttpRequest, public_id: uuid.UUID) -> Pairing:
    rows = Pairing.objects.visible_to(request.user).select_related(
        "batch__district", "tutor", "pupil__unit", "tutor_unit", "pupil_unit"
    )
    return get_object_or_404(rows, public_id=public_id)


@require_safe
def pairing_detail(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The pair, its dates, and what this reader may do with it."""
    return _page(request, _pairing(request, public_id))


def _page(
    request: HttpRequest, pairing: Pairing, *, status: int = 200, **forms: Form
) -> HttpResponse:
    state = Pairing.State
    conducts = can_conduct(request.user, pairing)
    context = {
        "pairing": pairing,
        "kept_rules": kept_rules(pairing.rules),
        "may_answer": can_answer(request.user, pairing),
        "answered": has_answered(request.user, pairing),
        "may_sign": conducts and pairing.state == state.ACCEPTED,
        "may_pause": conducts and pairing.state in UNDERWAY_STATES,
        "may_resume": conducts and pairing.state == state.PAUSED,
        "may_end": conducts and pairing.is_open,
        "unsettled": pairing.is_open and pairing.unsettled_since is not None,
        "may_settle": conducts,
        "sign_form": SignForm(initial={"signed_on": timezone.localdate()}),
        "end_form": EndForm(initial={"to_on": timezone.localdate()}),
        **forms,
    }
    return render(request, "tutors/pairing_detail.html", context, status=status)


def _act(
    request: HttpRequest, pairing: Pairing, done: str, act: Callable[..., Any], **facts: Any
) -> HttpResponse:
    """Call one service; say what happened; back to the page of the pair."""
    try:
        act(actor=request.user, pairing=pairing, **facts)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, done)
    return redirect("tutors:pairing-detail", pairing.public_id)


def _answering(request: HttpRequest, public_id: uuid.UUID) -> tuple[Pairing, Person]:
    """The pair, and which of the two is answering."""
    pairing = _pairing(request, public_id)
    me = scope_of(request.user).person_id
    for person in (pairing.tutor, pairing.pupil):
        if person.pk == me:
            return pairing, person
    raise PermissionDenied(_("Only the tutor and the pupil of this pairing answer it."))


def _conducting(request: HttpRequest, public_id: uuid.UUID) -> Pairing:
    pairing = _pairing(request, public_id)
    if not can_conduct(request.user, pairing):
        raise PermissionDenied(_("This is done by the district or the pupil's organiser."))
    return pairing


@require_POST
def pairing_accept(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    pairing, person = _answering(request, public_id)
    done = _("Thank you. You have agreed.")
    return _act(request, pairing, done, services.accept_pairing, person=person)


@require_POST
def pairing_decline(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    pairing, person = _answering(request, public_id)
    form = AnswerForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    done = _("Noted. The organiser will look for another pair.")
    facts = {"person": person, "reason": reason}
    return _act(request, pairing, done, services.decline_pairing, **facts)


@require_POST
def pairing_activate(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    pairing = _conducting(request, public_id)
    form = SignForm(request.POST)
    if not form.is_valid():
        return _page(request, pairing, status=422, sign_form=form)
    done = _("Signed. The pairing is under way.")
    return _act(request, pairing, done, services.activate_pairing, **form.cleaned_data)


@require_POST
def pairing_pause(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    pairing = _conducting(request, public_id)
    return _act(request, pairing, _("Paused."), services.pause_pairing)


@require_POST
def pairing_resume(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    pairing = _conducting(request, public_id)
    return _act(request, pairing, _("The pairing goes on."), services.resume_pairing)


@require_POST
def pairing_settle(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    pairing = _conducting(request, public_id)
    return _act(request, pairing, _("The pairing goes on."), services.settle_pairing)


@require_POST
def pairing_end(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    pairing = _conducting(request, public_id)
    form = EndForm(request.POST)
    if not form.is_valid():
        return _page(request, pairing, status=422, end_form=form)
    return _act(request, pairing, _("Ended."), services.end_pairing, **form.cleaned_data)
