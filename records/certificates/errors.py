"""Why a certificate was not issued, revoked or replaced."""

from __future__ import annotations

from core.errors import DomainError


class NotYours(DomainError):
    """Another base issues, another department revokes."""

    code = "not_yours"


class NotCertified(DomainError):
    """What was completed cannot be certified as it stands."""

    code = "not_certified"


class AlreadyRevoked(DomainError):
    code = "already_revoked"


class NotReplaceable(DomainError):
    """Only a revoked certificate is issued anew, and once."""

    code = "not_replaceable"
