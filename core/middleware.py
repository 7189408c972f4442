"""Health answers before anything else may fail."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

from core import health


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
