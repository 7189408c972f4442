"""Invitations: made by those who look after accounts, used by whoever holds the link."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions, throttle
from accounts.forms import AcceptForm, InvitationForm
from accounts.models import Invitation
from accounts.services import accept_invitation, find_invitation, invite, withdraw_invitation
from accounts.views.desk import me
from core.errors import DomainError

PER_PAGE = 50


def show_link(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """The link, this once: it is kept only as a hash."""
    path = reverse("accounts:invitation-accept", args=[token])
    base = request.build_absolute_uri("/") if settings.DEBUG else settings.PORTAL_URL
    context = {"invitation": invitation, "link": base.rstrip("/") + path}
    response = render(request, "accounts/invitation_link.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _inviters_only(request: HttpRequest) -> None:
    if not permissions.may_manage_accounts(request.user):
        raise PermissionDenied(_("You do not manage accounts."))


@require_safe
def invitation_list(request: HttpRequest) -> HttpResponse:
    """Invitations I sent and what became of them."""
    _inviters_only(request)
    rows = Invitation.objects.visible_to(request.user).in_words().order_by("-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/invitation_list.html", {"page": page})


def invitation_create(request: HttpRequest) -> HttpResponse:
    """Invite somebody; the answer shows the link once."""
    _inviters_only(request)
    # A page that knows whom to invite leads here with everything chosen.
    chosen = {key: request.GET[key] for key in ("person", "role", "place") if request.GET.get(key)}
    form = InvitationForm(
        request.POST if request.method == "POST" else None, viewer=request.user, initial=chosen
    )
    if request.method == "POST" and form.is_valid():
        try:
            invitation, token = invite(actor=me(request), **form.cleaned_data)
        except DomainError as error:
            form.fail(error)
        else:
            return show_link(request, invitation, token)
    status = 422 if form.errors else 200
    return render(request, "accounts/invitation_create.html", {"form": form}, status=status)


@require_POST
def invitation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    _inviters_only(request)
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    try:
        withdraw_invitation(actor=me(request), invitation=invitation)
        messages.success(request, _("The link can no longer be used."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("accounts:invitation-list")


@login_not_required
@sensitive_post_parameters()
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Make the account (or set the new password) that a link was made for."""
    invitation = find_invitation(token)
    if invitation is None:
        # A wrong link costs a turn, a right one does not.
        if not throttle.turn_for(request, "invitation"):
            return throttle.locked_out(request)
        return render(request, "accounts/invitation_gone.html", status=404)
    if not invitation.is_open:
        return render(request, "accounts/invitation_gone.html", status=410)
    form = AcceptForm(request.POST if request.method == "POST" else None, invitation=invitation)
    if request.method == "POST" and form.is_valid():
        try:
            accept_invitation(token=token, **form.cleaned_data)
        except DomainError as error:
            if error.code == "gone":
                return render(request, "accounts/invitation_gone.html", status=410)
            form.fail(error)
        else:
            messages.success(request, _("Welcome. Please sign in with what you just chose."))
            return redirect("account_login")
    context = {"form": form, "invitation": invitation}
    response = render(
        request, "accounts/invitation_accept.html", context, status=422 if form.errors else 200
    )
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response
