"""Who sits at the desk."""

from __future__ import annotations

from django.http import HttpRequest

from accounts.models import User


def me(request: HttpRequest) -> User:
    """The signed-in account; pages that ask for it are never open to visitors."""
    assert isinstance(request.user, User)
    return request.user
