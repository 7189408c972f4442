"""Who may do what with notices; nothing else decides it."""

from __future__ import annotations

from typing import Any

from core.scope import Role, scope_of


def can_read_outbox(viewer: Any) -> bool:
    """The state of deliveries is for those who keep the system running."""
    return scope_of(viewer).has(Role.SYSTEM_ADMIN)
