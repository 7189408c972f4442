"""Why the ledger said no."""

from core.errors import DomainError


class AlreadyReversed(DomainError):
    code = "already_reversed"


class NotReversible(DomainError):
    """A reversal is not reversed; the cause is posted again under a new key."""

    code = "not_reversible"


class MoreThanTheSession(DomainError):
    """Nobody gets more hours from a session than it has."""

    code = "more_than_the_session"


class AlreadyDecided(DomainError):
    code = "already_decided"


class NotYoursToDecide(DomainError):
    """Hours of another sub-district, or one's own."""

    code = "not_yours_to_decide"


class ReasonMissing(DomainError):
    code = "reason_missing"


class WrongExemption(DomainError):
    code = "wrong_exemption"


class AlreadyLocked(DomainError):
    code = "already_locked"


class NotYoursToLock(DomainError):
    code = "not_yours_to_lock"


class TooEarlyToLock(DomainError):
    code = "too_early_to_lock"


class YearNotSettled(DomainError):
    """Something is open, and nobody said why the year is locked all the same."""

    code = "year_not_settled"


class YearIsLocked(DomainError):
    code = "year_is_locked"


class NotYoursToSay(DomainError):
    code = "not_yours_to_say"


class WrongDay(DomainError):
    code = "wrong_day"
