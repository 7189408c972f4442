"""One's own keys to the API."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.forms import TokenForm
from accounts.models import ApiToken
from accounts.services import issue_token, revoke_token
from accounts.views.desk import me
from core.errors import DomainError


def token_list(request: HttpRequest) -> HttpResponse:
    """My tokens; POST makes one and shows it this once, never again."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    made = ""
    if request.method == "POST" and form.is_valid():
        try:
            _row, made = issue_token(actor=me(request), **form.cleaned_data)
            form = TokenForm()
        except DomainError as error:
            form.add_error(error.field or None, error.message)
    tokens = ApiToken.objects.visible_to(request.user).order_by("revoked_at", "-pk")[:50]
    context = {"form": form, "tokens": tokens, "made": made}
    response = render(request, "accounts/token_list.html", context, status=_status(form))
    response["Cache-Control"] = "no-store"
    return response


def _status(form: TokenForm) -> int:
    return 422 if form.errors else 200


@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects.visible_to(request.user), pk=pk)
    try:
        revoke_token(actor=me(request), token=token)
        messages.success(request, _("The token no longer opens anything."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("accounts:token-list")
