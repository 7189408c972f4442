"""Writes of the ledger. Higher apps call `post_hours`, `post_all`, `reverse_hours` and
`reverse_all`; each is safe to call again."""

from records.services.accounts import account_for
from records.services.claims import hand_in, hand_in_again, state_of, take_back
from records.services.deciding import reject, verify, verify_all
from records.services.exempting import end_exemption, exempt
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
    "end_exemption",
    "exempt",
    "hand_in",
    "hand_in_again",
    "lock_year",
    "post_all",
    "post_hours",
    "reject",
    "reverse_all",
    "reverse_hours",
    "state_of",
    "take_back",
    "verify",
    "verify_all",
    "year_total",
]
