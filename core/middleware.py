"""What happens around every request: health answers first, one log line last."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse

from core import health

log = structlog.get_logger(__name__)


def health_before_hosts(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer /livez and /readyz ahead of sessions, sign-in and host checks.

    Probes of a container come with an address as host name and must not need the database to say
    that the process lives.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path == "/livez":
            return JsonResponse({"status": "ok"})
        if request.path == "/readyz":
            report = health.report()
            return JsonResponse(report, status=200 if report["status"] == "ok" else 503)
        return get_response(request)

    return middleware


def one_line_per_request(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Log method, route, status and milliseconds; no path, no query, no person."""

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = get_response(request)
        match = request.resolver_match
        log.info(
            "request",
            method=request.method,
            route=(match.view_name or match.route) if match else "",
            status=response.status_code,
            ms=round((time.perf_counter() - began) * 1000),
        )
        return response

    return middleware
