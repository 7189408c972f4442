"""What follows when allauth adds or removes a second factor: an audit row, other sessions end."""

from __future__ import annotations

from typing import Any

from allauth.mfa import signals
from allauth.usersessions.models import UserSession

from core import audit


def _added(sender: Any, user: Any, authenticator: Any, request: Any = None, **_: Any) -> None:
    """Whoever signed in elsewhere with the password alone signs in again, with the new factor."""
    here = request.session.session_key if request is not None else None
    for session in UserSession.objects.filter(user=user).exclude(session_key=here or ""):
        session.end()
    audit.record(actor=user, action="factor.add", obj=user, after={"type": str(authenticator.type)})


def _removed(sender: Any, user: Any, authenticator: Any, **_: Any) -> None:
    audit.record(
        actor=user, action="factor.remove", obj=user, before={"type": str(authenticator.type)}
    )


def listen() -> None:
    """allauth's own signals are its only way to tell."""
    signals.authenticator_added.connect(_added, dispatch_uid="audit_factor_added")
    signals.authenticator_removed.connect(_removed, dispatch_uid="audit_factor_removed")
