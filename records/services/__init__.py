"""Writes of the ledger. Higher apps call `post_hours`, `post_all`, `reverse_hours` and
`reverse_all`; each is safe to call again."""

from records.services.accounts import account_for
from records.services.locks import lock_year
from records.services.posting import (
    Posting,
    post_all,
    post_hours,
    reverse_all,
    reverse_hours,
    year_total,
)

__all__ = [
    "Posting",
    "account_for",
    "lock_year",
    "post_all",
    "post_hours",
    "reverse_all",
    "reverse_hours",
    "year_total",
]
