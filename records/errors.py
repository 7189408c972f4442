"""Why the ledger said no."""

from core.errors import DomainError


class AlreadyReversed(DomainError):
    code = "already_reversed"


class NotReversible(DomainError):
    """A reversal is not reversed; the cause is posted again under a new key."""

    code = "not_reversible"
