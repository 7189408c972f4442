"""The API under /api/v1/: routers that the apps registered, behind personal tokens.

A token sees exactly what its person sees: the same `visible_to`, the same services. Every refusal
has one shape: {"code": …, "message": …, "field": …}.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from accounts import throttle
from accounts.middleware import without_second_factor
from accounts.models import User
from accounts.services import token_user
from core.errors import DomainError
from core.registries import api_routers

READS = ("GET", "HEAD", "OPTIONS")


class Refusal(Schema):
    """Why a request was not done: a stable code, a sentence, the field it belongs to."""

    code: str
    message: str
    field: str = ""


class PersonalToken(HttpBearer):
    """`Authorization: Bearer tb_…`"""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        row = token_user(token)
        if row is None:
            if not throttle.turn_for(request, "token"):
                raise HttpError(429, _("Too many unknown tokens from this address. Please wait."))
            return None
        if not row.may_write and request.method not in READS:
            raise PermissionDenied(_("This token may read but not change data."))
        if settings.REQUIRE_SECOND_FACTOR and without_second_factor(row.user):
            raise PermissionDenied(_("Please add a second factor to your account first."))
        request.user = row.user
        if row.user.language and "Accept-Language" not in request.headers:
            translation.activate(row.user.language)
        return row.user


api = NinjaAPI(
    title="Training base portal",
    version="1",
    urls_namespace="api",
    docs_url=None,
    auth=PersonalToken(),
)


def refusal(
    request: HttpRequest, status: int, code: str, message: str, field: str = ""
) -> HttpResponse:
    body = {"code": code, "message": str(message), "field": field}
    return api.create_response(request, body, status=status)


@api.exception_handler(AuthenticationError)
def _no_token(request: HttpRequest, error: Any) -> HttpResponse:
    sentence = _("Please send a valid token: Authorization: Bearer tb_…")
    response = refusal(request, 401, "token_required", sentence)
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(PermissionDenied)
def _forbidden(request: HttpRequest, error: Any) -> HttpResponse:
    return refusal(request, 403, "forbidden", str(error) or _("You may not do this."))


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Any) -> HttpResponse:
    return refusal(request, 404, "not_found", _("This does not exist, or you cannot see it."))


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: Any) -> HttpResponse:
    code = "too_many" if error.status_code == 429 else "refused"
    return refusal(request, error.status_code, code, error.message)


@api.exception_handler(DomainError)
def _domain_error(request: HttpRequest, error: Any) -> HttpResponse:
    return refusal(request, 422, error.code, error.message, error.field)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    first = error.errors[0] if error.errors else {}
    steps = [str(step) for step in first.get("loc", ()) if step not in ("body", "query", "path")]
    field = ".".join(steps[1:] or steps)
    return refusal(request, 422, "invalid", first.get("msg", _("This is not valid.")), field)


for prefix, dotted in api_routers.items():
    module, name = dotted.rsplit(".", 1)
    api.add_router(f"/{prefix}", getattr(import_module(module), name), tags=[prefix])


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The description of the API, for people who are signed in; nothing is loaded from outside."""
    return render(request, "api/docs.html")


def mounted() -> tuple[list[Any], str, str]:
    """The routes of the API: operations ask for a token, the description for a signed-in person."""
    patterns, app_name, namespace = api.urls
    for pattern in patterns:
        if isinstance(pattern, URLPattern) and pattern.name not in ("openapi-json", "api-root"):
            login_not_required(pattern.callback)
    return patterns, app_name, namespace
