"""What the reading layer says when it cannot or will not read a file."""

from __future__ import annotations

from core.errors import DomainError


class SheetRefused(DomainError):
    """The file is refused before anything is taken from it; the message says why and what helps."""

    code = "sheet_refused"
