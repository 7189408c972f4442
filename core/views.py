"""Pages of the house: Today, errors."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.registries import home_tiles


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Today: what waits for this person, told by every app that has something to say."""
    tiles = []
    for tile in home_tiles:
        context = tile.context(request)
        if context is not None:
            tiles.append({"key": tile.key, "template": tile.template, "context": context})
    return render(request, "core/home.html", {"tiles": tiles})


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


@login_not_required
def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return render(request, "404.html", status=404)


@login_not_required
def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return render(request, "403.html", {"reason": str(exception or "")}, status=403)
