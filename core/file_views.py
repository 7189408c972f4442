"""Handing out private files."""

from __future__ import annotations

import uuid

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from core.models import StoredFile


@require_safe
def file_open(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """The bytes as an attachment: no browser shows or runs what somebody handed in."""
    file = get_object_or_404(StoredFile.objects.visible_to(request.user), public_id=key)
    try:
        content = file.content.open("rb")
    except FileNotFoundError as gone:
        raise Http404 from gone
    response = FileResponse(
        content, as_attachment=True, filename=file.name, content_type=file.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
