"""What people and programs send, made fit to be searched for and kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def readable(text: str, most: int) -> str:
    """`text` without NUL (PostgreSQL refuses it) and halves of characters that no encoding holds
    (a lone surrogate), trimmed, at most `most` characters."""
    whole = text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
    return whole.strip()[:most]


def sent(request: HttpRequest) -> tuple[Any, Any]:
    """What a form was sent, also when it was sent empty; nothing when it is only looked at.

    `request.POST or None` would show an empty answer as an untouched form, without a sentence.
    """
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)
