"""Class hours from paper: registers and class ledgers of this and former years, taken over as they
stand."""

from __future__ import annotations

from core.registries import import_kinds


def register() -> None:
    """Called once at start-up."""
    from records.opening.kind import OPENING
    from records.opening.ledger_kind import LEDGER

    for kind in (OPENING, LEDGER):
        import_kinds.add(kind.key, kind, order=kind.order)
