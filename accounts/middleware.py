"""Everything a request owes to the person who sends it: language, audit origin."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from core import audit


def person_at_the_desk(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """The account's language before the browser's, and the door and address of every act."""

    def middleware(request: HttpRequest) -> HttpResponse:
        language = getattr(request.user, "language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language() or language
        door = "api" if request.path.startswith("/api/") else "web"
        address = request.META.get("REMOTE_ADDR") or None
        with (
            audit.origin(door=door, address=address) as request_id,
            structlog.contextvars.bound_contextvars(request=request_id),
        ):
            return get_response(request)

    return middleware
