"""Everything a request owes to the person who sends it: language, audit origin, second factor."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import structlog
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation

from accounts.permissions import STRONG_ROLES
from accounts.sessions import SessionStore
from accounts.throttle import client_address
from core import audit
from core.scope import scope_of

Handler = Callable[[HttpRequest], HttpResponse]
# Pages that lead to a second factor, or away.
OPEN_WITHOUT_SECOND_FACTOR = (
    "/accounts/2fa/",
    "/accounts/reauthenticate/",
    "/accounts/logout/",
    "/accounts/password/",
    "/me/second-factor/",
    "/me/theme/",
    "/me/large-text/",
    "/i18n/",
    "/static/",
    "/api/",  # a token proves itself; see accounts.services.tokens
)


def signed_out_when_left_alone(get_response: Handler) -> Handler:
    """A desk that nobody uses signs out by its session's end; one in use, after a working day."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and isinstance(request.session, SessionStore):
            if _begun_too_long_ago(request):
                logout(request)
                return redirect_to_login(request.get_full_path())
            request.session.touch()
        return get_response(request)

    return middleware


def _begun_too_long_ago(request: HttpRequest) -> bool:
    """Was the last proof of who this is (password, passkey, code) given a working day ago?"""
    proofs = get_authentication_records(request, request.user)
    last = max((proof.get("at", 0) for proof in proofs), default=None)
    return last is not None and last < time.time() - settings.LONGEST_SESSION


def person_at_the_desk(get_response: Handler) -> Handler:
    """The account's language before the browser's, and the door and address of every act."""

    def middleware(request: HttpRequest) -> HttpResponse:
        language = getattr(request.user, "language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language() or language
        door = "api" if request.path.startswith("/api/") else "web"
        with (
            audit.origin(door=door, address=client_address(request) or None) as request_id,
            structlog.contextvars.bound_contextvars(request=request_id),
        ):
            return _kept_by_nobody(request, get_response(request))

    return middleware


def _kept_by_nobody(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """What one person sees is kept neither by a proxy nor, after signing out, by the browser."""
    personal = request.user.is_authenticated or request.path.startswith("/api/")
    if personal and "Cache-Control" not in response:
        response["Cache-Control"] = "private, no-store"
    return response


def second_factor_first(get_response: Handler) -> Handler:
    """Far-reaching roles add a second factor before they see anything else."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.REQUIRE_SECOND_FACTOR and lacks_second_factor(request):
            return redirect("accounts:second-factor")
        return get_response(request)

    return middleware


def lacks_second_factor(request: HttpRequest) -> bool:
    """Is this a far-reaching account without a second factor, on its way past the page for it?"""
    user = request.user
    if not user.is_authenticated or not scope_of(user).has(*STRONG_ROLES):
        return False
    if request.path.startswith(OPEN_WITHOUT_SECOND_FACTOR):
        return False
    if any(record.get("method") == "mfa" for record in get_authentication_records(request, user)):
        return False
    return without_second_factor(user)


def without_second_factor(user: Any) -> bool:
    """Is this a far-reaching account that has no second factor at all?"""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return scope_of(user).has(*STRONG_ROLES) and not is_mfa_enabled(user, kinds)
