"""Accounts and roles, for those who look after them."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions
from accounts.forms import GrantForm
from accounts.models import RoleGrant, User
from accounts.services import (
    deactivate_account,
    grant_role,
    reactivate_account,
    renew_access,
    revoke_grant,
)
from accounts.views.invitations import show_link
from core.errors import DomainError
from core.typed import readable

PER_PAGE = 50


def _managed(request: HttpRequest, pk: int) -> User:
    """The account to look after: 404 when not seen, 403 when seen but looked after by others."""
    user = get_object_or_404(User.objects.visible_to(request.user).select_related("person"), pk=pk)
    if not permissions.may_manage(request.user, user):
        raise PermissionDenied(_("You do not manage this account."))
    return user


@require_safe
def account_list(request: HttpRequest) -> HttpResponse:
    """The accounts I look after, found by name or user name."""
    if not permissions.may_manage_accounts(request.user):
        raise PermissionDenied(_("You do not manage accounts."))
    search = readable(request.GET.get("q", ""), 60)
    rows = User.objects.managed_by(request.user).found_by(search).with_roles()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/account_list.html", {"page": page, "search": search})


@require_safe
def account_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: what it may do, since when, until when."""
    user = _managed(request, pk)
    context = {
        "account": user,
        "grants": RoleGrant.objects.in_words().filter(user=user).order_by("-from_on", "-pk"),
        "today": timezone.localdate(),
    }
    return render(request, "accounts/account_detail.html", context)


def grant_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a role."""
    user = _managed(request, pk)
    form = GrantForm(request.POST if request.method == "POST" else None, viewer=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            grant_role(actor=request.user, user=user, **form.cleaned_data)
        except DomainError as error:
            form.fail(error)
        else:
            messages.success(request, _("The role is given."))
            return redirect("accounts:account-detail", pk=user.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "account": user}
    return render(request, "accounts/grant_create.html", context, status=status)


@require_POST
def grant_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a role today."""
    grant = get_object_or_404(RoleGrant.objects.visible_to(request.user).in_words(), pk=pk)
    where = (grant.role, grant.place, grant.base, grant.member_org)
    if not permissions.may_grant(request.user, *where) or grant.user_id == request.user.pk:
        raise PermissionDenied(_("You cannot end this role."))
    try:
        revoke_grant(actor=request.user, grant=grant)
        messages.success(request, _("The role has ended."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("accounts:account-detail", pk=grant.user_id)


@require_POST
def account_renew(request: HttpRequest, pk: int) -> HttpResponse:
    """A link with which the owner sets a new password, shown once."""
    user = _managed(request, pk)
    try:
        invitation, token = renew_access(actor=request.user, user=user)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("accounts:account-detail", pk=user.pk)
    return show_link(request, invitation, token)


@require_POST
def account_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    user = _managed(request, pk)
    try:
        deactivate_account(
            actor=request.user, user=user, reason=readable(request.POST.get("reason", ""), 200)
        )
        messages.success(request, _("The account is closed."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("accounts:account-detail", pk=user.pk)


@require_POST
def account_reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    user = _managed(request, pk)
    try:
        reactivate_account(actor=request.user, user=user)
        messages.success(request, _("The account is open again."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("accounts:account-detail", pk=user.pk)
