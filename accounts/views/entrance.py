"""Doors that stay closed, each with a page that says whom to ask."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def sign_up_closed(request: HttpRequest) -> HttpResponse:
    """Accounts are made by invitation."""
    return render(request, "accounts/sign_up_closed.html", status=403)


@login_not_required
@require_safe
def lost_access(request: HttpRequest) -> HttpResponse:
    """A forgotten password: whoever looks after the account makes a link."""
    return render(request, "accounts/lost_access.html")
