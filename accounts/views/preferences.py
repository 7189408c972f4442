"""How the pages look and speak: for the account, else for the browser."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from accounts.services import set_preference
from accounts.services.accounts import THEMES

YEAR = 365 * 24 * 3600


def back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page the form stood on; never to another host."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return redirect("home")
    parts = urlsplit(target)
    # One slash only: what begins with two names another host.
    path = "/" + parts.path.lstrip("/\\")
    return HttpResponseRedirect(path + (f"?{parts.query}" if parts.query else ""))


def _remember(response: HttpResponse, name: str, value: str) -> HttpResponse:
    response.set_cookie(
        name,
        value,
        max_age=YEAR,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
    return response


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """The language of the pages, and of notices sent to the account."""
    language = request.POST.get("language", "")
    response = back(request)
    if language not in dict(settings.LANGUAGES) or not check_for_language(language):
        return response
    if request.user.is_authenticated:
        set_preference(user=request.user, language=language)
    return _remember(response, settings.LANGUAGE_COOKIE_NAME, language)


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark or as the device."""
    chosen = request.POST.get("theme", "")
    response = back(request)
    if chosen not in THEMES:
        return response
    if request.user.is_authenticated:
        set_preference(user=request.user, theme=chosen)
    return _remember(response, "theme", chosen)


@login_not_required
@require_POST
def large_text(request: HttpRequest) -> HttpResponse:
    """Larger text and targets."""
    chosen = request.POST.get("large_text") == "1"
    if request.user.is_authenticated:
        set_preference(user=request.user, large_text=chosen)
    return _remember(back(request), "large_text", "1" if chosen else "0")
