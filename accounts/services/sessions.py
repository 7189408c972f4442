"""Sessions: what is left of those that ended."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone


def forget_ended_sessions() -> int:
    """Remove sessions that have run out, and lines of the devices page without a session."""
    ended, _ = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    lines, _ = UserSession.objects.exclude(
        session_key__in=Session.objects.values("session_key")
    ).delete()
    return ended + lines
