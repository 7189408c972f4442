"""Audit rows for second factors, which allauth adds and removes itself."""

from __future__ import annotations

from typing import Any

from allauth.mfa import signals

from core import audit


def _added(sender: Any, user: Any, authenticator: Any, **_: Any) -> None:
    audit.record(actor=user, action="factor.add", obj=user, after={"type": str(authenticator.type)})


def _removed(sender: Any, user: Any, authenticator: Any, **_: Any) -> None:
    audit.record(
        actor=user, action="factor.remove", obj=user, before={"type": str(authenticator.type)}
    )


def listen() -> None:
    """allauth's own signals are its only way to tell."""
    signals.authenticator_added.connect(_added, dispatch_uid="audit_factor_added")
    signals.authenticator_removed.connect(_removed, dispatch_uid="audit_factor_removed")
